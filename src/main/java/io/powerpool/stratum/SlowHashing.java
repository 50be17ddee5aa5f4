package io.powerpool.stratum;

import java.util.function.Consumer;

/** Computes proof-of-work hashes that would hold up an event loop. */
@FunctionalInterface
public interface SlowHashing {

  /**
   * Hashes a header of 80 bytes, which is left alone until then, and hands the 32 bytes of the hash
   * over on the caller's event loop.
   *
   * @return false if too many wait already; then nothing follows
   */
  boolean hash(byte[] header, Consumer<byte[]> done);
}
