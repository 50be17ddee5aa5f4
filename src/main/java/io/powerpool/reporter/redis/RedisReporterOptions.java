package io.powerpool.reporter.redis;

import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ShareFilter;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of the reporter to Redis.
 *
 * @param name the reporter's name
 * @param filter what it is told of
 * @param url {@code redis://HOST:PORT/DATABASE}
 * @param password of the server; never printed
 * @param poolReports who else is credited in the sums by minute
 */
public record RedisReporterOptions(
    String name, ShareFilter filter, URI url, Optional<Secret> password, PoolReports poolReports)
    implements ReporterOptions {

  private static final String DEFAULT_URL = "redis://127.0.0.1:6379/0";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** As the client takes them: the port if there is none, and the database without a path. */
  private static final int DEFAULT_PORT = 6379;

  private static final Pattern DATABASE = Pattern.compile("(?:^|&)db=(\\d+)");

  /** Reads {@code name}, {@code url}, {@code password} and what {@link PoolReports} reads. */
  public static RedisReporterOptions from(
      Section section, ShareFilter filter, MergedChains merged) {
    return new RedisReporterOptions(
        section.string("name", "redis"),
        filter,
        url(section),
        section.secret("password"),
        PoolReports.from(section, merged));
  }

  private static URI url(Section section) {
    String text = section.string("url", DEFAULT_URL);
    try {
      URI url = URI.create(text);
      boolean scheme = "redis".equals(url.getScheme()) || "rediss".equals(url.getScheme());
      if (scheme && url.getHost() != null && url.getUserInfo() == null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    section.fault(
        "url", new Secret(text), "redis://HOST:PORT/DATABASE, and the password in its own key");
    return URI.create(DEFAULT_URL);
  }

  /**
   * Which server and database it is, {@code HOST:PORT/DATABASE}: two of the same share all keys.
   */
  public String database() {
    String host = url.getHost().toLowerCase(Locale.ROOT);
    Matcher parameter = DATABASE.matcher(Objects.requireNonNullElse(url.getQuery(), ""));
    String database = "0";
    if (url.getPath().length() > 1) {
      database = url.getPath().substring(1);
    } else if (parameter.find()) {
      database = parameter.group(1);
    }
    return (LOOPBACK.contains(host) ? "127.0.0.1" : host)
        + ":"
        + (url.getPort() < 0 ? DEFAULT_PORT : url.getPort())
        + "/"
        + database;
  }

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    return new RedisReporter(vertx, this);
  }
}
