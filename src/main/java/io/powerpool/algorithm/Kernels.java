package io.powerpool.algorithm;

import io.powerpool.algorithm.digest.Rounds;
import java.util.List;
import java.util.Optional;

/**
 * Makes the kernels that this machine and this JVM can run, for each function those with fewer
 * lanes first; an empty list where there are none.
 */
public interface Kernels {

  /** For scrypt with r = 1, p = 1. */
  List<Kernel> scrypt(int cost);

  /** For SHA-256 of SHA-256. */
  List<Kernel> sha256d();

  /** For BLAKE-256 with 8 rounds. */
  List<Kernel> blake256();

  /** New ones, for functions whose single hash they make faster; empty if vectors are too short. */
  Optional<Rounds> rounds();
}
