package io.powerpool.miner;

import java.time.Duration;

/**
 * What a pool tells a miner without being asked. Called on the event loop of the connection; each
 * method does nothing unless overridden.
 */
public interface PoolEvents {

  /** {@code mining.set_difficulty}: counts from the next job on. */
  default void onDifficulty(double difficulty) {}

  /** {@code mining.notify}. */
  default void onJob(ClientJob job) {}

  /** {@code mining.set_extranonce}: counts from the next job on. */
  default void onExtranonce(String extranonce1, int extranonce2Size) {}

  /** {@code mining.set_version_mask}: counts at once. */
  default void onVersionMask(int mask) {}

  /**
   * {@code client.reconnect}.
   *
   * @param host where to go, empty for the same address
   * @param port 0 for the same port
   * @param pause how long to wait before connecting
   */
  default void onReconnect(String host, int port, Duration pause) {}

  /** {@code client.show_message}. */
  default void onMessage(String text) {}

  /** A line that is none of the above, or malformed. */
  default void onUnknown(String line) {}

  /** The connection has ended, by either side. The last call. */
  default void onClose() {}
}
