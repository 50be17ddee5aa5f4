package io.powerpool.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Puts a {@link WireCodec} on the event bus: length, version byte, fields. */
final class BusCodec<T> implements MessageCodec<T, T> {

  private final WireCodec<T> wire;

  BusCodec(WireCodec<T> wire) {
    this.wire = wire;
  }

  @Override
  public void encodeToWire(Buffer buffer, T message) {
    int lengthAt = buffer.length();
    buffer.appendInt(0).appendByte((byte) wire.version());
    wire.write(message, new WireWriter(buffer));
    buffer.setInt(lengthAt, buffer.length() - lengthAt - Integer.BYTES);
  }

  @Override
  public T decodeFromWire(int position, Buffer buffer) {
    int length = buffer.getInt(position);
    int from = position + Integer.BYTES;
    if (length < 1 || length > buffer.length() - from) {
      throw new IllegalArgumentException(name() + " message of " + length + " bytes");
    }
    return wire.readVersioned(new WireReader(buffer, from, from + length));
  }

  /** Within a node the immutable message itself is handed over. */
  @Override
  public T transform(T message) {
    return message;
  }

  @Override
  public String name() {
    return "powerpool." + wire.name();
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
