package io.powerpool.compute;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.compute.Lane.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hashes headers on threads of its own, so that slow proof-of-work functions leave the event loops
 * free. Thread safe.
 *
 * <p>What it accepts it answers, also when it is closed; what it cannot hold it refuses at once,
 * and the caller decides. Answers come in any order. Submitting never waits for a hashing thread: a
 * header goes into a queue without locks and a semaphore counts what is there, so that a hashing
 * thread that the operating system has put aside holds nothing that an event loop needs.
 *
 * <p>Headers of one function that wait are hashed together, as many as its hasher likes. While the
 * threads are busy such batches form by themselves; a thread that has something to hash waits for
 * more as {@link Gathering} says, and never when other headers wait.
 */
public final class ComputePool implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ComputePool.class);

  /** Added to {@link #queued} on closing: from then on the queue counts as full. */
  private static final int CLOSED = 1 << 30;

  private final int queueLimit;
  private final Gathering gathering;
  private final Map<Algorithm, Lane> lanes = new ConcurrentHashMap<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final Semaphore waiting = new Semaphore(0);
  private final LongAdder hashed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder busyNanos = new LongAdder();
  private final List<Thread> threads = new ArrayList<>();

  /** A pool with {@link #defaultThreads} threads. */
  public ComputePool(int queueLimit) {
    this(defaultThreads(), queueLimit);
  }

  /**
   * @param threads how many threads hash, each with scratch memory of its own per algorithm
   * @param queueLimit how many headers may wait, over all algorithms
   * @throws IllegalArgumentException if one of them is not positive or the queue is unreasonable
   */
  public ComputePool(int threads, int queueLimit) {
    this(threads, queueLimit, Gathering.WHILE_LIKELY_TO_FILL);
  }

  ComputePool(int threads, int queueLimit, Gathering gathering) {
    if (threads < 1) {
      throw new IllegalArgumentException("a compute pool has 1 or more threads, was " + threads);
    }
    if (queueLimit < 1 || queueLimit > 1 << 20) {
      throw new IllegalArgumentException(
          "a compute queue holds 1 to 1048576 headers, was " + queueLimit);
    }
    this.queueLimit = queueLimit;
    this.gathering = gathering;
    for (int i = 0; i < threads; i++) {
      Thread thread = newThread("compute-" + i);
      this.threads.add(thread);
    }
    this.threads.forEach(Thread::start);
  }

  @SuppressWarnings("ThreadPriorityCheck") // A hint only: nothing is wrong if it has no effect.
  private Thread newThread(String name) {
    Thread thread = new Thread(new Worker(), name);
    // Linux heeds it only with -XX:ThreadPriorityPolicy=1. Without that it is the core left over
    // that keeps the event loops responsive, and that the scheduler wakes threads that sleep a lot
    // before it goes on with those that never do.
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.setDaemon(true);
    return thread;
  }

  /** All cores but one, which is left to the event loops; at least one. */
  public static int defaultThreads() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
  }

  /**
   * Queues a header for hashing.
   *
   * @param header80 the 80 bytes; they belong to the pool until the callback is called
   * @param caller runs the callback: for an event loop {@code task -> context.runOnContext(nothing
   *     -> task.run())}
   * @return false if the queue is full or the pool closed; then the callback will not be called
   * @throws IllegalArgumentException if the header is not 80 bytes
   */
  public boolean submit(
      Algorithm algorithm, byte[] header80, Executor caller, HashCallback callback) {
    if (header80.length != Hasher.HEADER_SIZE) {
      throw new IllegalArgumentException("a header has 80 bytes, was " + header80.length);
    }
    if (queued.incrementAndGet() > queueLimit) {
      queued.decrementAndGet();
      refused.increment();
      return false;
    }
    lanes
        .computeIfAbsent(algorithm, key -> new Lane(key, waiting))
        .add(new Request(header80, caller, callback, System.nanoTime()));
    return true;
  }

  /** How busy the pool is now. */
  public ComputeLoad load() {
    return new ComputeLoad(
        System.nanoTime(),
        threads.size(),
        Math.min(queued.get() & (CLOSED - 1), queueLimit),
        queueLimit,
        hashed.sum(),
        refused.sum(),
        busyNanos.sum());
  }

  /**
   * Accepts nothing more, hashes what is queued and waits for that: not to be called on an event
   * loop. Closing twice does no harm.
   */
  @Override
  public void close() {
    int before = queued.getAndUpdate(count -> count | CLOSED);
    if ((before & CLOSED) == 0) {
      waiting.release(threads.size());
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One hashing thread. */
  private final class Worker implements Runnable {

    private final Map<Algorithm, Hasher> hashers = new HashMap<>();
    private final List<Request> batch = new ArrayList<>();
    private byte[] headers = new byte[Hasher.HEADER_SIZE];
    private byte[] hashes = new byte[Hasher.HASH_SIZE];

    @Override
    public void run() {
      for (Lane lane = takeFirst(); lane != null; lane = takeFirst()) {
        try {
          Hasher hasher = hashers.computeIfAbsent(lane.algorithm(), Algorithm::newHasher);
          takeMore(lane, hasher.batchSize());
          gather(lane, hasher.batchSize());
          hashBatch(hasher);
          answerBatch();
        } catch (RuntimeException | Error e) {
          // Whatever it was, these callers get their answer and the next ones a fresh hasher.
          hashers.remove(lane.algorithm());
          failBatch(lane.algorithm(), e);
        }
        batch.clear();
      }
    }

    /**
     * Waits for a request and moves the one that has waited longest into the batch.
     *
     * @return where it was, or null if the pool is closed and nothing is left
     */
    private Lane takeFirst() {
      waiting.acquireUninterruptibly();
      while (queued.get() != CLOSED) {
        Lane lane = oldestLane();
        if (lane != null && take(lane)) {
          return lane;
        }
        // Another thread was quicker, or the pool is closing and a last request is on its way into
        // the queue.
        Thread.onSpinWait();
      }
      return null;
    }

    /** Adds what is there for the same algorithm, up to the size that the hasher likes. */
    private void takeMore(Lane lane, int batchSize) {
      while (batch.size() < batchSize && waiting.tryAcquire()) {
        if (!take(lane)) {
          waiting.release();
          return;
        }
      }
    }

    /** Adds what comes within the time that is worth waiting for, unless other work is there. */
    private void gather(Lane lane, int batchSize) {
      if (batch.size() >= batchSize || !lane.startGathering()) {
        return;
      }
      try {
        while (batch.size() < batchSize && waiting.availablePermits() == 0) {
          long nowNanos = System.nanoTime();
          long nanos =
              gathering.waitNanos(
                  batchSize - batch.size(),
                  lane.gapNanos(nowNanos),
                  nowNanos - batch.get(0).submittedNanos());
          if (nanos <= 0 || !lane.awaitNext(nanos)) {
            break;
          }
          if (!take(lane)) {
            waiting.release();
            break;
          }
        }
      } finally {
        lane.endGathering();
      }
    }

    private Lane oldestLane() {
      Lane oldest = null;
      long longestNanos = Long.MIN_VALUE;
      long nowNanos = System.nanoTime();
      for (Lane lane : lanes.values()) {
        Request head = lane.peek();
        if (head != null && nowNanos - head.submittedNanos() > longestNanos) {
          longestNanos = nowNanos - head.submittedNanos();
          oldest = lane;
        }
      }
      return oldest;
    }

    private boolean take(Lane lane) {
      Request request = lane.poll();
      if (request == null) {
        return false;
      }
      queued.decrementAndGet();
      return batch.add(request);
    }

    private void hashBatch(Hasher hasher) {
      int count = batch.size();
      if (headers.length < count * Hasher.HEADER_SIZE) {
        headers = new byte[count * Hasher.HEADER_SIZE];
        hashes = new byte[count * Hasher.HASH_SIZE];
      }
      for (int i = 0; i < count; i++) {
        System.arraycopy(
            batch.get(i).header(), 0, headers, i * Hasher.HEADER_SIZE, Hasher.HEADER_SIZE);
      }
      long startNanos = System.nanoTime();
      hasher.hashAll(headers, count, hashes);
      busyNanos.add(System.nanoTime() - startNanos);
      hashed.add(count);
    }

    private void answerBatch() {
      for (int i = 0; i < batch.size(); i++) {
        HashCallback callback = batch.get(i).callback();
        int from = i * Hasher.HASH_SIZE;
        byte[] hash = Arrays.copyOfRange(hashes, from, from + Hasher.HASH_SIZE);
        onCaller(batch.get(i), () -> callback.onHash(hash));
      }
    }

    private void failBatch(Algorithm algorithm, Throwable cause) {
      log.error("could not hash {} headers by {}", batch.size(), algorithm.name(), cause);
      for (Request request : batch) {
        onCaller(request, () -> request.callback().onFailure(cause));
      }
    }

    private void onCaller(Request request, Runnable task) {
      try {
        request.caller().execute(task);
      } catch (RejectedExecutionException e) {
        log.debug("nobody waits for this hash any more: its executor has ended", e);
      } catch (RuntimeException | Error e) {
        // Only an executor that runs the task here and now lets its fault come through to us.
        log.error("the receiver of a hash failed", e);
      }
    }
  }
}
