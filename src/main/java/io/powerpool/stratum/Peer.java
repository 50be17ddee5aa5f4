package io.powerpool.stratum;

import io.netty.buffer.ByteBuf;

/** The other end of a session, whatever carries the bytes. */
public interface Peer {

  /** Sends these bytes, which nobody changes afterwards. */
  void send(byte[] bytes);

  /** Sends bytes that go to many: they stay valid for ever, and their indexes are left alone. */
  void sendShared(ByteBuf bytes);

  /** Reads no more until {@link #resumeReading}. */
  void pauseReading();

  void resumeReading();

  /** Whether the miner has not read what was sent so far. */
  boolean isBehind();

  /** Once a second: looks after what is being sent. */
  void onTick(long nowNanos);

  /** Hangs up, once what was sent is out. */
  void close(CloseReason reason);

  /** Where the miner calls from, for people. */
  String address();
}
