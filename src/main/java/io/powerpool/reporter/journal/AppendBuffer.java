package io.powerpool.reporter.journal;

import java.util.Arrays;

/** Records waiting to be written, one after the other; grows up to its limit. Not thread safe. */
final class AppendBuffer {

  private static final int INITIAL_BYTES = 64 * 1024;

  private final int limit;
  private byte[] bytes;
  private int length;
  private int count;

  AppendBuffer(int limit) {
    this.limit = limit;
    this.bytes = new byte[Math.min(limit, INITIAL_BYTES)];
  }

  /** Whether that many bytes can still be added. */
  boolean fits(int more) {
    return more <= limit - length;
  }

  /** Adds records; {@link #fits} has said that they fit. */
  void add(byte[] source, int sourceLength, int records) {
    if (sourceLength > bytes.length - length) {
      long doubled = Math.max(2L * bytes.length, (long) length + sourceLength);
      bytes = Arrays.copyOf(bytes, (int) Math.min(limit, doubled));
    }
    System.arraycopy(source, 0, bytes, length, sourceLength);
    length += sourceLength;
    count += records;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** How many records. */
  int count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  void clear() {
    length = 0;
    count = 0;
  }
}
