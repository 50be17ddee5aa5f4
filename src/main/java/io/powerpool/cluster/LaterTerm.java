package io.powerpool.cluster;

import java.time.Duration;

/**
 * What a leader hears of jobs of a later term than its own, whose leader it does not hear. Knows no
 * clock; one owner, not thread safe.
 */
final class LaterTerm {

  /**
   * So long a leader listens for the one of the later term, and twice as long each next time:
   * should two that cannot hear each other hear of each other's jobs all the same, they do not
   * outbid each other for ever.
   */
  static final Duration PATIENCE = Duration.ofMillis(1500);

  /** A job that is in use is heard of again before so long has passed. */
  private static final Duration MEMORY = Duration.ofSeconds(10);

  private static final int MOST_DOUBLINGS = 20;

  private boolean heard;
  private long sinceNanos;
  private long lastNanos;
  private int answers;

  /** A job of a later term is heard of. */
  void onJob(long nowNanos) {
    if (!heard || nowNanos - lastNanos > MEMORY.toNanos()) {
      heard = true;
      sinceNanos = nowNanos;
    }
    lastNanos = nowNanos;
  }

  /** Whether it has been heard of for so long that its leader is gone, or would be heard too. */
  boolean isOrphaned() {
    return heard && lastNanos - sinceNanos >= PATIENCE.toNanos() << answers;
  }

  /** The leader has begun a term above it. */
  void answered() {
    heard = false;
    answers = Math.min(answers + 1, MOST_DOUBLINGS);
  }

  /** Somebody else has led meanwhile. */
  void clear() {
    heard = false;
    answers = 0;
  }
}
