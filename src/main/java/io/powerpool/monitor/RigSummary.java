package io.powerpool.monitor;

import static io.powerpool.monitor.Component.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one row for each rig of what rig agents told by type. What they told is strangers' data: of
 * whatever shape, only what is as expected counts.
 */
final class RigSummary {

  /** ppagent tells hash rates in millions per second. */
  private static final double MEGA = 1e6;

  private RigSummary() {}

  /**
   * Sums up the ledger's {@code rigs}, the newest first.
   *
   * @return {@code address}, {@code worker}, {@code received}, and where they are known {@code
   *     hottest} in degrees, {@code overheat} the owner's limit for it, {@code hps} and {@code
   *     devices}
   */
  static JsonArray of(JsonArray told) {
    Map<List<String>, JsonObject> rigs = new LinkedHashMap<>();
    for (Object item : told) {
      if (item instanceof JsonObject row) {
        String address = text(row, "address");
        String worker = text(row, "worker");
        JsonObject rig =
            rigs.computeIfAbsent(
                List.of(address, worker),
                key ->
                    new JsonObject()
                        .put("address", address)
                        .put("worker", worker)
                        .put("received", row.getValue("received")));
        add(rig, text(row, "type"), row.getValue("data"));
      }
    }
    return new JsonArray(List.copyOf(rigs.values()));
  }

  private static void add(JsonObject rig, String type, Object data) {
    switch (type) {
      case "temp" -> {
        numbers(data).stream().max(Double::compare).ifPresent(most -> rig.put("hottest", most));
        rig.put("devices", numbers(data).size());
      }
      case "hashrate" ->
          rig.put("hps", numbers(data).stream().mapToDouble(Double::doubleValue).sum() * MEGA);
      case "thresholds" -> {
        if (data instanceof JsonObject limits
            && limits.getValue("overheat") instanceof Number limit) {
          rig.put("overheat", limit);
        }
      }
      default -> {}
    }
  }

  private static List<Double> numbers(Object data) {
    return data instanceof JsonArray list
        ? list.stream()
            .filter(Number.class::isInstance)
            .map(number -> ((Number) number).doubleValue())
            .filter(Double::isFinite)
            .toList()
        : List.of();
  }
}
