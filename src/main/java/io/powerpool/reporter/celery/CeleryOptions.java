package io.powerpool.reporter.celery;

import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ShareFilter;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the reporter to Celery.
 *
 * @param name the reporter's name
 * @param filter what it is told of
 * @param broker where RabbitMQ is
 * @param queue from which the workers take their tasks
 * @param taskPrefix what stands before the dot in the tasks' names
 * @param protocol of Celery's messages, 1 or 2
 * @param batchInterval for how long shares are summed up
 * @param poolReports who else is credited in the sums by minute
 */
public record CeleryOptions(
    String name,
    ShareFilter filter,
    BrokerAddress broker,
    String queue,
    String taskPrefix,
    int protocol,
    Duration batchInterval,
    PoolReports poolReports)
    implements ReporterOptions {

  /** AMQP's, as registered with IANA, and that of AMQP over TLS. */
  private static final int PORT = 5672;

  private static final int TLS_PORT = 5671;

  /**
   * Everything about one server, the password hidden.
   *
   * @param tls how the connection is secured; empty if it is not
   */
  record BrokerAddress(
      String host,
      int port,
      String virtualHost,
      String username,
      Secret password,
      Optional<BrokerTls> tls) {

    @Override
    public String toString() {
      return host + ":" + port + (virtualHost.equals("/") ? "" : " " + virtualHost);
    }
  }

  /**
   * Reads {@code name}, {@code address}, {@code port}, {@code virtual_host}, {@code username},
   * {@code password}, {@code tls}, {@code queue}, {@code celery_task_prefix}, {@code
   * celery_task_protocol}, {@code share_batch_interval} and what {@link PoolReports} reads.
   */
  public static CeleryOptions from(Section section, ShareFilter filter, MergedChains merged) {
    Optional<BrokerTls> tls = BrokerTls.from(section.section("tls"));
    return new CeleryOptions(
        section.string("name", "celery"),
        filter,
        new BrokerAddress(
            section.string("address", "127.0.0.1"),
            section.integer("port", tls.isPresent() ? TLS_PORT : PORT, 1, 65_535),
            section.string("virtual_host", "/"),
            section.string("username", "guest"),
            section.secret("password").orElse(new Secret("guest")),
            tls),
        queue(section),
        section.string("celery_task_prefix", "simplecoin.tasks"),
        section.integer("celery_task_protocol", 1, 1, 2),
        section.duration(
            "share_batch_interval",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10)),
        PoolReports.from(section, merged));
  }

  private static String queue(Section section) {
    String queue = section.string("queue", "celery");
    if (queue.isEmpty() || queue.length() > 255 || queue.startsWith("amq.")) {
      section.fault("queue", queue, "1 to 255 characters, not beginning with 'amq.'");
    }
    return queue;
  }

  @Override
  public Reporter create(Vertx vertx, Path dataDirectory) {
    return new CeleryReporter(
        vertx, this, dataDirectory.resolve("reporter-" + name + ".positions"));
  }
}
