package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one status of the statuses of several instances: counts, queues, hash rates and counters
 * are added up, of everything else the newest word counts.
 */
final class StatusMerge {
  static final String COUNTERS = "counters";

  /** Under this key are counts by reason, whatever the reasons are called. */
  private static final String CLOSED = "closed";

  /** Further numbers that add up. */
  private static final Set<String> ADDITIVE =
      Set.of(
          "entries",
          "block_reports",
          "lost",
          "missed",
          "damaged",
          "segments",
          "bytes",
          "donations",
          "parked_sessions",
          "remote_sessions",
          "solves",
          "accepts",
          "rejects");

  private static final String NAME = "name";
  private static final String OWNER = "owner";

  private StatusMerge() {}

  /**
   * Merges bodies, oldest first. Where some claim to lead and others do not, only the leaders'
   * count: a standby's work is not additional work.
   */
  static JsonObject merge(List<JsonObject> bodies) {
    List<JsonObject> leading =
        bodies.stream().filter(body -> !Boolean.FALSE.equals(body.getValue("leader"))).toList();
    JsonObject merged = new JsonObject();
    for (JsonObject body : leading.isEmpty() ? bodies : leading) {
      addTo(merged, body, false);
    }
    return merged;
  }

  private static void addTo(JsonObject merged, JsonObject body, boolean allAdd) {
    for (String key : body.fieldNames()) {
      merged.put(key, merged(key, merged.getValue(key), body.getValue(key), allAdd || adds(key)));
    }
  }

  private static Object merged(String key, Object older, Object newer, boolean adds) {
    if (newer instanceof JsonArray counters && key.equals(COUNTERS)) {
      return addCounters(older instanceof JsonArray known ? known : new JsonArray(), counters);
    }
    if (newer instanceof JsonObject part) {
      // Always a fresh object: the reported one belongs to everybody.
      JsonObject sum = new JsonObject();
      if (older instanceof JsonObject known) {
        addTo(sum, known, false);
      }
      addTo(sum, part, key.equals(CLOSED));
      return sum;
    }
    if (older instanceof Number one && newer instanceof Number other && adds) {
      return sum(one, other);
    }
    return newer;
  }

  /** Whether instances' values under this key add up: a count, a queue, a hash rate. */
  static boolean adds(String key) {
    return key.endsWith("count")
        || key.contains("count_")
        || key.startsWith("queue")
        || key.startsWith("hps")
        || key.startsWith("mhps")
        || ADDITIVE.contains(key);
  }

  private static JsonArray addCounters(JsonArray known, JsonArray more) {
    Map<String, JsonObject> byName = new LinkedHashMap<>();
    for (JsonArray list : List.of(known, more)) {
      for (Object item : list) {
        if (item instanceof JsonObject counter) {
          byName.merge(counter.getString(NAME, ""), counter, StatusMerge::addCounter);
        }
      }
    }
    JsonArray sums = new JsonArray();
    byName.values().forEach(sums::add);
    return sums;
  }

  private static JsonObject addCounter(JsonObject one, JsonObject other) {
    JsonObject sum = new JsonObject();
    for (String key : one.fieldNames()) {
      Object left = one.getValue(key);
      boolean numbers = left instanceof Number && other.getValue(key) instanceof Number;
      sum.put(
          key,
          numbers && !key.equals(NAME) && !key.equals(OWNER)
              ? sum((Number) left, (Number) other.getValue(key))
              : left);
    }
    return sum;
  }

  private static Number sum(Number one, Number other) {
    if (whole(one) && whole(other)) {
      return one.longValue() + other.longValue();
    }
    return one.doubleValue() + other.doubleValue();
  }

  private static boolean whole(Number number) {
    return number instanceof Integer || number instanceof Long;
  }
}
