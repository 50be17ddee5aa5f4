package io.powerpool.testing;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * A pool that answers by a script: for each method a function from (connection, parameters) to the
 * members of the reply. It judges nothing.
 */
public final class ScriptedPool {

  /** What it gives to everybody. */
  public static final String EXTRANONCE1 = "f000000f";

  public final List<JsonObject> received = new CopyOnWriteArrayList<>();
  public final List<NetSocket> connections = new CopyOnWriteArrayList<>();
  private final Map<String, BiFunction<NetSocket, JsonArray, JsonObject>> script =
      new ConcurrentHashMap<>();
  private final NetServer server;

  public ScriptedPool(Vertx vertx) {
    server = vertx.createNetServer().connectHandler(this::onConnect);
    on("mining.subscribe", (socket, params) -> result(subscription()));
    on("mining.authorize", (socket, params) -> result(true));
    on("mining.submit", (socket, params) -> result(true));
    server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
  }

  public int port() {
    return server.actualPort();
  }

  /** Stops listening and hangs up on everybody. */
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }

  public void on(String method, BiFunction<NetSocket, JsonArray, JsonObject> answer) {
    script.put(method, answer);
  }

  /** Answers authorize and sends, right after, a difficulty and a job. */
  public void offer(double difficulty, JsonArray job) {
    on(
        "mining.authorize",
        (socket, params) -> {
          notify(socket, "mining.set_difficulty", new JsonArray().add(difficulty));
          notify(socket, "mining.notify", job);
          return result(true);
        });
  }

  public List<JsonArray> parametersOf(String method) {
    return received.stream()
        .filter(message -> method.equals(message.getString("method")))
        .map(message -> message.getJsonArray("params"))
        .toList();
  }

  public static JsonObject result(Object value) {
    return new JsonObject().put("result", value).putNull("error");
  }

  public static JsonObject error(int code, String message) {
    return new JsonObject()
        .putNull("result")
        .put("error", new JsonArray().add(code).add(message).addNull());
  }

  public static void notify(NetSocket socket, String method, JsonArray params) {
    JsonObject line = new JsonObject().putNull("id").put("method", method).put("params", params);
    socket.write(line.encode() + "\n");
  }

  private static JsonArray subscription() {
    JsonArray pairs =
        new JsonArray()
            .add(new JsonArray().add("mining.set_difficulty").add("d1"))
            .add(new JsonArray().add("mining.notify").add("session-1"));
    return new JsonArray().add(pairs).add(EXTRANONCE1).add(4);
  }

  private void onConnect(NetSocket socket) {
    connections.add(socket);
    socket.closeHandler(nothing -> connections.remove(socket));
    RecordParser.newDelimited("\n", socket)
        .handler(
            line -> {
              JsonObject request = new JsonObject(line);
              received.add(request);
              var answer = script.get(request.getString("method", "a reply"));
              if (answer != null) {
                JsonObject reply = answer.apply(socket, request.getJsonArray("params"));
                if (reply != null) {
                  socket.write(reply.put("id", request.getValue("id")).encode() + "\n");
                }
              }
            });
  }
}
