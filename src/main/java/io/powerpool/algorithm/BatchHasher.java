package io.powerpool.algorithm;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Hashes by kernels where the plan of the moment says so, else one header at a time. */
final class BatchHasher implements Hasher {

  private final Hasher single;
  private final Supplier<List<Kernel>> maker;
  private final Supplier<BatchPlan> plan;

  /** Made when first needed: scrypt's hold megabytes. */
  private List<Kernel> kernels = List.of();

  BatchHasher(Hasher single, Supplier<List<Kernel>> maker, Supplier<BatchPlan> plan) {
    this.single = single;
    this.maker = maker;
    this.plan = plan;
  }

  @Override
  public void hash(byte[] header, int from, byte[] sink, int to) {
    int kernel = plan.get().kernelFor(1);
    if (kernel < 0) {
      single.hash(header, from, sink, to);
    } else {
      kernel(kernel).hash(header, from, 1, sink, to);
    }
  }

  @Override
  public int batchSize() {
    return plan.get().batchSize();
  }

  @Override
  public void hashAll(byte[] headers, int count, byte[] sink) {
    Objects.checkFromIndexSize(0, count * HEADER_SIZE, headers.length);
    Objects.checkFromIndexSize(0, count * HASH_SIZE, sink.length);
    BatchPlan now = plan.get();
    int done = 0;
    while (done < count) {
      int kernel = now.kernelFor(count - done);
      int hashed = 1;
      if (kernel < 0) {
        single.hash(headers, done * HEADER_SIZE, sink, done * HASH_SIZE);
      } else {
        hashed = byKernel(kernel, headers, done, count, sink);
      }
      done += hashed;
    }
  }

  private int byKernel(int which, byte[] headers, int done, int count, byte[] sink) {
    Kernel kernel = kernel(which);
    int hashed = Math.min(count - done, kernel.lanes());
    kernel.hash(headers, done * HEADER_SIZE, hashed, sink, done * HASH_SIZE);
    return hashed;
  }

  private Kernel kernel(int which) {
    if (kernels.isEmpty()) {
      kernels = maker.get();
    }
    return kernels.get(which);
  }
}
