package io.powerpool.compute;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long an event loop takes to come to a new task, while the compute pool is idle and while
 * scrypt shares saturate it: a miner on another coin must not notice.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 5)
@Fork(1)
public class EventLoopLagBenchmark {

  private static final int WAITING = 256;

  @Param({"false", "true"})
  private boolean saturated;

  private final Algorithm scrypt = Algorithms.byName("scrypt");
  private Vertx vertx;
  private Context context;
  private Executor eventLoop;
  private ComputePool pool;
  private volatile boolean ending;

  private final class Refill implements HashCallback {
    @Override
    public void onHash(byte[] hash) {
      submit();
    }

    @Override
    public void onFailure(Throwable error) {
      throw new IllegalStateException(error);
    }
  }

  private void submit() {
    if (!ending) {
      byte[] header = new byte[80];
      ThreadLocalRandom.current().nextBytes(header);
      pool.submit(scrypt, header, eventLoop, new Refill());
    }
  }

  @Setup
  public void setUp() {
    vertx = Vertx.vertx();
    context = vertx.getOrCreateContext();
    eventLoop = task -> context.runOnContext(nothing -> task.run());
    pool = new ComputePool(2 * WAITING);
    for (int i = 0; saturated && i < WAITING; i++) {
      submit();
    }
  }

  @TearDown
  public void tearDown() throws Exception {
    ending = true;
    pool.close();
    vertx.close().toCompletionStage().toCompletableFuture().get();
  }

  @Benchmark
  public void turn() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    context.runOnContext(nothing -> reached.countDown());
    reached.await();
  }
}
