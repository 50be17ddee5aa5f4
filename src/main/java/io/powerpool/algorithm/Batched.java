package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.lang.management.ManagementFactory;
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

  /** Headers per measurement: a multiple of the lanes of every kernel. */
  private static final int HEADERS = 16;

  /** For how long one way is measured at least; its fastest run counts. */
  private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /**
   * A kernel that is still slower than one header at a time is run on for as long as it becomes
   * faster now and then: until HotSpot has compiled it, it is slower by a factor of thousand.
   */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

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
    byte[] headers = new byte[HEADERS * Hasher.HEADER_SIZE];
    new Random(HEADERS).nextBytes(headers);
    byte[] hashes = new byte[HEADERS * Hasher.HASH_SIZE];
    Hasher hasher = single.newHasher();
    long alone = nanos(() -> hasher.hashAll(headers, HEADERS, hashes), Long.MAX_VALUE);
    long[] together = new long[kernels.size()];
    for (int i = 0; i < together.length; i++) {
      Kernel kernel = kernels.get(i);
      together[i] = nanos(() -> hashAll(kernel, headers, hashes), alone);
    }
    plan = BatchPlan.of(kernels, HEADERS, alone, together);
    return plan.describe() + " (" + module.description() + ")";
  }

  private static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void hashAll(Kernel kernel, byte[] headers, byte[] sink) {
    for (int i = 0; i < HEADERS; i += kernel.lanes()) {
      kernel.hash(headers, i * Hasher.HEADER_SIZE, kernel.lanes(), sink, i * Hasher.HASH_SIZE);
    }
  }

  /** The fastest of many runs, of which there are more while it takes more than asked. */
  private long nanos(Runnable task, long asked) {
    long start = nanoTime.getAsLong();
    long before = start;
    long improved = start;
    long fastest = Long.MAX_VALUE;
    do {
      task.run();
      long after = nanoTime.getAsLong();
      if (after - before < fastest * IMPROVEMENT) {
        improved = after;
      }
      fastest = Math.min(fastest, after - before);
      before = after;
    } while (before - start < LEAST_NANOS
        || (fastest > asked && before - improved < PATIENCE_NANOS));
    return fastest;
  }
}
