package io.powerpool.reporter;

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
          Duration.ofSeconds(15));
}
