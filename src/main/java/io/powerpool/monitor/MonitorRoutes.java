package io.powerpool.monitor;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The monitor's own paths: the page, its figures, health and a look into this JVM. */
final class MonitorRoutes {
  private final Vertx vertx;
  private final MonitorOptions options;
  private final StatusBoard board;
  private final HashrateHistory history;
  private final LedgerView ledger;
  private final ComponentRoutes components;
  private final String node;
  private final Supplier<NodeState> state;
  private final Map<String, Integer> minerPorts;
  private final PageFiles page = new PageFiles();

  MonitorRoutes(
      Vertx vertx,
      MonitorOptions options,
      StatusBoard board,
      HashrateHistory history,
      LedgerView ledger,
      ComponentRoutes components,
      String node,
      Supplier<NodeState> state,
      Map<String, Integer> minerPorts) {
    this.vertx = vertx;
    this.options = options;
    this.board = board;
    this.history = history;
    this.ledger = ledger;
    this.components = components;
    this.node = node;
    this.state = state;
    this.minerPorts = minerPorts;
  }

  Router router() {
    Router router = Router.router(vertx);
    router.route().handler(Replies::guard);
    router.route("/").handler(this::root);
    router.route("/page/:file").handler(this::pageFile);
    router.route("/api/summary").handler(this::summary);
    router.route("/api/history").handler(context -> Replies.json(context, history.toJson()));
    router.route("/health").handler(this::health);
    router.route("/health/node").handler(this::nodeHealth);
    router.route("/health/started").handler(this::started);
    router.route("/debug").handler(Replies.slashed(this::debug));
    components.addTo(router);
    router.route().handler(context -> Replies.notFound(context, "no such page"));
    router.route().failureHandler(Replies::onFailure);
    return router;
  }

  /** People get the page, tools the status of every component. */
  private void root(RoutingContext context) {
    context.response().putHeader("Vary", "Accept");
    String accept = context.request().getHeader("Accept");
    if (accept != null && accept.contains("text/html")) {
      sendPageFile(context, PageFiles.INDEX);
    } else {
      components.all(context);
    }
  }

  private void pageFile(RoutingContext context) {
    sendPageFile(context, context.pathParam("file"));
  }

  private void sendPageFile(RoutingContext context, String name) {
    page.file(name)
        .ifPresentOrElse(
            file -> Replies.file(context, file), () -> Replies.notFound(context, "no such page"));
  }

  private void summary(RoutingContext context) {
    Replies.json(context, ledger.latest(System.nanoTime()), this::summary);
  }

  private JsonObject summary(LedgerView.Answer ledgerAnswer) {
    long nowMillis = System.currentTimeMillis();
    return new JsonObject()
        .put("name", options.poolName())
        .put("health", currentHealth().toJson())
        .mergeIn(PoolSummary.of(board.components(System.nanoTime()), ledgerAnswer, nowMillis))
        .put("nodes", NodeSummary.of(board.nodes(System.nanoTime())));
  }

  private void health(RoutingContext context) {
    Health health = currentHealth();
    context.response().setStatusCode(health.healthy() ? 200 : 503);
    Replies.json(context, health.toJson());
  }

  private void nodeHealth(RoutingContext context) {
    NodeHealth health =
        NodeHealth.of(
            node,
            state.get(),
            minerPorts,
            board.nodes(System.nanoTime()).getOrDefault(node, List.of()));
    context.response().setStatusCode(health.wantsMiners() ? 200 : 503);
    Replies.json(context, health.toJson());
  }

  /** For service managers: a node that waits for work, or drains, must not be started anew. */
  private void started(RoutingContext context) {
    NodeState now = state.get();
    context.response().setStatusCode(now == NodeState.STARTING ? 503 : 200);
    Replies.json(context, new JsonObject().put("node", node).put("status", now.label()));
  }

  private Health currentHealth() {
    long nowNanos = System.nanoTime();
    List<String> complaints = new ArrayList<>(board.silent(nowNanos));
    complaints.addAll(board.clocks(nowNanos));
    return Health.of(board.components(nowNanos), complaints, options.templateMaxAge())
        .draining(state.get() == NodeState.DRAINING);
  }

  private void debug(RoutingContext context) {
    Replies.json(context, vertx.executeBlocking(JvmReport::take), report -> report);
  }
}
