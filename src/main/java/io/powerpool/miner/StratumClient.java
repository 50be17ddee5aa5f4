package io.powerpool.miner;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One Stratum v1 connection as a miner sees it: newline-delimited JSON over TCP.
 *
 * <p>The methods may be called from any thread; what the pool says arrives on the connection's
 * event loop. It keeps no mining state: {@link CpuMiner} does.
 */
public final class StratumClient {

  /** How long a request may stay unanswered before it counts as failed. */
  public static final Duration REPLY_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int MAX_LINE_BYTES = 1 << 20;
  private static final int UNKNOWN_METHOD = 20;

  private final Vertx vertx;
  private final NetClient netClient;
  private final NetSocket socket;
  private final Context context;
  private final PoolEvents events;

  /** Requests without an answer. Only touched on the event loop, like everything below. */
  private final Map<Integer, Promise<Reply>> waiting = new LinkedHashMap<>();

  private int lastId;
  private boolean closed;

  private StratumClient(Vertx vertx, NetClient netClient, NetSocket socket, PoolEvents events) {
    this.vertx = vertx;
    this.netClient = netClient;
    this.socket = socket;
    this.events = events;
    context = vertx.getOrCreateContext();
    // Not a parser of the socket: that would take what a connection was cut off in for a line.
    RecordParser lines =
        RecordParser.newDelimited("\n", this::onLine).maxRecordSize(MAX_LINE_BYTES);
    lines.exceptionHandler(failure -> socket.close());
    socket.handler(lines);
    socket.exceptionHandler(failure -> socket.close());
    socket.closeHandler(nothing -> onClose());
  }

  /** Connects; fails if nobody listens there. */
  public static Future<StratumClient> connect(
      Vertx vertx, String host, int port, PoolEvents events) {
    NetClientOptions options =
        new NetClientOptions()
            .setTcpNoDelay(true)
            .setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    NetClient netClient = vertx.createNetClient(options);
    return netClient
        .connect(port, host)
        .map(socket -> new StratumClient(vertx, netClient, socket, events))
        .onFailure(failure -> netClient.close());
  }

  /**
   * Sends a request. The future holds the pool's answer, be it an error or not; it fails if the
   * connection ends or {@link #REPLY_TIMEOUT} passes without one.
   */
  public Future<Reply> call(String method, JsonArray params) {
    Promise<Reply> answer = Promise.promise();
    onEventLoop(
        () -> {
          if (closed) {
            answer.fail(new StratumException("not connected"));
            return;
          }
          int id = ++lastId;
          waiting.put(id, answer);
          send(new JsonObject().put("id", id).put("method", method).put("params", params));
          long timer =
              vertx.setTimer(
                  REPLY_TIMEOUT.toMillis(),
                  expired -> {
                    waiting.remove(id);
                    answer.tryFail(new StratumException("no answer to " + method));
                  });
          answer.future().onComplete(done -> vertx.cancelTimer(timer));
        });
    return answer.future();
  }

  /**
   * Subscribes to work.
   *
   * @param sessionId the session to resume, empty for a new one
   */
  public Future<Subscription> subscribe(String userAgent, String sessionId) {
    JsonArray params = new JsonArray().add(userAgent);
    if (!sessionId.isEmpty()) {
      params.add(sessionId);
    }
    return call("mining.subscribe", params)
        .compose(
            reply ->
                reply.isError()
                    ? refused("mining.subscribe", reply)
                    : Future.succeededFuture(Subscription.from(reply.result())));
  }

  /** Names the worker to credit; fails if the pool will not have it. */
  public Future<Void> authorize(String user, String password) {
    return call("mining.authorize", new JsonArray().add(user).add(password))
        .compose(
            reply ->
                reply.isTrue()
                    ? Future.succeededFuture()
                    : refused("mining.authorize of " + user, reply));
  }

  /**
   * Asks for version rolling (BIP 310).
   *
   * @return the mask of the version bits that may be rolled, 0 if none: a pool that does not know
   *     the extension is no error
   */
  public Future<Integer> configureVersionRolling(int mask) {
    JsonObject parameters =
        new JsonObject()
            .put("version-rolling.mask", String.format("%08x", mask))
            .put("version-rolling.min-bit-count", 2);
    return call(
            "mining.configure",
            new JsonArray().add(new JsonArray().add("version-rolling")).add(parameters))
        .map(StratumClient::grantedMask);
  }

  /** Submits a share; all values as they go on the wire. */
  public Future<Reply> submit(
      String worker, String jobId, String extranonce2, String time, String nonce) {
    return call(
        "mining.submit",
        new JsonArray().add(worker).add(jobId).add(extranonce2).add(time).add(nonce));
  }

  /** Submits a share with rolled version bits; all values as they go on the wire. */
  public Future<Reply> submit(
      String worker,
      String jobId,
      String extranonce2,
      String time,
      String nonce,
      String versionBits) {
    return call(
        "mining.submit",
        new JsonArray()
            .add(worker)
            .add(jobId)
            .add(extranonce2)
            .add(time)
            .add(nonce)
            .add(versionBits));
  }

  /** Sends any bytes: tests use it to misbehave. */
  public Future<Void> write(Buffer bytes) {
    return socket.write(bytes);
  }

  /** Hangs up. */
  public Future<Void> close() {
    return socket.close();
  }

  private void onLine(Buffer line) {
    JsonObject message;
    try {
      message = new JsonObject(line);
    } catch (DecodeException e) {
      events.onUnknown(line.toString());
      return;
    }
    if (message.getValue("method") instanceof String method) {
      try {
        onNotification(method, message.getValue("id"), message.getJsonArray("params"), line);
      } catch (IllegalArgumentException
          | ClassCastException
          | NullPointerException
          | IndexOutOfBoundsException e) {
        events.onUnknown(line.toString());
      }
    } else if (message.getValue("id") instanceof Integer id && waiting.containsKey(id)) {
      waiting.remove(id).tryComplete(Reply.from(message));
    } else {
      events.onUnknown(line.toString());
    }
  }

  private void onNotification(String method, Object id, JsonArray params, Buffer line) {
    switch (method) {
      case "mining.set_difficulty" -> events.onDifficulty(params.getDouble(0));
      case "mining.notify" -> events.onJob(ClientJob.from(params));
      case "mining.set_extranonce" ->
          events.onExtranonce(params.getString(0), params.getInteger(1));
      case "mining.set_version_mask" ->
          events.onVersionMask(Integer.parseUnsignedInt(params.getString(0), 16));
      case "client.reconnect" -> onReconnect(params == null ? new JsonArray() : params);
      case "client.show_message" -> events.onMessage(params.getString(0));
      case "mining.ping" -> reply(id, "pong");
      case "client.get_version" -> reply(id, CpuMiner.USER_AGENT);
      default -> {
        events.onUnknown(line.toString());
        if (id != null) {
          JsonArray error = new JsonArray().add(UNKNOWN_METHOD).add("unknown method").addNull();
          send(new JsonObject().put("id", id).putNull("result").put("error", error));
        }
      }
    }
  }

  private void onReconnect(JsonArray params) {
    String host = params.size() > 0 ? params.getString(0) : "";
    int port = params.size() > 1 ? Integer.parseInt(params.getValue(1).toString()) : 0;
    long seconds = params.size() > 2 ? Long.parseLong(params.getValue(2).toString()) : 0;
    events.onReconnect(host == null ? "" : host, port, Duration.ofSeconds(Math.max(0, seconds)));
  }

  private void onClose() {
    closed = true;
    netClient.close();
    var unanswered = waiting.values().stream().toList();
    waiting.clear();
    unanswered.forEach(answer -> answer.tryFail(new StratumException("connection closed")));
    events.onClose();
  }

  private void reply(Object id, String result) {
    if (id != null) {
      send(new JsonObject().put("id", id).put("result", result).putNull("error"));
    }
  }

  private void send(JsonObject message) {
    socket.write(message.toBuffer().appendString("\n"));
  }

  private void onEventLoop(Runnable action) {
    if (Vertx.currentContext() == context) {
      action.run();
    } else {
      context.runOnContext(nothing -> action.run());
    }
  }

  private static <T> Future<T> refused(String what, Reply reply) {
    return Future.failedFuture(new StratumException(what + " refused: " + reply.reason()));
  }

  private static int grantedMask(Reply reply) {
    if (reply.result() instanceof JsonObject granted
        && Boolean.TRUE.equals(granted.getValue("version-rolling"))
        && granted.getValue("version-rolling.mask") instanceof String mask) {
      return Integer.parseUnsignedInt(mask, 16);
    }
    return 0;
  }
}
