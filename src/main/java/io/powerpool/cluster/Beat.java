package io.powerpool.cluster;

import java.util.List;
import java.util.Objects;

/**
 * A candidate's sign of life, four times a second: those that lead and those that stand by.
 *
 * @param source what there is one leader for: a coin or a switching group
 * @param merged the coins that are mined together with it and have the same leader
 * @param node the node's name
 * @param process tells processes apart, also those that call their node the same
 * @param state what it does at present
 * @param epoch of its term if it leads; otherwise the highest that it knows of
 * @param startedMillis when it began to stand, in milliseconds since 1970
 * @param fingerprint of what its configuration makes of the coin's blocks; empty if that does not
 *     matter
 * @param able whether it can make work: of one that leads at this moment, of others for a while
 */
public record Beat(
    String source,
    List<String> merged,
    String node,
    long process,
    State state,
    long epoch,
    long startedMillis,
    String fingerprint,
    boolean able) {

  /** What a candidate does. */
  public enum State {
    STANDBY(0, "standby"),
    LEADING(1, "leading"),
    /** It goes out of service and asks for a successor; it leads again only if nobody else can. */
    RESIGNED(2, "resigned"),
    /** It stands no more. */
    ENDED(3, "ended");

    private final int code;
    private final String word;

    State(int code, String word) {
      this.code = code;
      this.word = word;
    }

    /** Tells them apart on the wire; but see {@link BeatCodec}. */
    int code() {
      return code;
    }

    /** As it is shown to people. */
    public String word() {
      return word;
    }
  }

  public Beat {
    merged = List.copyOf(merged);
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(fingerprint, "fingerprint");
  }

  public boolean leads() {
    return state == State.LEADING;
  }

  /** Whether it does not lead and may come to. */
  boolean waits() {
    return state == State.STANDBY || state == State.RESIGNED;
  }
}
