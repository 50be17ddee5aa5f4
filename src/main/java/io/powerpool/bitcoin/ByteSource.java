package io.powerpool.bitcoin;

import java.util.Arrays;

/**
 * Reads numbers, hashes and byte strings from an array, one behind the other, as strictly as nodes
 * do. Everything that does not fit is an {@link IllegalArgumentException}; nothing is allocated on
 * the word of a length that the array cannot hold. Not thread safe.
 */
public final class ByteSource {

  /** Largest count that nodes read (MAX_SIZE in Bitcoin Core). */
  private static final long MAX_COUNT = 0x02000000;

  private final byte[] bytes;
  private int at;

  /** Reads from the start of the array, which is not copied. */
  public ByteSource(byte[] bytes) {
    this.bytes = bytes;
  }

  public int u8() {
    need(1);
    return bytes[at++] & 0xff;
  }

  /** Two bytes, little-endian. */
  public int u16() {
    return u8() | u8() << 8;
  }

  /** Four bytes, little-endian. */
  public int u32() {
    return u16() | u16() << 16;
  }

  /** Eight bytes, little-endian. */
  public long u64() {
    return (u32() & 0xffffffffL) | (long) u32() << 32;
  }

  /** A count as in {@link VarInt}, in its shortest form and at most 32 Mi. */
  public int varInt() {
    int first = u8();
    long value =
        switch (first) {
          case 0xfd -> u16();
          case 0xfe -> u32() & 0xffffffffL;
          case 0xff -> u64();
          default -> first;
        };
    if (value < 0 || value > MAX_COUNT) {
      throw new IllegalArgumentException("count " + Long.toUnsignedString(value) + " is too large");
    }
    if (VarInt.size(value) != (first < 0xfd ? 1 : first == 0xfd ? 3 : first == 0xfe ? 5 : 9)) {
      throw new IllegalArgumentException("count " + value + " is not in its shortest form");
    }
    return (int) value;
  }

  /** The next {@code length} bytes, copied. */
  public byte[] bytes(int length) {
    need(length);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /** A count and as many bytes, copied. */
  public byte[] varBytes() {
    return bytes(varInt());
  }

  /** A hash in internal order. */
  public Hash256 hash() {
    need(Hash256.SIZE);
    at += Hash256.SIZE;
    return Hash256.read(bytes, at - Hash256.SIZE);
  }

  /** How many bytes are left. */
  public int remaining() {
    return bytes.length - at;
  }

  private void need(int length) {
    if (length > remaining()) {
      throw new IllegalArgumentException(
          "ends too early: " + length + " bytes needed at " + at + ", " + remaining() + " left");
    }
  }
}
