package io.powerpool.reporter;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs this node's reporters, each in a verticle of its own: blocking work that Vert.x does in
 * order, as its RabbitMQ client's, follows what the same verticle asked for before.
 */
public final class ReporterVerticle extends AbstractVerticle {

  private final List<ReporterOptions> options;
  private final String node;
  private final Path dataDirectory;

  /**
   * Runs reporters.
   *
   * @param node the name of this node
   * @param dataDirectory where reporters may keep files
   */
  public ReporterVerticle(List<ReporterOptions> options, String node, Path dataDirectory) {
    this.options = List.copyOf(options);
    this.node = node;
    this.dataDirectory = dataDirectory;
  }

  /** Completes when each of them has tried to start. */
  @Override
  public void start(Promise<Void> started) {
    Future.join(
            options.stream()
                .map(each -> vertx.deployVerticle(new ServedReporter(each, node, dataDirectory)))
                .toList())
        .<Void>mapEmpty()
        .onComplete(started);
  }
}
