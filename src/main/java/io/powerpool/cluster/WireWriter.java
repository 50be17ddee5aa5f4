package io.powerpool.cluster;

import io.powerpool.bitcoin.Hash256;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Appends fields to a buffer: numbers big-endian, texts and arrays with their length before. */
public final class WireWriter {

  private final Buffer buffer;

  public WireWriter(Buffer buffer) {
    this.buffer = buffer;
  }

  public WireWriter u8(int value) {
    buffer.appendByte((byte) value);
    return this;
  }

  public WireWriter flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  public WireWriter i32(int value) {
    buffer.appendInt(value);
    return this;
  }

  public WireWriter i64(long value) {
    buffer.appendLong(value);
    return this;
  }

  public WireWriter f64(double value) {
    buffer.appendDouble(value);
    return this;
  }

  public WireWriter hash(Hash256 value) {
    buffer.appendBytes(value.toBytes());
    return this;
  }

  public WireWriter bytes(byte[] value) {
    buffer.appendInt(value.length).appendBytes(value);
    return this;
  }

  public WireWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }
}
