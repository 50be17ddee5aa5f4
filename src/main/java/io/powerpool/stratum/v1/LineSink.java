package io.powerpool.stratum.v1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects the bytes of the lines that go out together. One per event loop, used again and again.
 */
public final class LineSink {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[1024];
  private int size;

  /** Whether nothing waits to be sent. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** The bytes collected, copied; nothing is left. */
  public byte[] take() {
    byte[] taken = Arrays.copyOf(bytes, size);
    size = 0;
    return taken;
  }

  int size() {
    return size;
  }

  LineSink ascii(String text) {
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      bytes[size++] = (byte) text.charAt(i);
    }
    return this;
  }

  LineSink raw(byte[] source) {
    return raw(source, 0, source.length);
  }

  LineSink raw(byte[] source, int from, int length) {
    room(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
    return this;
  }

  LineSink hex(byte[] source) {
    room(source.length * 2);
    for (byte b : source) {
      bytes[size++] = HEX[(b >>> 4) & 15];
      bytes[size++] = HEX[b & 15];
    }
    return this;
  }

  /** Overwrites the eight bytes at {@code at} with the digits of a 32-bit value. */
  static void hex32(byte[] sink, int at, int value) {
    for (int i = 0; i < 8; i++) {
      sink[at + i] = HEX[(value >>> (28 - 4 * i)) & 15];
    }
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
