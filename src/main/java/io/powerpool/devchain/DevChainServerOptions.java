package io.powerpool.devchain;

import java.time.Duration;

/**
 * How a development chain is served.
 *
 * @param host to listen on
 * @param port to listen on; 0 for any free one
 * @param user of HTTP basic authentication
 * @param password of HTTP basic authentication; never printed
 * @param transactionsPerSecond how many payments are invented; 0 for none
 * @param maxWaiting invents no payment while so many wait
 * @param newsDelay how long a long poll is held back if only transactions came; nodes take a minute
 * @param maxRequestBytes a longer request is refused
 */
public record DevChainServerOptions(
    String host,
    int port,
    String user,
    String password,
    double transactionsPerSecond,
    int maxWaiting,
    Duration newsDelay,
    int maxRequestBytes) {

  /** As much as nodes take: 32 MiB. */
  public static final int DEFAULT_MAX_REQUEST_BYTES = 0x02000000;

  public DevChainServerOptions {
    if (!(transactionsPerSecond >= 0 && transactionsPerSecond <= 10_000)) {
      throw new IllegalArgumentException(
          "0 to 10000 transactions per second can be invented, not " + transactionsPerSecond);
    }
    if (maxRequestBytes < 1_024) {
      throw new IllegalArgumentException(
          "requests of 1024 bytes must be possible, the limit was " + maxRequestBytes);
    }
  }

  /** On the loopback interface, without invented payments. */
  public static DevChainServerOptions local(int port, String user, String password) {
    return new DevChainServerOptions(
        "127.0.0.1",
        port,
        user,
        password,
        0,
        300,
        Duration.ofSeconds(10),
        DEFAULT_MAX_REQUEST_BYTES);
  }

  /** With invented payments. */
  public DevChainServerOptions withTransactionsPerSecond(double rate) {
    return new DevChainServerOptions(
        host, port, user, password, rate, maxWaiting, newsDelay, maxRequestBytes);
  }

  public DevChainServerOptions withNewsDelay(Duration delay) {
    return new DevChainServerOptions(
        host, port, user, password, transactionsPerSecond, maxWaiting, delay, maxRequestBytes);
  }

  public DevChainServerOptions withMaxRequestBytes(int bytes) {
    return new DevChainServerOptions(
        host, port, user, password, transactionsPerSecond, maxWaiting, newsDelay, bytes);
  }

  @Override
  public String toString() {
    return "DevChainServerOptions[" + user + ":****@" + host + ":" + port + "]";
  }
}
