package io.powerpool.algorithm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * From how many headers on which kernel is used. A kernel takes the same time for one header as for
 * all its lanes, so a few are sooner hashed one by one, or by a kernel with fewer lanes.
 */
final class BatchPlan {

  /** Always one by one. */
  static final BatchPlan NONE = new BatchPlan(List.of(), 0);

  /** What a kernel has to be faster by, lest the noise of the measurement decide. */
  private static final double MARGIN = 1.05;

  private final List<Use> uses;
  private final double aloneMicros;

  private BatchPlan(List<Use> uses, double aloneMicros) {
    this.uses = uses;
    this.aloneMicros = aloneMicros;
  }

  /**
   * @param kernels those with fewer lanes first
   * @param headers how many headers were hashed in the times that follow
   * @param alone nanoseconds for them one by one
   * @param together nanoseconds for them by each kernel
   */
  static BatchPlan of(List<Kernel> kernels, int headers, long alone, long[] together) {
    List<Use> uses = new ArrayList<>();
    double[] best = new double[1 + kernels.get(kernels.size() - 1).lanes()];
    for (int count = 0; count < best.length; count++) {
      best[count] = (double) alone / headers * count;
    }
    for (int i = 0; i < together.length; i++) {
      int lanes = kernels.get(i).lanes();
      double nanos = (double) together[i] / headers * lanes;
      int least = 1;
      while (least <= lanes && best[least] <= nanos * MARGIN) {
        least++;
      }
      if (least <= lanes) {
        uses.add(new Use(i, lanes, least, nanos / 1000));
        for (int count = least; count < best.length; count++) {
          best[count] = nanos + best[Math.max(0, count - lanes)];
        }
      }
    }
    return new BatchPlan(List.copyOf(uses), alone / 1000.0 / headers);
  }

  /** How many headers are worth waiting for: the lanes of the largest kernel in use, or 1. */
  int batchSize() {
    return uses.isEmpty() ? 1 : uses.get(uses.size() - 1).lanes();
  }

  /** Which kernel to hash so many headers with, by its place in the list; -1 for none. */
  int kernelFor(int count) {
    for (int i = uses.size() - 1; i >= 0; i--) {
      if (count >= uses.get(i).least()) {
        return uses.get(i).kernel();
      }
    }
    return -1;
  }

  /** In words, with the times. */
  String describe() {
    StringBuilder text = new StringBuilder("one header at a time");
    if (uses.isEmpty()) {
      return text + ", which is faster here than several at once";
    }
    text.append(String.format(Locale.ROOT, " in %.2f us", aloneMicros));
    for (Use use : uses) {
      text.append(use.describe());
    }
    return text.toString();
  }

  /** A kernel that pays, from {@code least} headers on. */
  private record Use(int kernel, int lanes, int least, double micros) {

    String describe() {
      return lanes == 1
          ? String.format(Locale.ROOT, ", but with vectors in %.2f us", micros)
          : String.format(Locale.ROOT, ", %d to %d together in %.2f us", least, lanes, micros);
    }
  }
}
