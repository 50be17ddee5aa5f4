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
import java.util.Optional;

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

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    return new RedisReporter(vertx, this);
  }
}
