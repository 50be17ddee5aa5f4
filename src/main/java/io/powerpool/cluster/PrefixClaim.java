package io.powerpool.cluster;

import java.util.Objects;

/**
 * A stratum node claims a prefix of the extranonces for itself; sent to every candidate for a
 * leader's place every few seconds, or else what was claimed falls to others.
 *
 * @param node the claimant's name
 * @param process tells processes apart, also those that call their node the same
 * @param sequence grows with every claim of a process; an older one that comes late says nothing
 * @param bits how many high bits of an extranonce1 the prefix has, 0 to {@link #MOST_BITS}
 * @param held the prefix that jobs are handed out with, or {@link #NONE}
 * @param wish the prefix that they shall be handed out with, the same or another, or {@link #NONE};
 *     whatever the process claimed before and names no more it has given up
 * @param restMillis for how long nobody else shall have it if this process falls silent
 */
public record PrefixClaim(
    String node, long process, long sequence, int bits, int held, int wish, long restMillis) {

  public static final int NONE = -1;

  public static final int MOST_BITS = 15;

  public PrefixClaim {
    Objects.requireNonNull(node, "node");
    if (bits < 0 || bits > MOST_BITS) {
      throw new IllegalArgumentException("an extranonce prefix of " + bits + " bits");
    }
    if (held < NONE || held >= 1 << bits || wish < NONE || wish >= 1 << bits) {
      throw new IllegalArgumentException(
          "extranonce prefix " + held + " or " + wish + " of " + bits + " bits");
    }
  }
}
