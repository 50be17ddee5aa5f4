package io.powerpool.miner.bench;

import java.time.Duration;

/**
 * What load to make.
 *
 * @param host the pool's host
 * @param port the pool's port
 * @param user the name to authorize as
 * @param workerPerConnection whether each connection has a worker of its own, user.1, user.2, …
 * @param password what goes with it
 * @param connections how many
 * @param sources how many addresses 127.0.0.1, 127.0.0.2, … they come from; 0 for no choice of
 *     address
 * @param connectsPerSecond how fast they are made
 * @param sharesPerSecond over all connections, on a fixed schedule; 0 for none
 * @param saturate instead: each connection always has a window of unanswered shares
 * @param window unanswered shares per connection, at most
 * @param think from an answer to the next share, when saturating
 * @param warmUp load before the measurement
 * @param duration of the measurement
 * @param settle silence between the last connection and the load
 * @param threads event loops
 */
record LoadOptions(
    String host,
    int port,
    String user,
    boolean workerPerConnection,
    String password,
    int connections,
    int sources,
    double connectsPerSecond,
    double sharesPerSecond,
    boolean saturate,
    int window,
    Duration think,
    Duration warmUp,
    Duration duration,
    Duration settle,
    int threads) {

  LoadOptions {
    check(connections > 0, "--connections must be positive, was " + connections);
    check(sources >= 0 && sources < 255, "--sources must be 0-254, was " + sources);
    check(connectsPerSecond > 0, "--ramp must be positive, was " + connectsPerSecond);
    check(sharesPerSecond >= 0, "--rate must not be negative, was " + sharesPerSecond);
    check(window > 0 && window <= 4096, "--window must be 1-4096, was " + window);
    check(threads > 0, "--threads must be positive, was " + threads);
    check(
        !saturate || sharesPerSecond == 0,
        "--rate and --saturate exclude each other: a fixed schedule, or as fast as the pool can");
  }

  private static void check(boolean valid, String fault) {
    if (!valid) {
      throw new IllegalArgumentException(fault);
    }
  }
}
