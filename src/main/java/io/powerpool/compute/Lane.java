package io.powerpool.compute;

import io.powerpool.algorithm.Algorithm;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The headers for one function that wait to be hashed, the oldest first. Thread safe, without
 * locks.
 *
 * <p>A semaphore of the pool counts the headers that any thread may take. While a thread gathers
 * headers of this lane, new ones are counted in another, so that no idle thread snatches them.
 */
final class Lane {

  private final Algorithm algorithm;
  private final Semaphore waiting;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private final Arrivals arrivals = new Arrivals();
  private final AtomicBoolean gathering = new AtomicBoolean();
  private final Semaphore gathered = new Semaphore(0);

  /**
   * @param waiting counts what any thread may take, of all lanes
   */
  Lane(Algorithm algorithm, Semaphore waiting) {
    this.algorithm = algorithm;
    this.waiting = waiting;
  }

  record Request(
      // The array is handed over, not shared: nobody compares or prints it.
      @SuppressWarnings("ArrayRecordComponent") byte[] header,
      Executor caller,
      HashCallback callback,
      long submittedNanos) {}

  Algorithm algorithm() {
    return algorithm;
  }

  void add(Request request) {
    arrivals.add(request.submittedNanos());
    requests.add(request);
    if (!gathering.get()) {
      waiting.release();
      return;
    }
    gathered.release();
    // The thread may have ended in between, and looked before it was counted.
    if (!gathering.get() && gathered.tryAcquire()) {
      waiting.release();
    }
  }

  /** The oldest, which stays; null if there is none. */
  Request peek() {
    return requests.peek();
  }

  /** Takes the oldest, for which the caller has to hold a permit; null if there is none. */
  Request poll() {
    return requests.poll();
  }

  long gapNanos(long nowNanos) {
    return arrivals.gapNanos(nowNanos);
  }

  /** Lets new headers come to the caller alone; false if another thread is gathering already. */
  boolean startGathering() {
    return gathering.compareAndSet(false, true);
  }

  /** Waits for a new header, for which the caller then holds a permit; false if none came. */
  boolean awaitNext(long nanos) {
    try {
      return gathered.tryAcquire(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Lets any thread take what has come and was not taken. */
  void endGathering() {
    gathering.set(false);
    waiting.release(gathered.drainPermits());
  }
}
