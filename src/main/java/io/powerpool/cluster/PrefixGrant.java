package io.powerpool.cluster;

import java.time.Duration;
import java.util.BitSet;
import java.util.Objects;

/**
 * What a job manager's process makes of a {@link PrefixClaim}. A grant is about the jobs of that
 * process: only with them may the prefix be used.
 *
 * @param process the one that grants
 * @param held about the prefix in use
 * @param wish about the prefix wished for
 * @param taken the prefixes that others have; not to be changed
 */
public record PrefixGrant(long process, Place held, Place wish, BitSet taken) {

  /**
   * So long a grant holds, from the sending of its claim: whoever has it and was not heard for
   * longer takes no more jobs with it.
   */
  public static final Duration LEASE = Duration.ofSeconds(30);

  /**
   * About one prefix.
   *
   * @param granted whether the claimant may use it
   * @param fromMillis the jobs up to this {@link io.powerpool.work.Job#createdMillis} are another's
   *     that had the prefix before; 0 if there was none
   * @param holder the node that has it, if it was refused
   */
  public record Place(boolean granted, long fromMillis, String holder) {

    /** About no prefix. */
    public static final Place NONE = new Place(false, 0, "");

    public Place {
      Objects.requireNonNull(holder, "holder");
    }
  }

  public PrefixGrant {
    Objects.requireNonNull(held, "held");
    Objects.requireNonNull(wish, "wish");
    Objects.requireNonNull(taken, "taken");
  }
}
