package io.powerpool.coinrpc;

import java.util.Locale;

/** What may be expected of a coin server, the best first. */
public enum ServerState {
  /** It answers, gives work, and is where the best chain is. */
  LIVE,
  /** It answers, but its chain is shorter than another server's. */
  BEHIND,
  /** It answers, but at the same height it is on another block than most, or than our work. */
  FORKED,
  /** It has owed an answer for longer than we have patience. */
  SLOW,
  /** It answers, but refuses to give work, or gives work that cannot be used. */
  FAULTY,
  /** It does not answer, or does not let us in. */
  DOWN;

  /** As statistics have it: "live". */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
