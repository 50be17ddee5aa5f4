package io.powerpool.share;

/**
 * What the coin's servers said about a solved block. The codes are stored in journals and
 * databases: never reuse one.
 */
public enum BlockOutcome {
  /** Submitted or about to be: no server has answered yet. */
  PENDING(0),
  ACCEPTED(1),
  /** A server knew the block already: not a rejection. */
  DUPLICATE(2),
  /** Valid on a branch that is not the best one at present: not a rejection. */
  INCONCLUSIVE(3),
  /** Another block of this height was first. */
  STALE(4),
  REJECTED(5);

  private static final BlockOutcome[] BY_CODE = values();

  private final byte code;

  BlockOutcome(int code) {
    this.code = (byte) code;
  }

  /** The stable code for storage and wire. */
  public byte code() {
    return code;
  }

  /**
   * The outcome with this code.
   *
   * @throws IllegalArgumentException if there is none, as when a newer version wrote it
   */
  public static BlockOutcome ofCode(int code) {
    // Codes are the ordinals, a test holds them to that.
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("unknown block outcome code " + code);
    }
    return BY_CODE[code];
  }
}
