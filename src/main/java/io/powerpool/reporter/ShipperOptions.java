package io.powerpool.reporter;

import io.powerpool.config.Section;
import java.time.Duration;

/**
 * How entries travel from a journal to a reporter.
 *
 * @param batchInterval how long entries may wait for others to travel with
 * @param batchEntries at most that many in one batch
 * @param timeout how long a reporter may take for a batch
 * @param firstRetry the pause after a failure, doubled with each further one
 * @param lastRetry the longest pause
 */
public record ShipperOptions(
    Duration batchInterval,
    int batchEntries,
    Duration timeout,
    Duration firstRetry,
    Duration lastRetry) {

  public static final ShipperOptions DEFAULT =
      new ShipperOptions(
          Duration.ofMillis(250),
          2000,
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Duration.ofSeconds(5));

  /** Reads {@code batch_interval}, {@code batch_entries} and {@code batch_timeout}. */
  public static ShipperOptions from(Section section) {
    return new ShipperOptions(
        section.duration(
            "batch_interval", DEFAULT.batchInterval, Duration.ofMillis(1), Duration.ofMinutes(10)),
        section.integer("batch_entries", DEFAULT.batchEntries, 1, 100_000),
        section.duration(
            "batch_timeout", DEFAULT.timeout, Duration.ofSeconds(1), Duration.ofMinutes(10)),
        DEFAULT.firstRetry,
        DEFAULT.lastRetry);
  }
}
