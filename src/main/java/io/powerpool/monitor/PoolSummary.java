package io.powerpool.monitor;

import static io.powerpool.monitor.Component.number;
import static io.powerpool.monitor.Component.object;
import static io.powerpool.monitor.Component.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Boils all components' statuses down to what the page shows. */
final class PoolSummary {
  private static final double MILLIS_PER_SECOND = 1000;
  private static final double SECONDS_PER_MINUTE = 60;
  static final String HPS_1_MINUTE = "hps_1min";
  private static final String HPS_10_MINUTES = "hps";
  private static final String REJECT_PREFIX = "reject_";
  private static final String SHARE_COUNT_SUFFIX = "_share_count";

  private PoolSummary() {}

  static JsonObject of(List<Component> components, LedgerView.Answer ledger, long nowEpochMillis) {
    return new JsonObject()
        .put("time", nowEpochMillis / MILLIS_PER_SECOND)
        .put("hashrates", hashrates(components))
        .put("miners", miners(components))
        .put("shares", shares(components))
        .put("coins", coins(components))
        .put("switching", switching(components))
        .put("ports", ports(components))
        .put("reporters", reporters(components))
        .put("blocks", ledger.blocks().orElse(null))
        .put(
            "workers",
            ledger.workers().map(rows -> workers(rows, components, nowEpochMillis)).orElse(null))
        .put("rigs", ledger.rigs().map(RigSummary::of).orElse(null))
        .put("ledgers", ledger.ledgers());
  }

  /** Hash rates of different algorithms do not add up, so there is one for each. */
  static Map<String, Double> hpsByAlgorithm(List<Component> components, String field) {
    Map<String, Double> rates = new TreeMap<>();
    for (Component port : ofType(components, Component.STRATUM)) {
      rates.merge(algorithm(port.body()), number(port.body(), field), Double::sum);
    }
    return rates;
  }

  private static JsonArray hashrates(List<Component> components) {
    Map<String, Double> tenMinutes = hpsByAlgorithm(components, HPS_10_MINUTES);
    JsonArray rates = new JsonArray();
    hpsByAlgorithm(components, HPS_1_MINUTE)
        .forEach(
            (algorithm, hps) ->
                rates.add(
                    new JsonObject()
                        .put("algorithm", algorithm)
                        .put("hps_1min", hps)
                        .put("hps", tenMinutes.get(algorithm))));
    return rates;
  }

  private static JsonObject miners(List<Component> components) {
    JsonObject miners = new JsonObject();
    for (String field :
        List.of(
            "client_count",
            "client_count_authed",
            "client_count_idle",
            "address_count",
            "address_worker_count")) {
      double sum = 0;
      for (Component port : ofType(components, Component.STRATUM)) {
        sum += number(port.body(), field);
      }
      miners.put(field, (long) sum);
    }
    return miners;
  }

  private static JsonObject shares(List<Component> components) {
    List<JsonObject> counters =
        ofType(components, Component.STRATUM).stream()
            .flatMap(port -> port.counters().stream())
            .toList();
    // Hours are made of complete minutes: before the first is over, what there is counts.
    boolean young = counters.stream().allMatch(counter -> number(counter, "hour_total") == 0);
    String period = young ? "total" : "hour_total";
    double accepted = 0;
    double acceptedPerSecond = 0;
    Map<String, Double> rejected = new TreeMap<>();
    for (JsonObject counter : counters) {
      String name = text(counter, "name");
      if (name.equals("acc_share_count")) {
        accepted += number(counter, period);
        acceptedPerSecond += number(counter, "second_avg");
      } else if (name.startsWith(REJECT_PREFIX) && name.endsWith(SHARE_COUNT_SUFFIX)) {
        String reason =
            name.substring(REJECT_PREFIX.length(), name.length() - SHARE_COUNT_SUFFIX.length());
        rejected.merge(reason, number(counter, period), Double::sum);
      }
    }
    JsonObject reasons = new JsonObject();
    rejected.forEach((reason, count) -> reasons.put(reason, Math.round(count)));
    return new JsonObject()
        .put("accepted", Math.round(accepted))
        .put("rejected", reasons)
        .put("accepted_per_minute", acceptedPerSecond * SECONDS_PER_MINUTE);
  }

  private static JsonArray coins(List<Component> components) {
    JsonArray coins = new JsonArray();
    for (Component manager : ofType(components, Component.JOB_MANAGER)) {
      JsonObject body = manager.body();
      coins.add(
          new JsonObject()
              .put("component", manager.name())
              .put("currency", text(body, "currency"))
              .put("algorithm", algorithm(body))
              .put("net_state", object(body, "net_state"))
              .put("block_stats", object(body, "block_stats"))
              .put("template_age", body.getValue("template_age"))
              .put("signals", signals(object(body, "signals")))
              .put("servers", servers(object(body, "coinservers")))
              .put("merged", merged(components, text(body, "currency"))));
    }
    return coins;
  }

  /** By which way blocks are heard of: the most successful first. */
  private static JsonArray signals(JsonObject ways) {
    JsonArray signals = new JsonArray();
    ways.fieldNames().stream()
        .sorted(
            Comparator.comparingDouble((String way) -> -number(object(ways, way), "first"))
                .thenComparingDouble(way -> -number(object(ways, way), "heard")))
        .forEach(
            way -> {
              JsonObject record = object(ways, way);
              JsonObject behind = object(record, "behind");
              JsonObject waited = object(record, "to_miners");
              signals.add(
                  new JsonObject()
                      .put("way", way)
                      .put("first", record.getValue("first"))
                      .put("heard", record.getValue("heard"))
                      .put("behind_p50_ms", behind.getValue("p50_ms"))
                      .put("to_miners_p50_ms", waited.getValue("p50_ms"))
                      .put("to_miners_p95_ms", waited.getValue("p95_ms")));
            });
    return signals;
  }

  /** The chains that are mined together with this one. */
  private static JsonArray merged(List<Component> components, String main) {
    JsonArray chains = new JsonArray();
    for (Component chain : ofType(components, Component.AUX_MANAGER)) {
      JsonObject body = chain.body();
      if (text(body, "main").equals(main)) {
        chains.add(
            new JsonObject()
                .put("component", chain.name())
                .put("currency", text(body, "currency"))
                .put("net_state", object(body, "current_net"))
                .put("block_stats", object(body, "block_stats"))
                .put("left_out", body.getValue("left_out"))
                .put("trouble", text(body, "trouble"))
                .put("servers", servers(object(body, "coinservers"))));
      }
    }
    return chains;
  }

  private static JsonArray servers(JsonObject coinServers) {
    JsonArray servers = new JsonArray();
    for (String name : coinServers.fieldNames()) {
      JsonObject server = object(coinServers, name);
      servers.add(
          new JsonObject()
              .put("name", name)
              .put("status", text(server, "status"))
              .put("height", server.getValue("height"))
              .put("last_rtt", server.getValue("last_rtt"))
              .put("last_error", text(server, "last_error")));
    }
    return servers;
  }

  private static JsonArray switching(List<Component> components) {
    JsonArray groups = new JsonArray();
    for (Component group : ofType(components, Component.SWITCHING)) {
      JsonObject body = group.body();
      JsonObject row = new JsonObject().put("component", group.name());
      for (String field :
          List.of("current_network", "next_network", "coins", "last_switch", "switch_count")) {
        row.put(field, body.getValue(field));
      }
      groups.add(row.put("trouble", text(body, "trouble")));
    }
    return groups;
  }

  private static JsonArray ports(List<Component> components) {
    JsonArray ports = new JsonArray();
    for (Component port : ofType(components, Component.STRATUM)) {
      JsonObject body = port.body();
      ports.add(
          new JsonObject()
              .put("component", port.name())
              .put("port", body.getValue("port"))
              .put("currency", text(body, "currency"))
              .put("algorithm", algorithm(body))
              .put("hps", number(body, HPS_10_MINUTES))
              .put("client_count", body.getValue("client_count"))
              .put("nodes", port.nodes().size()));
    }
    return ports;
  }

  private static JsonArray reporters(List<Component> components) {
    JsonArray reporters = new JsonArray();
    for (Component component : components) {
      if (component.is(Component.REPORTER) || component.is(Component.JOURNAL)) {
        JsonObject body = component.body();
        String queue = component.is(Component.JOURNAL) ? "pending_count" : "queue_size";
        reporters.add(
            new JsonObject()
                .put("component", component.name())
                .put("type", component.type())
                .put("queue_size", body.getValue(queue))
                .put("lag_seconds", body.getValue("lag_seconds"))
                .put("failing", component.failure().orElse(null))
                .put("trouble", body.getValue("trouble"))
                .put("last_error", body.getValue("last_error"))
                .put("last_error_at", body.getValue("last_error_at")));
      }
    }
    return reporters;
  }

  /**
   * The ledger knows difficulties; what a difficulty is worth in hashes, the job manager of a coin
   * knows.
   */
  private static JsonArray workers(
      JsonArray rows, List<Component> components, long nowEpochMillis) {
    JsonArray workers = new JsonArray();
    for (Object row : rows) {
      if (row instanceof JsonObject worker) {
        double hashes = hashesPerDifficultyOne(components, text(worker, "currency"));
        // A newcomer's shares are spread over less time than the sums cover.
        double known = nowEpochMillis / MILLIS_PER_SECOND - number(worker, "first_seen");
        double seconds = Math.min(number(worker, "seconds"), Math.max(1, known));
        Double hps =
            hashes > 0 && seconds > 0
                ? number(worker, "accepted_difficulty") * hashes / seconds
                : null;
        workers.add(worker.copy().put("hps", hps));
      }
    }
    return workers;
  }

  private static double hashesPerDifficultyOne(List<Component> components, String currency) {
    return components.stream()
        .filter(one -> one.is(Component.JOB_MANAGER) || one.is(Component.STRATUM))
        .filter(one -> text(one.body(), "currency").equals(currency))
        .map(one -> number(one.body(), "hashes_per_difficulty_one"))
        // A port of several coins counts as the first of them does.
        .filter(hashes -> hashes > 0)
        .findFirst()
        .orElse(0.0);
  }

  private static String algorithm(JsonObject body) {
    String name = text(body, "algo");
    return name.isEmpty() ? text(body, "algorithm") : name;
  }

  private static List<Component> ofType(List<Component> components, String type) {
    return components.stream().filter(component -> component.is(type)).toList();
  }
}
