package io.powerpool.monitor;

import io.powerpool.cluster.Topics;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects every verticle's status reports and shows them over HTTP. */
public final class MonitorVerticle extends AbstractVerticle {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorVerticle.class);
  private static final Duration FIRST_SAMPLE = Duration.ofSeconds(1);
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  private final MonitorOptions options;
  private final Map<String, JsonObject> settings;
  private final String node;
  private final Supplier<NodeState> state;
  private final Map<String, Integer> minerPorts;
  private final StatusBoard board = new StatusBoard();
  private final HashrateHistory history = new HashrateHistory();
  private volatile int actualPort;

  /** A monitor that knows no component's settings. */
  public MonitorVerticle(MonitorOptions options) {
    this(options, Map.of(), "", () -> NodeState.UP, Map.of());
  }

  /**
   * A monitor that shows settings too.
   *
   * @param options where to listen
   * @param settings the effective settings of each component by its name, secrets hidden: what
   *     {@code /<component>/config} shows
   * @param node the name of the node that it belongs to
   * @param state how that one is
   * @param minerPorts the components that serve miners on that node, each with how many event loops
   *     do
   */
  public MonitorVerticle(
      MonitorOptions options,
      Map<String, JsonObject> settings,
      String node,
      Supplier<NodeState> state,
      Map<String, Integer> minerPorts) {
    this.options = options;
    this.node = node;
    this.state = state;
    this.minerPorts = Map.copyOf(minerPorts);
    this.settings = Map.copyOf(settings);
  }

  @Override
  public void start(Promise<Void> started) {
    Topics topics = Topics.of(vertx);
    topics
        .status()
        .subscribe(report -> board.onReport(report, System.nanoTime(), System.currentTimeMillis()));
    vertx.setPeriodic(
        FIRST_SAMPLE.toMillis(), HashrateHistory.INTERVAL.toMillis(), timer -> onSample());
    ComponentRoutes components = new ComponentRoutes(board, topics, settings);
    listen(
            new MonitorRoutes(
                vertx,
                options,
                board,
                history,
                new LedgerView(topics, nowNanos -> Ledgers.of(board.nodes(nowNanos), node)),
                components,
                node,
                state,
                minerPorts))
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
        PoolSummary.hpsByAlgorithm(board.components(nowNanos), PoolSummary.HPS_1_MINUTE),
        System.currentTimeMillis());
  }
}
