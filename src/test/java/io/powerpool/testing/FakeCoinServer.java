package io.powerpool.testing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A coin server over real HTTP that answers as it was told to, also in ways that a real one cannot
 * be brought to: by hanging, with half a reply, with garbage.
 */
public final class FakeCoinServer {

  /** How one call is answered. */
  @FunctionalInterface
  public interface Answer {
    void to(JsonObject call, HttpServerResponse response);
  }

  /** What {@code getblocktemplate} in proposal mode is called here. */
  public static final String PROPOSAL = "proposal";

  private final Vertx vertx;
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<JsonObject> calls = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private HttpServer server;
  private int port;

  private FakeCoinServer(Vertx vertx) {
    this.vertx = vertx;
  }

  public static FakeCoinServer start(Vertx vertx) {
    FakeCoinServer fake = new FakeCoinServer(vertx);
    fake.listen(0);
    return fake;
  }

  public int port() {
    return port;
  }

  /** Every call of the method is answered so from now on. */
  public FakeCoinServer on(String method, Answer answer) {
    answers.put(method, answer);
    return this;
  }

  /** Every call of the method gives this result from now on. */
  public FakeCoinServer result(String method, Object result) {
    return on(method, result(params -> result));
  }

  /** Every call of the method is refused so from now on, under HTTP 500 as nodes do. */
  public FakeCoinServer error(String method, int code, String message) {
    return on(method, error(code, message));
  }

  /** Refuses the call. */
  public static Answer error(int code, String message) {
    return (call, response) ->
        response
            .setStatusCode(500)
            .end(
                envelope(call)
                    .putNull("result")
                    .put("error", new JsonObject().put("code", code).put("message", message))
                    .encode());
  }

  /** Computes the result from the parameters. */
  public static Answer result(Function<JsonArray, Object> result) {
    return (call, response) ->
        response.end(
            envelope(call)
                .put("result", result.apply(call.getJsonArray("params")))
                .putNull("error")
                .encode());
  }

  /** Never answers and keeps the connection open. */
  public static Answer hang() {
    return (call, response) -> {};
  }

  /** Sends this status and text. */
  public static Answer text(int status, String body) {
    return (call, response) -> response.setStatusCode(status).end(body);
  }

  /** The parameters of every call of the method so far. */
  public List<JsonArray> calls(String method) {
    List<JsonArray> found = new ArrayList<>();
    for (JsonObject call : calls) {
      if (name(call).equals(method)) {
        found.add(call.getJsonArray("params"));
      }
    }
    return found;
  }

  /** The Authorization headers of all calls so far. */
  public List<String> authorizations() {
    return authorizations;
  }

  /** How many connections were accepted so far. */
  public int connections() {
    return connections.get();
  }

  /** Closes the port and all connections; {@link #resume} opens the same port again. */
  public void stop() {
    await(server.close());
  }

  public void resume() {
    listen(port);
  }

  private void listen(int wanted) {
    server =
        vertx
            .createHttpServer()
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(this::onRequest);
    port = await(server.listen(wanted, "127.0.0.1")).actualPort();
  }

  private void onRequest(HttpServerRequest request) {
    authorizations.add(String.valueOf(request.getHeader("Authorization")));
    request
        .body()
        .onSuccess(
            body -> {
              JsonObject call = body.toJsonObject();
              calls.add(call);
              Answer answer = answers.get(name(call));
              if (answer == null) {
                request.response().setStatusCode(404).end("no such method here");
              } else {
                answer.to(call, request.response());
              }
            });
  }

  /** The method, but {@link #PROPOSAL} for a question about a block. */
  private static String name(JsonObject call) {
    String method = call.getString("method");
    return method.equals("getblocktemplate")
            && call.getJsonArray("params").getValue(0) instanceof JsonObject request
            && "proposal".equals(request.getValue("mode"))
        ? PROPOSAL
        : method;
  }

  private static JsonObject envelope(JsonObject call) {
    return new JsonObject().put("id", call.getValue("id"));
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
