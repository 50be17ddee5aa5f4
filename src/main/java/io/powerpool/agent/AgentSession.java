package io.powerpool.agent;

import io.powerpool.share.Telemetry;
import io.powerpool.share.TelemetryListener;
import io.powerpool.share.Worker;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's conversation, without its socket. The numbers and words of errors are PowerPool's;
 * unlike it, this answers everything but a greeting, and acknowledges what it does not want: an
 * agent repeats what was refused or left unanswered every second, and sends nothing else.
 */
final class AgentSession {

  private static final Logger log = LoggerFactory.getLogger(AgentSession.class);

  private static final String ACKNOWLEDGED = "{\"result\":true,\"error\":null}";
  private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** What can be wrong with a request: PowerPool's numbers and words. */
  private enum Fault {
    UNKNOWN(20, "Other/Unknown"),
    UNKNOWN_COMMAND(30, "Unkown command"),
    NOT_CONNECTED(31, "Worker not connected"),
    ALREADY_ASSOCIATED(32, "Already associated"),
    NO_HELLO(33, "No hello exchanged"),
    NOT_AUTHED(34, "Worker not authed"),
    INVALID_FORMAT(36, "Invalid format for method");

    private final String reply;

    Fault(int number, String words) {
      reply = "{\"result\":null,\"error\":[" + number + ",\"" + words + "\",null]}";
    }
  }

  private final AgentOptions options;
  private final AgentStatistics statistics;
  private final Function<Worker, Future<Boolean>> isConnected;
  private final TelemetryListener listener;
  private final AuthenticationLimit limit;
  private final TelemetryLimit storage;
  private final String address;

  /** By the name that the agent knows each worker by. */
  private final Map<String, Worker> workers = new HashMap<>();

  private boolean greeted;
  private boolean unwanted;

  /**
   * @param isConnected whether the worker is connected as a miner now
   * @param limit of failures, for all that come from an address
   * @param storage how much is stored, of all that speak for a worker and of all of this port
   * @param address where this one comes from
   */
  AgentSession(
      AgentOptions options,
      AgentStatistics statistics,
      Function<Worker, Future<Boolean>> isConnected,
      TelemetryListener listener,
      AuthenticationLimit limit,
      TelemetryLimit storage,
      String address) {
    this.options = options;
    this.statistics = statistics;
    this.isConnected = isConnected;
    this.listener = listener;
    this.limit = limit;
    this.storage = storage;
    this.address = address;
  }

  /**
   * Whether to hang up on it: too much has failed at its address, and it speaks for nobody. One
   * that speaks for some workers may go on asking for others that are not here yet.
   */
  boolean isUnwanted() {
    return unwanted;
  }

  /** A line that was too long to be read: dropped, and acknowledged. */
  String onOversized() {
    statistics.onDropped("oversized");
    return ACKNOWLEDGED;
  }

  /**
   * Answers one line.
   *
   * @return the reply, a line without its end; empty for a greeting. The next line is not to be
   *     given before it is there
   */
  Future<Optional<String>> onLine(String line, long nowNanos, long nowMillis) {
    JsonObject message;
    String method;
    try {
      message = new JsonObject(line);
      method = message.getValue("method") instanceof String text ? text : "";
    } catch (DecodeException e) {
      return fault(Fault.UNKNOWN);
    }
    JsonArray params =
        message.getValue("params") instanceof JsonArray array ? array : new JsonArray();
    return switch (method.toLowerCase(Locale.ROOT)) {
      case "" -> fault(Fault.UNKNOWN);
      case "hello" -> hello(params);
      case "worker.authenticate" ->
          greeted ? authenticate(params, nowNanos) : fault(Fault.NO_HELLO);
      case "stats.submit" -> greeted ? submit(params, nowNanos, nowMillis) : fault(Fault.NO_HELLO);
      default -> fault(Fault.UNKNOWN_COMMAND);
    };
  }

  private Future<Optional<String>> hello(JsonArray params) {
    if (greeted) {
      return fault(Fault.ALREADY_ASSOCIATED);
    }
    greeted = true;
    log.debug("an agent of version {} says hello", params.isEmpty() ? "?" : params.getValue(0));
    return Future.succeededFuture(Optional.empty());
  }

  private Future<Optional<String>> authenticate(JsonArray params, long nowNanos) {
    if (params.isEmpty() || !(params.getValue(0) instanceof String user)) {
      return fault(Fault.INVALID_FORMAT);
    }
    if (workers.containsKey(user)) {
      return acknowledge();
    }
    if (!limit.allows(address, nowNanos)) {
      if (workers.isEmpty()) {
        unwanted = true;
        statistics.onClosed("too_many_failures");
      } else {
        statistics.onDropped("too_many_failures");
      }
      return fault(Fault.NOT_CONNECTED);
    }
    Worker worker;
    try {
      worker = options.userNames().worker(user);
    } catch (IllegalArgumentException e) {
      return failed(nowNanos);
    }
    if (workers.size() >= options.maxWorkers()) {
      statistics.onDropped("too_many_workers");
      return fault(Fault.NOT_CONNECTED);
    }
    return isConnected
        .apply(worker)
        .compose(
            connected -> {
              if (!connected) {
                return failed(nowNanos);
              }
              workers.put(user, worker);
              return acknowledge();
            });
  }

  private Future<Optional<String>> failed(long nowNanos) {
    limit.onFailure(address, nowNanos);
    return fault(Fault.NOT_CONNECTED);
  }

  private Future<Optional<String>> submit(JsonArray params, long nowNanos, long nowMillis) {
    if (params.size() != 4
        || !(params.getValue(0) instanceof String user)
        || !(params.getValue(1) instanceof String type)
        || !(params.getValue(3) instanceof Number time)) {
      return fault(Fault.INVALID_FORMAT);
    }
    Worker worker = workers.get(user);
    if (worker == null) {
      return fault(Fault.NOT_AUTHED);
    }
    if (!options.acceptedTypes().contains(type)) {
      return drop("type_not_accepted");
    }
    Object told = params.getList().get(2);
    if (isDeeper(told, Telemetry.DEEPEST_DATA)) {
      return drop("too_deep");
    }
    String data = Json.encode(told);
    int length = data.getBytes(StandardCharsets.UTF_8).length;
    if (length > Telemetry.LONGEST_DATA) {
      return drop("oversized");
    }
    Optional<String> beyond = storage.take(worker, length, nowNanos);
    if (beyond.isPresent()) {
      return drop(beyond.get());
    }
    long millis = (long) (time.doubleValue() * 1000);
    boolean sound = millis > 0 && millis < nowMillis + DAY_MILLIS;
    listener.onTelemetry(new Telemetry(sound ? millis : nowMillis, nowMillis, worker, type, data));
    statistics.onStored();
    return acknowledge();
  }

  /** Whether more than so many lists and objects stand in one another; all as they were read. */
  private static boolean isDeeper(Object read, int levels) {
    Collection<?> parts;
    if (read instanceof List<?> list) {
      parts = list;
    } else if (read instanceof Map<?, ?> map) {
      parts = map.values();
    } else {
      return false;
    }
    return levels == 0 || parts.stream().anyMatch(part -> isDeeper(part, levels - 1));
  }

  private Future<Optional<String>> drop(String why) {
    statistics.onDropped(why);
    return acknowledge();
  }

  private static Future<Optional<String>> acknowledge() {
    return Future.succeededFuture(Optional.of(ACKNOWLEDGED));
  }

  private Future<Optional<String>> fault(Fault fault) {
    statistics.onRefused();
    return Future.succeededFuture(Optional.of(fault.reply));
  }
}
