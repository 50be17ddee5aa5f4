package io.powerpool.monitor;

import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks every instance of a stratum port for its miners and puts the answers together. An instance
 * that does not answer in time is left out.
 */
final class ClientDirectory {
  /** The status field that says where an instance answers. */
  static final String ADDRESS = "clients_address";

  private static final String CLIENTS = "clients";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Topics topics;

  ClientDirectory(Topics topics) {
    this.topics = topics;
  }

  /** Every connection: {@code {"id": ..., "address": ..., "worker": ..., "idle": ...}} and more. */
  Future<List<JsonObject>> all(Component component) {
    return ask(component, new JsonObject());
  }

  /** One user's connections. */
  Future<List<JsonObject>> of(Component component, String user) {
    return ask(component, new JsonObject().put("user", user));
  }

  private Future<List<JsonObject>> ask(Component component, JsonObject question) {
    List<Future<JsonObject>> answers = new ArrayList<>();
    for (JsonObject part : component.parts()) {
      String address = Component.text(part, ADDRESS);
      if (!address.isEmpty()) {
        answers.add(topics.clients(address).ask(question, PATIENCE).recover(e -> noAnswer()));
      }
    }
    return Future.join(answers).map(all -> connections(all.list()));
  }

  private static Future<JsonObject> noAnswer() {
    return Future.succeededFuture(new JsonObject());
  }

  private static List<JsonObject> connections(List<JsonObject> answers) {
    return answers.stream()
        .flatMap(answer -> Component.array(answer, CLIENTS).stream())
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }
}
