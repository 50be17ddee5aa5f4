package io.powerpool.algorithm;

import java.util.List;

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
}
