package io.powerpool.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ComputePoolTest {

  private static final Executor DIRECT = Runnable::run;

  /** For longer than the test may last. */
  private static final Gathering UNTIL_FULL =
      (missing, gapNanos, waitedNanos) -> TimeUnit.MINUTES.toNanos(1);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable closeable : opened) {
      closeable.close();
    }
  }

  @Test
  void answersOnTheCallersThreadWithTheHash() {
    ComputePool pool = pool(2, 1000);
    ExecutorService loop = Executors.newSingleThreadExecutor(task -> new Thread(task, "my-loop"));
    opened.add(loop::shutdown);
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    Queue<Boolean> matches = new ConcurrentLinkedQueue<>();
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      Algorithm algorithm = Algorithms.all().get(i % Algorithms.all().size());
      byte[] header = new byte[Hasher.HEADER_SIZE];
      random.nextBytes(header);
      byte[] expected = new byte[Hasher.HASH_SIZE];
      algorithm.newHasher().hash(header, 0, expected, 0);

      boolean accepted =
          pool.submit(
              algorithm,
              header,
              loop,
              new Answer() {
                @Override
                public void onHash(byte[] hash) {
                  threads.add(Thread.currentThread().getName());
                  matches.add(Arrays.equals(hash, expected));
                }
              });

      assertThat(accepted).isTrue();
    }

    await().until(() -> matches.size() == 100);
    assertThat(matches).containsOnly(true);
    assertThat(threads).containsOnly("my-loop");
  }

  @Test
  void refusesWhatTheQueueCannotHoldAndAnswersTheRest() {
    ComputePool pool = pool(1, 3);
    GatedAlgorithm gated = new GatedAlgorithm("gated", 1);
    Answer answer = new Answer();
    assertThat(pool.submit(gated, header(0), DIRECT, answer)).isTrue();
    gated.awaitHashing();
    for (int i = 1; i <= 3; i++) {
      assertThat(pool.submit(gated, header(i), DIRECT, answer)).isTrue();
    }

    assertThat(pool.submit(gated, header(4), DIRECT, answer)).isFalse();

    assertThat(pool.load().queued()).isEqualTo(3);
    assertThat(pool.load().queueFill()).isEqualTo(1);
    assertThat(pool.load().refused()).isEqualTo(1);
    gated.open();
    await().until(() -> answer.firstBytes().size() == 4);
    assertThat(answer.firstBytes()).containsExactly(0, 1, 2, 3);
    assertThat(pool.load().hashed()).isEqualTo(4);
    assertThat(pool.load().queued()).isZero();
    assertThat(pool.submit(gated, header(5), DIRECT, answer)).isTrue();
  }

  @Test
  void gathersWaitingHeadersOfOneAlgorithmOldestFirst() {
    ComputePool pool = pool(1, 100);
    GatedAlgorithm one = new GatedAlgorithm("one", 4);
    GatedAlgorithm other = new GatedAlgorithm("other", 4);
    Answer answer = new Answer();
    pool.submit(one, header(0), DIRECT, answer);
    one.awaitHashing();
    pool.submit(one, header(1), DIRECT, answer);
    pool.submit(other, header(101), DIRECT, answer);
    for (int i = 2; i <= 6; i++) {
      pool.submit(one, header(i), DIRECT, answer);
    }
    pool.submit(other, header(102), DIRECT, answer);

    one.open();
    other.open();

    await().until(() -> answer.firstBytes().size() == 9);
    assertThat(answer.firstBytes()).containsExactly(0, 1, 2, 3, 4, 101, 102, 5, 6);
    assertThat(one.batches).containsExactly(1, 4, 2);
    assertThat(other.batches).containsExactly(2);
  }

  @Test
  void waitsForMoreOfTheSameAlgorithmIfToldTo() {
    ComputePool pool = pool(3, 100, UNTIL_FULL);
    GatedAlgorithm gated = new GatedAlgorithm("gated", 4);
    gated.open();
    Answer answer = new Answer();

    for (int i = 0; i < 8; i++) {
      // Spaced so that a thread waits before the next comes, which no other thread may snatch.
      pool.submit(gated, header(i), DIRECT, answer);
      int taken = i % 4 == 3 ? 0 : 1;
      await().until(() -> waiters() == taken && pool.load().queued() == 0);
    }

    await().until(() -> answer.firstBytes().size() == 8);
    assertThat(gated.batches).containsExactly(4, 4);
    assertThat(answer.firstBytes()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void doesNotWaitWhenOtherWorkIsThere() {
    ComputePool pool = pool(1, 100, UNTIL_FULL);
    GatedAlgorithm one = new GatedAlgorithm("one", 4);
    GatedAlgorithm other = new GatedAlgorithm("other", 1);
    GatedAlgorithm first = new GatedAlgorithm("first", 1);
    Answer answer = new Answer();
    pool.submit(first, header(9), DIRECT, answer);
    first.awaitHashing();
    pool.submit(one, header(1), DIRECT, answer);
    pool.submit(one, header(2), DIRECT, answer);
    pool.submit(other, header(3), DIRECT, answer);
    one.open();
    other.open();

    first.open();

    await().until(() -> answer.firstBytes().size() == 4);
    assertThat(answer.firstBytes()).containsExactly(9, 1, 2, 3);
    assertThat(one.batches).containsExactly(2);
  }

  @Test
  void closingEndsTheWaitAndAnswers() {
    Answer answer = new Answer();
    GatedAlgorithm gated = new GatedAlgorithm("gated", 4);
    gated.open();
    CountDownLatch asked = new CountDownLatch(1);
    ComputePool pool =
        new ComputePool(
            2,
            100,
            (missing, gapNanos, waitedNanos) -> {
              asked.countDown();
              return Gathering.LIMIT_NANOS - waitedNanos;
            });
    pool.submit(gated, header(1), DIRECT, answer);
    await().until(() -> asked.getCount() == 0);

    pool.close();

    assertThat(answer.firstBytes()).containsExactly(1);
  }

  @Test
  void reportsFailureAndGoesOnWithFreshHasher() {
    ComputePool pool = pool(1, 100);
    AtomicInteger hashers = new AtomicInteger();
    Algorithm brittle =
        new FakeAlgorithm("brittle") {
          @Override
          public Hasher newHasher() {
            boolean broken = hashers.incrementAndGet() == 1;
            return (header, from, sink, to) -> {
              if (broken) {
                throw new IllegalStateException("broken");
              }
              sink[to] = header[from];
            };
          }
        };
    Answer answer = new Answer();

    pool.submit(brittle, header(1), DIRECT, answer);
    pool.submit(brittle, header(2), DIRECT, answer);

    await().until(() -> answer.firstBytes().size() == 1);
    assertThat(answer.failures()).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(answer.firstBytes()).containsExactly(2);
    assertThat(hashers).hasValue(2);
  }

  @Test
  void survivesCallerThatHasEnded() {
    ComputePool pool = pool(1, 100);
    ExecutorService ended = Executors.newSingleThreadExecutor();
    ended.shutdown();
    Answer answer = new Answer();

    pool.submit(Algorithms.byName("sha256d"), header(1), ended, answer);
    pool.submit(Algorithms.byName("sha256d"), header(2), DIRECT, answer);

    await().until(() -> answer.firstBytes().size() == 1);
  }

  @Test
  void closingAnswersEverythingAcceptedFromEveryThread() throws Exception {
    for (int round = 0; round < 20; round++) {
      ComputePool pool = new ComputePool(3, 50);
      Algorithm algorithm = Algorithms.byName("sha256d");
      Answer answer = new Answer();
      AtomicInteger accepted = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      CountDownLatch running = new CountDownLatch(4);
      List<Thread> submitters = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread submitter =
            new Thread(
                () -> {
                  while (!stop.get()) {
                    if (pool.submit(algorithm, header(1), DIRECT, answer)) {
                      accepted.incrementAndGet();
                      running.countDown();
                    }
                  }
                });
        submitters.add(submitter);
        submitter.start();
      }
      running.await();

      pool.close();

      assertThat(pool.submit(algorithm, header(1), DIRECT, answer)).isFalse();
      stop.set(true);
      for (Thread submitter : submitters) {
        submitter.join();
      }
      assertThat(answer.firstBytes()).hasSize(accepted.get());
      assertThat(pool.load().hashed()).isEqualTo(accepted.get());
      assertThat(pool.load().queued()).isZero();
      pool.close();
    }
  }

  @Test
  void refusesHeaderOfWrongSize() {
    ComputePool pool = pool(1, 1);

    assertThatThrownBy(
            () -> pool.submit(Algorithms.byName("scrypt"), new byte[81], DIRECT, new Answer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("81");
  }

  @Test
  void loadTellsRatesBetweenTwoMoments() {
    ComputeLoad earlier = new ComputeLoad(5_000_000_000L, 2, 0, 100, 1_000, 0, 1_000_000_000L);
    ComputeLoad later = new ComputeLoad(7_000_000_000L, 2, 50, 100, 7_000, 3, 3_000_000_000L);

    assertThat(later.hashesPerSecond(earlier)).isEqualTo(3_000);
    assertThat(later.utilisation(earlier)).isEqualTo(0.5);
    assertThat(later.queueFill()).isEqualTo(0.5);
    assertThat(later.expectedWaitMillis()).isCloseTo(10.7, within(0.1));
    assertThat(earlier.hashesPerSecond(earlier)).isZero();
  }

  /** How many threads gather at this moment. */
  private static long waiters() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Arrays::stream)
        .filter(frame -> frame.getMethodName().equals("awaitNext"))
        .count();
  }

  private ComputePool pool(int threads, int queueLimit) {
    return pool(threads, queueLimit, Gathering.NONE);
  }

  private ComputePool pool(int threads, int queueLimit, Gathering gathering) {
    ComputePool pool = new ComputePool(threads, queueLimit, gathering);
    opened.add(pool);
    return pool;
  }

  private static byte[] header(int first) {
    byte[] header = new byte[Hasher.HEADER_SIZE];
    header[0] = (byte) first;
    return header;
  }

  /** Remembers what it was told. */
  private static class Answer implements HashCallback {

    private final Queue<Integer> firstBytes = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Override
    public void onHash(byte[] hash) {
      firstBytes.add((int) hash[0]);
    }

    @Override
    public void onFailure(Throwable cause) {
      failures.add(cause);
    }

    Queue<Integer> firstBytes() {
      return firstBytes;
    }

    Queue<Throwable> failures() {
      return failures;
    }
  }

  private abstract static class FakeAlgorithm implements Algorithm {

    private final String name;

    FakeAlgorithm(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Target difficultyOne() {
      return Target.EASIEST;
    }

    @Override
    public boolean slow() {
      return true;
    }
  }

  /** Copies the first byte, but holds its first batch until the gate is opened. */
  private static final class GatedAlgorithm extends FakeAlgorithm {

    private final int batchSize;
    private final Queue<Integer> batches = new ConcurrentLinkedQueue<>();
    private final Semaphore hashing = new Semaphore(0);
    private final CountDownLatch gate = new CountDownLatch(1);

    GatedAlgorithm(String name, int batchSize) {
      super(name);
      this.batchSize = batchSize;
    }

    void awaitHashing() {
      hashing.acquireUninterruptibly();
    }

    void open() {
      gate.countDown();
    }

    @Override
    public Hasher newHasher() {
      return new Hasher() {
        @Override
        public void hash(byte[] header, int from, byte[] sink, int to) {
          sink[to] = header[from];
        }

        @Override
        public int batchSize() {
          return batchSize;
        }

        @Override
        public void hashAll(byte[] headers, int count, byte[] sink) {
          batches.add(count);
          hashing.release();
          try {
            gate.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          Hasher.super.hashAll(headers, count, sink);
        }
      };
    }
  }
}
