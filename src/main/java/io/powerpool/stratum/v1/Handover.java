package io.powerpool.stratum.v1;

import io.powerpool.stratum.ResumableSessions.Resumed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A miner's session on its way from one connection to another, as one of the two sees it: it waits
 * for a session, or has somebody who waits for its own, or both. Belongs to the event loop of that
 * connection.
 */
final class Handover {

  /** What the miner has sent since it asked for the session; null if none is awaited. */
  private List<byte[]> heldLines;

  private Consumer<Resumed> heir;

  /** From now on a session is awaited. */
  void await() {
    heldLines = new ArrayList<>();
  }

  boolean isAwaited() {
    return heldLines != null;
  }

  /** Keeps a line for later. */
  void hold(byte[] bytes, int from, int to) {
    heldLines.add(Arrays.copyOfRange(bytes, from, to));
  }

  /** No session is awaited any more; returns what was held back. */
  List<byte[]> arrived() {
    List<byte[]> lines = heldLines;
    heldLines = null;
    return lines;
  }

  /** Who gets this connection's session, or null. */
  Consumer<Resumed> heir() {
    return heir;
  }

  void heir(Consumer<Resumed> waiting) {
    heir = waiting;
  }
}
