package io.powerpool.jobmanager.switching;

import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the prices of a switching group come from: one of three.
 *
 * @param redis {@code redis://HOST:PORT} or {@code redis://HOST:PORT/DATABASE}
 * @param password of the Redis server; never printed
 * @param http the address of a JSON document
 * @param file a YAML or JSON file, read again when it has changed
 * @param timeout for a complete answer
 * @param maxBytes the longest document that is read
 */
public record PriceOptions(
    Optional<URI> redis,
    Optional<Secret> password,
    Optional<URI> http,
    Optional<Path> file,
    Duration timeout,
    int maxBytes) {

  private static final List<String> SOURCES = List.of("redis", "http", "file");

  /** Reads {@code prices} of a group. */
  static PriceOptions from(Section section) {
    List<String> given = SOURCES.stream().filter(section::has).toList();
    if (given.size() != 1) {
      section.fault(
          given.isEmpty() ? "file" : given.get(1),
          given.isEmpty() ? null : section.optionalString(given.get(1)).orElse(""),
          "one source of prices: redis, http or file");
    }
    return new PriceOptions(
        url(section, "redis", Set.of("redis", "rediss"), "redis://HOST:PORT/DATABASE"),
        section.secret("password"),
        url(section, "http", Set.of("http", "https"), "an address like http://HOST/prices.json"),
        section.optionalString("file").map(Path::of),
        section.duration(
            "timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
        section.integer("max_bytes", 65_536, 16, 1 << 24));
  }

  /** Begins to use the source. */
  PriceSource open(Vertx vertx) {
    if (redis.isPresent()) {
      return new RedisPrices(vertx, redis.get(), password, timeout);
    }
    return http.isPresent()
        ? new HttpPrices(vertx, http.get(), timeout, maxBytes)
        : new FilePrices(vertx, file.orElseThrow(), maxBytes);
  }

  private static Optional<URI> url(
      Section section, String key, Set<String> schemes, String expected) {
    Optional<String> given = section.optionalString(key);
    if (given.isEmpty()) {
      return Optional.empty();
    }
    try {
      URI url = new URI(given.get());
      if (schemes.contains(String.valueOf(url.getScheme()))
          && url.getHost() != null
          && url.getUserInfo() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      // Told below, in the same words as any other wrong address.
    }
    // What stands before an @ may be a password.
    section.fault(
        key,
        given.get().contains("@") ? "****" : given.get(),
        expected + ", no user name or password in it");
    return Optional.empty();
  }
}
