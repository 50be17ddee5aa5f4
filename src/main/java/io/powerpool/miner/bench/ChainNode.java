package io.powerpool.miner.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The coin server behind the pool, asked for new blocks and watched by a long poll of our own, so
 * that we know when the pool could have known.
 */
final class ChainNode implements AutoCloseable {

  /** Nodes hold a long poll for a minute or more. */
  private static final Duration LONG_POLL_TIMEOUT = Duration.ofMinutes(5);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI uri;
  private final String authorization;
  private final List<Long> tipNanos = new CopyOnWriteArrayList<>();
  private final Thread watcher = new Thread(this::watch, "chain-watcher");
  private volatile boolean closed;

  /**
   * @param url http://user:password@host:port
   */
  ChainNode(String url) {
    URI given = URI.create(url);
    if (given.getHost() == null || given.getRawUserInfo() == null) {
      throw new IllegalArgumentException("--rpc is http://USER:PASSWORD@HOST:PORT/, was " + url);
    }
    uri = URI.create("http://" + given.getHost() + ":" + given.getPort() + "/");
    byte[] credentials = given.getUserInfo().getBytes(StandardCharsets.UTF_8);
    authorization = "Basic " + Base64.getEncoder().encodeToString(credentials);
    watcher.setDaemon(true);
  }

  /** Begins to note new tips. */
  void startWatching() {
    watcher.start();
  }

  /** When a new tip was announced to us, on the clock of System.nanoTime. */
  List<Long> tipNanos() {
    return tipNanos;
  }

  /**
   * Calls a method.
   *
   * @throws IOException if it cannot be reached or answers with an error
   */
  Object call(String method, JsonArray params) throws IOException, InterruptedException {
    JsonObject body = new JsonObject().put("id", 1).put("method", method).put("params", params);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .timeout(LONG_POLL_TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(body.encode()))
            .build();
    String text;
    try {
      text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      // The client's own exceptions often have no message, and none has the address.
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException("the coin server at " + uri + " cannot be reached: " + reason, e);
    }
    try {
      JsonObject reply = new JsonObject(text);
      if (reply.getValue("error") != null) {
        throw new IOException(method + " failed: " + reply.getValue("error"));
      }
      return reply.getValue("result");
    } catch (DecodeException e) {
      throw new IOException(method + " was not answered with JSON: '" + text + "'", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    watcher.interrupt();
  }

  private void watch() {
    JsonObject ask =
        new JsonObject().put("rules", new JsonArray().add("segwit").add("mweb").add("signet"));
    String tip = "";
    while (!closed) {
      try {
        Object answer = call("getblocktemplate", new JsonArray().add(ask));
        final long now = System.nanoTime();
        if (answer instanceof JsonObject template) {
          String parent = template.getString("previousblockhash");
          if (!tip.isEmpty() && !tip.equals(parent)) {
            tipNanos.add(now);
          }
          tip = parent;
          ask.put("longpollid", template.getString("longpollid"));
        }
      } catch (IOException e) {
        closed = true;
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
