package io.powerpool.coin;

import io.powerpool.bitcoin.Hex;

/**
 * How a coin with several proof-of-work functions tells in a header's version which one it is mined
 * with.
 *
 * @param mask the bits that tell; 0 for a coin with one function
 * @param value what they are for ours
 */
public record AlgorithmBits(int mask, int value) {

  /** Of a coin with one function. */
  public static final AlgorithmBits NONE = new AlgorithmBits(0, 0);

  public AlgorithmBits {
    if ((value & ~mask) != 0) {
      throw new IllegalArgumentException(
          "only bits of version_algorithm_mask " + Hex.ofInt(mask) + " may be set");
    }
  }

  /** Whether a header of this version is mined with our function. */
  public boolean areIn(int version) {
    return (version & mask) == value;
  }
}
