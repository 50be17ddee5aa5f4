package io.powerpool.monitor;

import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks every instance of a stratum port for its miners and puts the answers together. An instance
 * that does not answer in time is left out.
 */
final class ClientDirectory {
  /** The status field that says where an instance answers. */
  static final String ADDRESS = "clients_address";

  /** One connection's details list under this key, as PowerPool has it: literally this word. */
  static final String USERNAME = "username";

  private static final String CLIENTS = "clients";
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Topics topics;

  ClientDirectory(Topics topics) {
    this.topics = topics;
  }

  /** The connections by address: {@code {address: [{"id": ..., "worker": ...}, ...]}}. */
  Future<Map<String, JsonArray>> all(Component component) {
    return ask(component, new JsonObject()).map(ClientDirectory::byAddress);
  }

  /** The details of one user's connections. */
  Future<JsonArray> of(Component component, String user) {
    return ask(component, new JsonObject().put("user", user))
        .map(
            answers -> {
              JsonArray details = new JsonArray();
              answers.forEach(answer -> Component.array(answer, USERNAME).forEach(details::add));
              return details;
            });
  }

  private Future<List<JsonObject>> ask(Component component, JsonObject question) {
    List<Future<JsonObject>> answers = new ArrayList<>();
    for (JsonObject part : component.parts()) {
      String address = Component.text(part, ADDRESS);
      if (!address.isEmpty()) {
        answers.add(topics.clients(address).ask(question, PATIENCE).recover(e -> noAnswer()));
      }
    }
    return Future.join(answers).map(all -> all.<JsonObject>list());
  }

  private static Future<JsonObject> noAnswer() {
    return Future.succeededFuture(new JsonObject());
  }

  private static Map<String, JsonArray> byAddress(List<JsonObject> answers) {
    Map<String, JsonArray> byAddress = new LinkedHashMap<>();
    for (JsonObject answer : answers) {
      JsonObject clients = Component.object(answer, CLIENTS);
      for (String address : clients.fieldNames()) {
        JsonArray connections = byAddress.computeIfAbsent(address, key -> new JsonArray());
        if (clients.getValue(address) instanceof JsonObject byId) {
          addConnections(byId, connections);
        }
      }
    }
    return byAddress;
  }

  private static void addConnections(JsonObject byId, JsonArray connections) {
    for (String id : byId.fieldNames()) {
      if (byId.getValue(id) instanceof JsonObject client) {
        connections.add(client.copy().put("id", id));
      }
    }
  }
}
