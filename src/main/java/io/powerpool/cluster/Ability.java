package io.powerpool.cluster;

import java.time.Duration;

/**
 * Whether a candidate can make work, as others may count on it: lost at once, and regained when it
 * has lasted, so that a coin server that comes and goes does not take the lead with it. Knows no
 * clock; one owner, not thread safe.
 */
final class Ability {

  /** So long it must be there, unless it was from the first moment on, before it counts. */
  static final Duration STEADY = Duration.ofSeconds(10);

  private boolean told;
  private boolean present = true;
  private boolean steady = true;
  private long sinceNanos;

  /** What is the case at this moment. */
  void report(boolean able, long nowNanos) {
    if (!told || able != present) {
      present = able;
      sinceNanos = nowNanos;
      steady = able && !told;
      told = true;
    } else if (present && nowNanos - sinceNanos >= STEADY.toNanos()) {
      steady = true;
    }
  }

  /** As reported last; able before the first report. */
  boolean present() {
    return present;
  }

  /** Present from the first moment on, or again for so long that it may be counted on. */
  boolean steady() {
    return steady;
  }

  /** For how long it has been missing without a break; zero if it is there. */
  Duration missing(long nowNanos) {
    return present ? Duration.ZERO : Duration.ofNanos(nowNanos - sinceNanos);
  }
}
