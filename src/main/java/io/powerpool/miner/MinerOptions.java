package io.powerpool.miner;

import java.time.Duration;

/**
 * What a {@link CpuMiner} is to do.
 *
 * @param host the pool's address
 * @param port the pool's port
 * @param user the name to authorize as, "address.worker"
 * @param password what goes with it; pools read arguments there
 * @param threads how many threads hash
 * @param hashesPerSecond the most hashes of all threads together per second, 0 for no limit
 * @param versionRolling whether to ask for version rolling, and to roll if the pool agrees
 * @param reconnectAfter the pause before connecting again; doubled on each failure in a row
 * @param reconnectAtMost the longest such pause
 */
public record MinerOptions(
    String host,
    int port,
    String user,
    String password,
    int threads,
    double hashesPerSecond,
    boolean versionRolling,
    Duration reconnectAfter,
    Duration reconnectAtMost) {

  public MinerOptions {
    check(!host.isBlank(), "the pool's host is missing");
    check(port > 0 && port < 65_536, "a port is 1-65535, was " + port);
    check(threads > 0, "a miner has at least one thread, was " + threads);
    check(hashesPerSecond >= 0, "a hash rate limit is not negative, was " + hashesPerSecond);
    check(!reconnectAfter.isNegative(), "a pause is not negative, was " + reconnectAfter);
    check(
        reconnectAtMost.compareTo(reconnectAfter) >= 0,
        "the longest pause is not below the first, was " + reconnectAtMost);
  }

  /** One thread without a limit that rolls versions and connects again after 1 to 30 seconds. */
  public static MinerOptions of(String host, int port, String user, String password) {
    return new MinerOptions(
        host, port, user, password, 1, 0, true, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  public MinerOptions withThreads(int count) {
    return new MinerOptions(
        host,
        port,
        user,
        password,
        count,
        hashesPerSecond,
        versionRolling,
        reconnectAfter,
        reconnectAtMost);
  }

  public MinerOptions withHashesPerSecond(double limit) {
    return new MinerOptions(
        host,
        port,
        user,
        password,
        threads,
        limit,
        versionRolling,
        reconnectAfter,
        reconnectAtMost);
  }

  public MinerOptions withVersionRolling(boolean wanted) {
    return new MinerOptions(
        host,
        port,
        user,
        password,
        threads,
        hashesPerSecond,
        wanted,
        reconnectAfter,
        reconnectAtMost);
  }

  public MinerOptions withReconnect(Duration after, Duration atMost) {
    return new MinerOptions(
        host, port, user, password, threads, hashesPerSecond, versionRolling, after, atMost);
  }

  private static void check(boolean valid, String fault) {
    if (!valid) {
      throw new IllegalArgumentException(fault);
    }
  }
}
