package io.powerpool.algorithm.vector;

import io.powerpool.algorithm.Kernel;
import io.powerpool.algorithm.Kernels;
import io.powerpool.algorithm.digest.Rounds;
import java.util.List;
import java.util.Optional;

/** The kernels for vectors of this machine's width. */
public final class VectorKernels implements Kernels {

  /** For {@code VectorModule}, which calls it by reflection. */
  public VectorKernels() {
    if (Lanes.BITS < 128) {
      throw new UnsupportedOperationException(
          "its vectors have " + Lanes.BITS + " bits, fewer than 128");
    }
  }

  /** Four groups at once are faster than two, but JDK 17 may make objects of so many vectors. */
  private static final boolean MANY_VECTORS = Runtime.version().feature() >= 25;

  @Override
  public List<Kernel> scrypt(int cost) {
    return MANY_VECTORS
        ? List.of(new ScryptKernel(cost, 2), new ScryptKernel(cost, 4))
        : List.of(new ScryptKernel(cost, 2));
  }

  @Override
  public List<Kernel> sha256d() {
    return List.of(new Sha256dKernel());
  }

  @Override
  public List<Kernel> blake256() {
    return List.of(new Blake256Kernel());
  }

  @Override
  public Optional<Rounds> rounds() {
    return Lanes.BITS < 256 ? Optional.empty() : Optional.of(new VectorRounds());
  }

  @Override
  public String toString() {
    return Lanes.BITS + "-bit vectors";
  }
}
