package io.powerpool.monitor;

import io.powerpool.cluster.Topics;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects every verticle's status reports and shows them over HTTP. */
public final class MonitorVerticle extends AbstractVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorVerticle.class);
  private static final Duration FIRST_SAMPLE = Duration.ofSeconds(1);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private final MonitorOptions options;
  private final StatusBoard board = new StatusBoard();
  private final HashrateHistory history = new HashrateHistory();
  private volatile int actualPort;

  public MonitorVerticle(MonitorOptions options) {
    this.options = options;
  }

  @Override
  public void start(Promise<Void> started) {
    Topics topics = Topics.of(vertx);
    topics.status().subscribe(report -> board.onReport(report, System.nanoTime()));
    vertx.setPeriodic(
        FIRST_SAMPLE.toMillis(), HashrateHistory.INTERVAL.toMillis(), timer -> onSample());
    listen(new MonitorRoutes(vertx, options, board, history, topics))
        .onSuccess(this::onListening)
        .<Void>mapEmpty()
        .onComplete(started);
  }

  /** The port it listens on; 0 before it does. */
  public int port() {
    return actualPort;
  }

  private Future<HttpServer> listen(MonitorRoutes routes) {
    HttpServerOptions http =
        new HttpServerOptions()
            .setHost(options.address())
            .setPort(options.port())
            .setCompressionSupported(true)
            .setIdleTimeout((int) IDLE_TIMEOUT.toSeconds());
    return vertx.createHttpServer(http).requestHandler(routes.router()).listen();
  }

  private void onListening(HttpServer server) {
    actualPort = server.actualPort();
    LOG.info("monitor: http://{}:{}/", options.address(), actualPort);
  }

  private void onSample() {
    long nowNanos = System.nanoTime();
    board.forget(nowNanos);
    history.add(
        PoolSummary.hpsByAlgorithm(board.components(nowNanos), "hps"), System.currentTimeMillis());
  }
}
