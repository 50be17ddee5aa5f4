package io.powerpool.bitcoin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * A 256-bit upper bound for a proof-of-work hash: smaller is harder. Immutable; comparing allocates
 * nothing.
 */
public final class Target implements Comparable<Target> {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final BigInteger MAXIMUM = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  /** The easiest target there is: every hash meets it. */
  public static final Target EASIEST = of(MAXIMUM);

  /** Four 64-bit words, the least significant first. */
  private final long word0;

  private final long word1;
  private final long word2;
  private final long word3;

  private Target(long word0, long word1, long word2, long word3) {
    this.word0 = word0;
    this.word1 = word1;
    this.word2 = word2;
    this.word3 = word3;
  }

  /**
   * The target of this value; anything above 2^256 − 1 becomes that.
   *
   * @throws IllegalArgumentException if the value is negative
   */
  public static Target of(BigInteger value) {
    if (value.signum() < 0) {
      throw new IllegalArgumentException("a target is not negative, was " + value);
    }
    BigInteger bounded = value.min(MAXIMUM);
    return new Target(
        bounded.longValue(),
        bounded.shiftRight(64).longValue(),
        bounded.shiftRight(128).longValue(),
        bounded.shiftRight(192).longValue());
  }

  /**
   * A target from its hexadecimal digits, most significant first, as in a template's {@code
   * target}.
   */
  public static Target ofHex(String hex) {
    byte[] bytes = Hex.decode(hex);
    if (bytes.length > Hash256.SIZE) {
      throw new IllegalArgumentException("a target has at most 64 hexadecimal digits: " + hex);
    }
    return of(new BigInteger(1, bytes));
  }

  /** The value as a number. */
  public BigInteger toBigInteger() {
    byte[] bytes = new byte[Hash256.SIZE];
    LONGS.set(bytes, 0, Long.reverseBytes(word3));
    LONGS.set(bytes, 8, Long.reverseBytes(word2));
    LONGS.set(bytes, 16, Long.reverseBytes(word1));
    LONGS.set(bytes, 24, Long.reverseBytes(word0));
    return new BigInteger(1, bytes);
  }

  /**
   * Whether the 32 bytes at {@code from}, read as a little-endian number, do not exceed this
   * target. Nodes accept equality, so do we.
   */
  public boolean isMetBy(byte[] hash, int from) {
    long high = (long) LONGS.get(hash, from + 24);
    if (high != word3) {
      return Long.compareUnsigned(high, word3) < 0;
    }
    long upper = (long) LONGS.get(hash, from + 16);
    if (upper != word2) {
      return Long.compareUnsigned(upper, word2) < 0;
    }
    long lower = (long) LONGS.get(hash, from + 8);
    if (lower != word1) {
      return Long.compareUnsigned(lower, word1) < 0;
    }
    return Long.compareUnsigned((long) LONGS.get(hash, from), word0) <= 0;
  }

  /** The smaller number is the harder target. */
  @Override
  public int compareTo(Target other) {
    int order = Long.compareUnsigned(word3, other.word3);
    if (order == 0) {
      order = Long.compareUnsigned(word2, other.word2);
    }
    if (order == 0) {
      order = Long.compareUnsigned(word1, other.word1);
    }
    return order != 0 ? order : Long.compareUnsigned(word0, other.word0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Target that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(word0 ^ word1 ^ word2 ^ word3);
  }

  /** The 64 digits, most significant first. */
  @Override
  public String toString() {
    return String.format("%016x%016x%016x%016x", word3, word2, word1, word0);
  }
}
