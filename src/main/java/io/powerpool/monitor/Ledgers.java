package io.powerpool.monitor;

import static io.powerpool.monitor.Component.text;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which ledgers to ask for the whole picture. Every journal goes to one store of each reporter's
 * name, so the stores of one name together have everything once; those of two names would have it
 * twice. Of several names one is chosen: one that is told of all coins and chains rather than
 * another, then one that this node has, then the first by name. Of a store that several nodes write
 * to one is asked: this node, or the first by name.
 */
record Ledgers(List<Place> places) {

  /** The key in a reporter's status under which it says where it answers. */
  static final String ADDRESS = "ledger_address";

  /**
   * One ledger.
   *
   * @param name the reporter's
   * @param node where it answers
   * @param store tells it from others
   * @param all whether it is told of all coins and chains
   */
  record Place(String name, String node, String store, String address, boolean all) {

    JsonObject shown() {
      return new JsonObject().put("name", name).put("node", node).put("store", store);
    }
  }

  Ledgers {
    places = List.copyOf(places);
  }

  /**
   * Chooses.
   *
   * @param reports what every node reports
   * @param node this one
   */
  static Ledgers of(Map<String, List<StatusReport>> reports, String node) {
    Map<String, List<Place>> byName = new TreeMap<>();
    reports
        .values()
        .forEach(
            ofNode ->
                ofNode.stream()
                    .filter(report -> report.type().equals(Component.REPORTER))
                    .filter(report -> !text(report.body(), ADDRESS).isEmpty())
                    .map(Ledgers::place)
                    .forEach(
                        place ->
                            byName
                                .computeIfAbsent(place.name, key -> new ArrayList<>())
                                .add(place)));
    Comparator<Place> nearestFirst =
        Comparator.comparing((Place place) -> !place.node.equals(node)).thenComparing(Place::node);
    return byName.values().stream()
        .map(places -> places.stream().sorted(nearestFirst).toList())
        .min(
            Comparator.comparing((List<Place> places) -> !places.get(0).all)
                .thenComparing(places -> !places.get(0).node.equals(node)))
        .map(Ledgers::oneOfEachStore)
        .orElse(new Ledgers(List.of()));
  }

  private static Place place(StatusReport report) {
    JsonObject body = report.body();
    return new Place(
        report.component(),
        report.node(),
        text(body, "store"),
        text(body, ADDRESS),
        Boolean.TRUE.equals(body.getValue("told_of_all")));
  }

  private static Ledgers oneOfEachStore(List<Place> nearestFirst) {
    Map<String, Place> byStore = new TreeMap<>();
    nearestFirst.forEach(place -> byStore.putIfAbsent(place.store, place));
    return new Ledgers(
        byStore.values().stream()
            .sorted(Comparator.comparing(Place::node).thenComparing(Place::store))
            .toList());
  }

  /**
   * What they answered, as one answer.
   *
   * @param query what they were asked
   * @param limit of rows
   */
  static JsonArray merge(String query, List<JsonArray> answers, int limit) {
    if (answers.size() == 1) {
      return answers.get(0);
    }
    List<JsonObject> rows =
        answers.stream()
            .flatMap(JsonArray::stream)
            .filter(JsonObject.class::isInstance)
            .map(JsonObject.class::cast)
            .toList();
    List<JsonObject> merged =
        switch (query) {
          case "blocks" -> greatestFirst(once(rows, "time", "hash"), "time");
          case "rigs" ->
              greatestFirst(once(rows, "received", "address", "worker", "type"), "received");
          case "workers" -> greatestFirst(summed(rows), "accepted_difficulty");
          default -> throw new IllegalArgumentException("no way to merge '" + query + "'");
        };
    return new JsonArray(merged.stream().limit(limit).toList());
  }

  /** Each once, the one with the greatest time; of blocks one that is pending only if all are. */
  private static List<JsonObject> once(List<JsonObject> rows, String time, String... keys) {
    Comparator<JsonObject> better =
        Comparator.comparing((JsonObject row) -> !text(row, "outcome").equals("pending"))
            .thenComparing(row -> Component.number(row, time));
    Map<String, JsonObject> best = new TreeMap<>();
    rows.forEach(
        row -> best.merge(key(row, keys), row, (a, b) -> better.compare(a, b) >= 0 ? a : b));
    return List.copyOf(best.values());
  }

  private static List<JsonObject> summed(List<JsonObject> rows) {
    Map<String, JsonObject> sums = new TreeMap<>();
    rows.forEach(
        row ->
            sums.merge(
                key(row, "address", "worker", "currency", "algorithm"), row, Ledgers::together));
    return List.copyOf(sums.values());
  }

  /** One worker whose shares are in two ledgers. */
  private static JsonObject together(JsonObject one, JsonObject other) {
    JsonObject sum = one.copy();
    for (String field : List.of("accepted_difficulty", "rejected_difficulty")) {
      sum.put(field, Component.number(one, field) + Component.number(other, field));
    }
    for (String field : List.of("accepted_shares", "rejected_shares")) {
      sum.put(field, (long) (Component.number(one, field) + Component.number(other, field)));
    }
    return sum.put(
            "first_seen",
            Math.min(Component.number(one, "first_seen"), Component.number(other, "first_seen")))
        .put(
            "last_seen",
            Math.max(Component.number(one, "last_seen"), Component.number(other, "last_seen")))
        .put(
            "seconds",
            Math.max(Component.number(one, "seconds"), Component.number(other, "seconds")));
  }

  private static String key(JsonObject row, String... fields) {
    JsonArray key = new JsonArray();
    for (String field : fields) {
      key.add(text(row, field));
    }
    return key.encode();
  }

  private static List<JsonObject> greatestFirst(List<JsonObject> rows, String field) {
    return rows.stream()
        .sorted(
            Comparator.comparingDouble((JsonObject row) -> Component.number(row, field)).reversed())
        .toList();
  }
}
