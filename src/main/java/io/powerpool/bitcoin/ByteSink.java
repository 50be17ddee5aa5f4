package io.powerpool.bitcoin;

import java.util.Arrays;

/** A growing array of bytes that numbers are written to little-endian, as Bitcoin does. */
public final class ByteSink {

  private byte[] bytes;
  private int size;

  public ByteSink() {
    this(256);
  }

  public ByteSink(int capacity) {
    bytes = new byte[capacity];
  }

  public ByteSink u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public ByteSink u16(int value) {
    return u8(value).u8(value >>> 8);
  }

  public ByteSink u32(int value) {
    return u16(value).u16(value >>> 16);
  }

  public ByteSink u64(long value) {
    return u32((int) value).u32((int) (value >>> 32));
  }

  /** A count as in {@link VarInt}. */
  public ByteSink varInt(long value) {
    VarInt.write(value, this);
    return this;
  }

  public ByteSink bytes(byte[] source) {
    return bytes(source, 0, source.length);
  }

  public ByteSink bytes(byte[] source, int from, int length) {
    room(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  /** The count of the bytes and then the bytes. */
  public ByteSink varBytes(byte[] source) {
    return varInt(source.length).bytes(source);
  }

  public ByteSink hash(Hash256 hash) {
    room(Hash256.SIZE);
    hash.write(bytes, size);
    size += Hash256.SIZE;
    return this;
  }

  public int size() {
    return size;
  }

  /** A copy of what was written. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
    }
  }
}
