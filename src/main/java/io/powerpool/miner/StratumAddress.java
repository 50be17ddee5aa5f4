package io.powerpool.miner;

import java.net.URI;
import java.net.URISyntaxException;

/** Where a pool listens, as people write it: stratum+tcp://host:port. */
public record StratumAddress(String host, int port) {

  /** Where pools usually listen. */
  public static final int DEFAULT_PORT = 3333;

  private static final String SCHEME = "stratum+tcp";

  /**
   * Reads an address; the scheme and the port may be left out.
   *
   * @throws IllegalArgumentException if it is none, or names another scheme
   */
  public static StratumAddress parse(String text) {
    try {
      URI uri = new URI(text.contains("://") ? text : SCHEME + "://" + text);
      if (!SCHEME.equals(uri.getScheme()) || uri.getHost() == null) {
        throw new IllegalArgumentException(
            "a pool's address is stratum+tcp://HOST:PORT, was '" + text + "'");
      }
      String host = uri.getHost();
      boolean bracketed = host.startsWith("[");
      return new StratumAddress(
          bracketed ? host.substring(1, host.length() - 1) : host,
          uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "a pool's address is stratum+tcp://HOST:PORT, was '" + text + "'", e);
    }
  }
}
