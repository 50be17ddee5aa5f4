package io.powerpool.cluster;

import io.powerpool.bitcoin.Hash256;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link WireWriter} wrote; throws IllegalArgumentException where the bytes end early.
 */
public final class WireReader {

  private final Buffer buffer;
  private final int end;
  private int position;

  /** Reads from {@code position} up to, but not including, {@code end}. */
  public WireReader(Buffer buffer, int position, int end) {
    this.buffer = buffer;
    this.position = position;
    this.end = end;
  }

  public int u8() {
    return buffer.getByte(advance(1)) & 0xff;
  }

  public boolean flag() {
    return u8() != 0;
  }

  public int i32() {
    return buffer.getInt(advance(4));
  }

  public long i64() {
    return buffer.getLong(advance(8));
  }

  public double f64() {
    return buffer.getDouble(advance(8));
  }

  public Hash256 hash() {
    int from = advance(Hash256.SIZE);
    return Hash256.of(buffer.getBytes(from, from + Hash256.SIZE));
  }

  public byte[] bytes() {
    int length = i32();
    int from = advance(length);
    return buffer.getBytes(from, from + length);
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** How many bytes are left. */
  public int remaining() {
    return end - position;
  }

  private int advance(int length) {
    if (length < 0 || length > end - position) {
      throw new IllegalArgumentException(
          "message too short: " + length + " bytes wanted, " + (end - position) + " left");
    }
    int from = position;
    position += length;
    return from;
  }
}
