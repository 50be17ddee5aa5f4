package io.powerpool.bitcoin;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A 256-bit hash, kept in internal (little-endian) order; {@link #toString} prints the reversed
 * form that people know.
 */
public final class Hash256 {

  /** Bytes in a hash. */
  public static final int SIZE = 32;

  /** The hash of all zeros: the parent of a genesis block, an empty leaf. */
  public static final Hash256 ZERO = new Hash256(new byte[SIZE]);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] internal;

  private Hash256(byte[] internal) {
    this.internal = internal;
  }

  /** A hash from 32 bytes in internal order, which are copied. */
  public static Hash256 of(byte[] internal) {
    return read(internal, 0);
  }

  /** A hash from the 32 bytes in internal order at {@code from}, which are copied. */
  public static Hash256 read(byte[] source, int from) {
    if (source.length - from < SIZE) {
      throw new IllegalArgumentException(
          "a hash takes 32 bytes, " + (source.length - from) + " were left");
    }
    return new Hash256(Arrays.copyOfRange(source, from, from + SIZE));
  }

  /**
   * A hash from its 64 display digits.
   *
   * @throws IllegalArgumentException if the text is not 64 hexadecimal digits
   */
  public static Hash256 ofDisplayHex(String hex) {
    byte[] bytes = Hex.decode(hex);
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("a hash has 64 hexadecimal digits, got '" + hex + "'");
    }
    return new Hash256(reversed(bytes));
  }

  /** A fresh copy of the 32 bytes in internal order. */
  public byte[] toBytes() {
    return internal.clone();
  }

  /** Writes the 32 bytes in internal order at {@code to}. */
  public void write(byte[] sink, int to) {
    System.arraycopy(internal, 0, sink, to, SIZE);
  }

  /** The 64 digits in internal order, as merkle branches are sent to miners. */
  public String toInternalHex() {
    return Hex.encode(internal);
  }

  /** Proof of work: whether this hash, read as a number, does not exceed the target. */
  public boolean meets(Target target) {
    return target.isMetBy(internal, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Hash256 that && Arrays.equals(internal, that.internal);
  }

  @Override
  public int hashCode() {
    return (int) (long) LONGS.get(internal, 0);
  }

  /** The 64 digits in display order. */
  @Override
  public String toString() {
    return Hex.encode(reversed(internal));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      result[i] = bytes[bytes.length - 1 - i];
    }
    return result;
  }
}
