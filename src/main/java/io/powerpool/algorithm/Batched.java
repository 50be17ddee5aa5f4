package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A function of which several headers can be hashed at once, or one in another way. Its hashers do
 * so once {@link #prepare} has found that, and from how many headers on, this is faster here.
 */
final class Batched implements Algorithm {

  /**
   * Headers per run, of slow functions and of others: multiples of the lanes of every kernel, and
   * enough for a run to take far longer than the clock is wrong by.
   */
  private static final int SLOW_HEADERS = 16;

  private static final int FAST_HEADERS = 1024;

  /** Runs of which the median counts: the clock may leap now and then. */
  private static final int RUNS = 5;

  /**
   * A way is measured for as long as it becomes faster now and then, for HotSpot compiles it in
   * several steps, and vectors are slower by a factor of thousand before the last of them.
   */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

  /** And for so many medians at least: not yet compiled, one of them may take longer than that. */
  private static final int PATIENCE_MEDIANS = 4;

  private static final double IMPROVEMENT = 0.95;

  private final Algorithm single;
  private final Function<Kernels, List<Kernel>> maker;
  private final VectorModule module;
  private final LongSupplier nanoTime;
  private String finding = "";
  private volatile BatchPlan plan = BatchPlan.NONE;

  Batched(Algorithm single, Function<Kernels, List<Kernel>> maker) {
    this(single, maker, VectorModule.ours(), Batched::threadNanos);
  }

  /**
   * @param nanoTime the time that the calling thread has had; on a busy machine the time of day
   *     would say nothing
   */
  Batched(
      Algorithm single,
      Function<Kernels, List<Kernel>> maker,
      VectorModule module,
      LongSupplier nanoTime) {
    this.single = single;
    this.maker = maker;
    this.module = module;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return single.name();
  }

  @Override
  public Target difficultyOne() {
    return single.difficultyOne();
  }

  @Override
  public boolean slow() {
    return single.slow();
  }

  @Override
  public Hasher newHasher() {
    return new BatchHasher(single.newHasher(), this::newKernels, () -> plan);
  }

  @Override
  public synchronized Optional<String> prepare() {
    if (finding.isEmpty()) {
      finding = name() + " is hashed " + find();
    }
    return Optional.of(finding);
  }

  @Override
  public boolean preparesSingleHash() {
    return newKernels().stream().anyMatch(kernel -> kernel.lanes() == 1);
  }

  @Override
  public String toString() {
    return name();
  }

  /** The kernels for this function, if it and this JVM have any. */
  List<Kernel> newKernels() {
    return module.kernels().map(maker).orElse(List.of());
  }

  private String find() {
    List<Kernel> kernels = newKernels();
    if (kernels.isEmpty()) {
      return "one header at a time: " + module.description();
    }
    if (nanoTime.getAsLong() < 0) {
      return "one header at a time: this JVM does not tell the time that a thread has had";
    }
    int count = slow() ? SLOW_HEADERS : FAST_HEADERS;
    byte[] headers = new byte[count * Hasher.HEADER_SIZE];
    new Random(count).nextBytes(headers);
    byte[] hashes = new byte[count * Hasher.HASH_SIZE];
    Hasher hasher = single.newHasher();
    long alone = nanos(() -> hasher.hashAll(headers, count, hashes));
    long[] together = new long[kernels.size()];
    for (int i = 0; i < together.length; i++) {
      Kernel kernel = kernels.get(i);
      together[i] = nanos(() -> hashAll(kernel, headers, count, hashes));
    }
    plan = BatchPlan.of(kernels, count, alone, together);
    return plan.describe() + " (" + module.description() + ")";
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void hashAll(Kernel kernel, byte[] headers, int count, byte[] sink) {
    for (int i = 0; i < count; i += kernel.lanes()) {
      kernel.hash(headers, i * Hasher.HEADER_SIZE, kernel.lanes(), sink, i * Hasher.HASH_SIZE);
    }
  }

  /** The time of a run when it does not become faster any more. */
  private long nanos(Runnable task) {
    long[] runs = new long[RUNS];
    long before = nanoTime.getAsLong();
    long improved = before;
    long fastest = Long.MAX_VALUE;
    int same = 0;
    while (before - improved < PATIENCE_NANOS || same < PATIENCE_MEDIANS) {
      same++;
      for (int i = 0; i < RUNS; i++) {
        task.run();
        long after = nanoTime.getAsLong();
        runs[i] = after - before;
        before = after;
      }
      Arrays.sort(runs);
      long median = runs[RUNS / 2];
      if (median < fastest * IMPROVEMENT) {
        improved = before;
        same = 0;
      }
      fastest = Math.min(fastest, median);
    }
    return fastest;
  }
}
