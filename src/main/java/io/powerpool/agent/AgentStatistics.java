package io.powerpool.agent;

import io.powerpool.statistics.Counters;
import io.powerpool.statistics.RollingCounter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/** What one agent port counts. Belongs to one event loop. */
final class AgentStatistics {

  private final Counters counters;
  private final RollingCounter connects;
  private final RollingCounter disconnects;
  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> closed = new TreeMap<>();
  private int clients;
  private long stored;
  private long refused;

  /**
   * @param component the stratum port's name
   */
  AgentStatistics(String component, long nowNanos) {
    counters = new Counters("StratumServer_" + component);
    connects = counters.perSecond("agent_connects", nowNanos);
    disconnects = counters.perSecond("agent_disconnects", nowNanos);
  }

  void onConnect(long nowNanos) {
    clients++;
    connects.increment(nowNanos);
  }

  void onDisconnect(long nowNanos) {
    clients--;
    disconnects.increment(nowNanos);
  }

  /** We hang up on somebody. */
  void onClosed(String why) {
    closed.merge(why, 1L, Long::sum);
  }

  void onStored() {
    stored++;
  }

  void onRefused() {
    refused++;
  }

  /** Something was acknowledged that is not stored. */
  void onDropped(String why) {
    dropped.merge(why, 1L, Long::sum);
  }

  /** A part of the stratum port's status. */
  JsonObject status(int port, long nowNanos) {
    return new JsonObject()
        .put("agent_port", port)
        .put("agent_client_count", clients)
        .put(
            "agent",
            new JsonObject()
                .put("stored_count", stored)
                .put("refused_count", refused)
                .put("closed", new JsonObject(new TreeMap<>(closed)))
                .put("dropped_count", dropped.values().stream().mapToLong(Long::longValue).sum())
                .put("dropped", new JsonObject(new TreeMap<>(dropped))))
        .put("counters", new JsonArray(counters.toList(nowNanos)));
  }
}
