package io.powerpool.share;

/** What became of a submission. The codes are stored in journals and databases: never reuse one. */
public enum Verdict {
  ACCEPTED(0),
  /** For work that a newer block has made worthless. */
  STALE(1),
  /** The same header as an earlier share. */
  DUPLICATE(2),
  /** The hash misses the difficulty that the work was handed out with. */
  LOW_DIFFICULTY(3),
  /** Against the rules: unknown job, time, version bits or extranonce out of bounds. */
  INVALID(4);

  private static final Verdict[] BY_CODE = values();

  private final byte code;

  Verdict(int code) {
    this.code = (byte) code;
  }

  /** The stable code for storage and wire. */
  public byte code() {
    return code;
  }

  /**
   * The verdict with this code.
   *
   * @throws IllegalArgumentException if there is none, as when a newer version wrote it
   */
  public static Verdict ofCode(int code) {
    // Codes are the ordinals, a test holds them to that.
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("unknown verdict code " + code);
    }
    return BY_CODE[code];
  }
}
