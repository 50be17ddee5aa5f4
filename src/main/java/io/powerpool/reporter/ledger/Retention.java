package io.powerpool.reporter.ledger;

import io.powerpool.config.Section;
import java.time.Duration;

/**
 * For how long the ledger keeps what; zero means for ever. Blocks, rounds, and each address's
 * accepted work by day are always kept.
 *
 * @param minutes sums by minute, which then become sums by hour
 * @param hours sums by hour, of which then the accepted work by address and day is left
 * @param workers those who have not sent a share for so long, unless they have found a block
 * @param telemetry what rig agents told
 */
record Retention(Duration minutes, Duration hours, Duration workers, Duration telemetry) {

  static final Retention DEFAULT =
      new Retention(
          Duration.ofDays(7), Duration.ofDays(90), Duration.ofDays(90), Duration.ofDays(7));

  static final Retention FOR_EVER =
      new Retention(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

  /** The monitor asks for the sums of a day. */
  private static final Duration LEAST = Duration.ofDays(1);

  private static final Duration MOST = Duration.ofDays(36_500);

  /**
   * Reads {@code keep_minutes}, {@code keep_hours}, {@code keep_workers} and {@code
   * keep_telemetry}.
   */
  static Retention from(Section section) {
    Duration minutes = read(section, "keep_minutes", DEFAULT.minutes);
    Duration hours = read(section, "keep_hours", DEFAULT.hours);
    if (!minutes.isZero() && !hours.isZero() && hours.compareTo(minutes) < 0) {
      section.fault("keep_hours", hours, "0 for ever, or not less than keep_minutes");
    }
    return new Retention(
        minutes,
        hours,
        read(section, "keep_workers", DEFAULT.workers),
        read(section, "keep_telemetry", DEFAULT.telemetry));
  }

  private static Duration read(Section section, String key, Duration fallback) {
    Duration kept = section.duration(key, fallback, Duration.ZERO, MOST);
    if (!kept.isZero() && kept.compareTo(LEAST) < 0) {
      section.fault(key, kept, "0 for ever, or 1d at least");
    }
    return kept;
  }
}
