package io.powerpool.coinrpc;

import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How one coin server is reached.
 *
 * @param name for people: {@code host:port}
 * @param path of the RPC on the server, {@code /} as a rule
 * @param priority the higher is preferred while it is live
 * @param password never printed
 * @param cookieFile what the node writes its credentials to at each start; takes the place of user
 *     name and password
 * @param timeout for a complete reply; long polls and block submissions have longer ones
 * @param maxConnections kept to this server, the long poll's not counted
 * @param maxReplyBytes the longest reply that we keep
 * @param zmq where it publishes the ids of its new blocks, {@code tcp://HOST:PORT}
 */
public record CoinServerOptions(
    String name,
    String host,
    int port,
    boolean tls,
    String path,
    int priority,
    String username,
    Optional<Secret> password,
    Optional<Path> cookieFile,
    Duration timeout,
    int maxConnections,
    int maxReplyBytes,
    Optional<String> zmq) {

  private static final int MEBIBYTE = 1024 * 1024;

  private static final Pattern ZMQ_ENDPOINT =
      Pattern.compile("tcp://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):([0-9]{1,5})");

  /**
   * Reads one entry of a coin's {@code servers}: {@code url}, or {@code address} and {@code port};
   * {@code username} and {@code password}, or {@code cookie_file}; {@code priority}, {@code
   * timeout}, {@code max_connections}, {@code max_reply_bytes}, {@code zmq}.
   */
  public static CoinServerOptions from(Section section) {
    Optional<URI> url = section.optionalString("url").map(text -> url(section, text));
    String host;
    int port;
    if (url.isPresent()) {
      if (section.has("address") || section.has("port")) {
        section.fault("url", url.get(), "either url, or address and port, not both");
      }
      host = url.get().getHost();
      port = url.get().getPort();
    } else {
      host = section.string("address", "127.0.0.1");
      port = section.integer("port", 0, 1, 65_535);
      if (!section.has("port")) {
        section.fault("port", null, "the port of the coin server's RPC (or url)");
      }
    }
    String username = section.string("username", "");
    Optional<Secret> password = section.secret("password");
    Optional<Path> cookieFile = section.optionalString("cookie_file").map(Path::of);
    if (cookieFile.isPresent() == !username.isEmpty()) {
      section.fault(
          "cookie_file",
          cookieFile.map(Path::toString).orElse(null),
          "either cookie_file, or username and password");
    }
    return new CoinServerOptions(
        host + ":" + port,
        host,
        port,
        url.map(given -> given.getScheme().equals("https")).orElse(false),
        url.map(URI::getRawPath).filter(path -> !path.isEmpty()).orElse("/"),
        section.integer("priority", 100, 0, 1_000_000),
        username,
        password,
        cookieFile,
        section.duration(
            "timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(5)),
        section.integer("max_connections", 10, 1, 1_000),
        section.integer("max_reply_bytes", 64 * MEBIBYTE, 1024, 1024 * MEBIBYTE),
        zmq(section));
  }

  private static Optional<String> zmq(Section section) {
    Optional<String> endpoint = section.optionalString("zmq");
    endpoint.ifPresent(
        given -> {
          var parts = ZMQ_ENDPOINT.matcher(given);
          if (!parts.matches() || !isPort(parts.group(2))) {
            section.fault("zmq", given, "tcp://HOST:PORT, the node's zmqpubhashblock");
          }
        });
    return endpoint;
  }

  private static boolean isPort(String digits) {
    int port = Integer.parseInt(digits);
    return port > 0 && port <= 65_535;
  }

  private static URI url(Section section, String text) {
    URI harmless = URI.create("http://127.0.0.1:1/");
    try {
      URI url = new URI(text);
      if (url.getUserInfo() != null) {
        section.fault("url", "****", "no user name in it: set username and password");
        return harmless;
      }
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null
          && url.getPort() > 0) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Told below, in the same words as any other wrong address.
    }
    // What stands before an @ may be a password.
    section.fault(
        "url", text.contains("@") ? "****" : text, "http://HOST:PORT or https://HOST:PORT");
    return harmless;
  }
}
