package io.powerpool.miner;

/**
 * What befalls a {@link CpuMiner}, for whoever wants to tell people. Called on the miner's event
 * loop; each method does nothing unless overridden.
 */
public interface MinerListener {

  /** A listener that does not listen. */
  MinerListener NONE = new MinerListener() {};

  /** Connected, subscribed and authorized. */
  default void onConnected(String host, int port) {}

  /** The connection could not be made, or has ended; another attempt follows by itself. */
  default void onDisconnected(String reason) {}

  /** New work. */
  default void onJob(ClientJob job, double difficulty) {}

  /** The pool has taken a share. */
  default void onAccepted(FoundShare share) {}

  /** The pool has refused a share. */
  default void onRejected(FoundShare share, String reason) {}

  /** The pool wants its operator's words shown. */
  default void onMessage(String text) {}
}
