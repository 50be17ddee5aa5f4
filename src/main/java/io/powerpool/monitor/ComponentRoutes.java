package io.powerpool.monitor;

import static io.powerpool.monitor.Component.text;
import static io.powerpool.monitor.Replies.json;
import static io.powerpool.monitor.Replies.segment;
import static io.powerpool.monitor.Replies.slashed;

import io.powerpool.cluster.Topics;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * PowerPool's JSON routes, which SimpleCoin and other front ends read. What components and miners
 * are called is strangers' text: it leaves here only inside JSON, and links are encoded.
 */
final class ComponentRoutes {
  private static final Duration PROPOSAL_PATIENCE = Duration.ofSeconds(30);

  private final StatusBoard board;
  private final Topics topics;
  private final ClientDirectory clients;
  private final Map<String, JsonObject> settings;

  ComponentRoutes(StatusBoard board, Topics topics, Map<String, JsonObject> settings) {
    this.board = board;
    this.topics = topics;
    this.clients = new ClientDirectory(topics);
    this.settings = settings;
  }

  void addTo(Router router) {
    router.route("/counters").handler(slashed(this::counters));
    router.route("/05").handler(slashed(this::legacyStatus));
    router.route("/05/clients").handler(slashed(this::legacyClients));
    router.route("/:component").handler(component(this::status));
    router.route("/:component/config").handler(component(this::config));
    router.route("/:component/proposal").handler(component(this::proposal));
    router.route("/:component/clients").handler(component(this::clients));
    router.route("/:component/client/:user").handler(component(this::client));
  }

  /** The status of every component under its {@code ClassName_key}, and links to the rest. */
  void all(RoutingContext context) {
    String base = Replies.baseUrl(context.request());
    JsonObject all = new JsonObject();
    for (Component component : components()) {
      String link = base + "/" + segment(component.name());
      JsonObject status = component.status().put("config_view", link + "/config");
      if (component.is(Component.STRATUM)) {
        status.put("clients", link + "/clients/");
      }
      all.put(component.key(), status);
    }
    json(context, all.put("debug_view", base + "/debug/").put("counter_view", base + "/counters/"));
  }

  private void counters(RoutingContext context) {
    JsonArray counters = new JsonArray();
    components().forEach(component -> component.counters().forEach(counters::add));
    json(context, new JsonObject().put("counters", counters));
  }

  private void status(RoutingContext context, Component component) {
    slashed(same -> json(same, component.status())).handle(context);
  }

  private void config(RoutingContext context, Component component) {
    JsonObject known = settings.getOrDefault(component.name(), new JsonObject());
    json(context, SecretMask.hide(known));
  }

  /** Has the job manager ask its coin server now, which may take as long as checking a block. */
  private void proposal(RoutingContext context, Component component) {
    if (!component.is(Component.JOB_MANAGER)) {
      Replies.notFound(context, "not a job manager");
      return;
    }
    topics
        .proposal(component.name())
        .ask("", PROPOSAL_PATIENCE)
        .onSuccess(answer -> json(context, answer))
        .onFailure(failure -> Replies.error(context, 503, failure.getMessage()));
  }

  private void clients(RoutingContext context, Component component) {
    slashed(same -> allClients(same, component)).handle(context);
  }

  private void allClients(RoutingContext context, Component component) {
    String base = Replies.baseUrl(context.request()) + "/" + segment(component.name()) + "/client/";
    json(
        context,
        clients.all(component),
        connections -> new JsonObject().put("clients", byAddressAndId(connections, base)));
  }

  private static JsonObject byAddressAndId(List<JsonObject> connections, String base) {
    JsonObject byAddress = new JsonObject();
    for (JsonObject connection : connections) {
      String address = text(connection, "address");
      JsonObject byId = byAddress.getJsonObject(address);
      if (byId == null) {
        byId = new JsonObject().put("details_view", base + segment(address));
        byAddress.put(address, byId);
      }
      byId.put(text(connection, "id"), summary(connection));
    }
    return byAddress;
  }

  private static JsonObject summary(JsonObject connection) {
    return new JsonObject()
        .put("worker", connection.getValue("worker"))
        .put("idle", connection.getValue("idle"));
  }

  /** The only key is literally "username", as in the original. */
  private void client(RoutingContext context, Component component) {
    json(
        context,
        clients.of(component, context.pathParam("user")),
        connections -> new JsonObject().put("username", new JsonArray(connections)));
  }

  /** As PowerPool 0.5 had it: the first stratum port is the stratum manager. */
  private void legacyStatus(RoutingContext context) {
    JsonObject status = firstStratum().map(Component::status).orElseGet(JsonObject::new);
    json(context, new JsonObject().put("server", new JsonObject()).put("stratum_manager", status));
  }

  private void legacyClients(RoutingContext context) {
    Optional<Component> stratum = firstStratum();
    if (stratum.isEmpty()) {
      json(context, new JsonObject().put("clients", new JsonObject()));
      return;
    }
    json(
        context,
        clients.all(stratum.get()),
        connections -> new JsonObject().put("clients", listsByAddress(connections)));
  }

  private static JsonObject listsByAddress(List<JsonObject> connections) {
    JsonObject byAddress = new JsonObject();
    for (JsonObject connection : connections) {
      String address = text(connection, "address");
      JsonArray list = byAddress.getJsonArray(address, new JsonArray());
      byAddress.put(address, list.add(summary(connection)));
    }
    return byAddress;
  }

  private Optional<Component> firstStratum() {
    return components().stream().filter(one -> one.is(Component.STRATUM)).findFirst();
  }

  private List<Component> components() {
    return board.components(System.nanoTime());
  }

  private Handler<RoutingContext> component(BiConsumer<RoutingContext, Component> handler) {
    return context ->
        board
            .component(context.pathParam("component"), System.nanoTime())
            .ifPresentOrElse(
                component -> handler.accept(context, component),
                () -> Replies.notFound(context, "no such component"));
  }
}
