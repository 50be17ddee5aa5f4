package io.powerpool.monitor;

import io.powerpool.cluster.Request;
import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * What the ledgers last answered, together. However many pages are open, each is asked at most once
 * in two seconds. Used by one thread.
 */
final class LedgerView {
  private static final Duration FRESH_FOR = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Rows of each; of rigs one for each type. */
  private static final Map<String, Integer> LIMITS =
      new TreeMap<>(Map.of("blocks", 20, "workers", 15, "rigs", 100));

  /**
   * @param blocks the newest blocks, empty if there is no ledger or none answered
   * @param workers the busiest workers, likewise
   * @param rigs what rig agents told last, likewise
   * @param ledgers who was asked: {@code name}, {@code node}, {@code store}, and {@code answers},
   *     whether it did
   */
  record Answer(
      Optional<JsonArray> blocks,
      Optional<JsonArray> workers,
      Optional<JsonArray> rigs,
      JsonArray ledgers) {}

  private final Topics topics;
  private final LongFunction<Ledgers> known;
  private Future<Answer> latest;
  private long askedNanos;

  /**
   * @param known which there are at a time of {@link System#nanoTime}
   */
  LedgerView(Topics topics, LongFunction<Ledgers> known) {
    this.topics = topics;
    this.known = known;
  }

  /** Never fails: a missing ledger is an answer too. */
  Future<Answer> latest(long nowNanos) {
    boolean stale = latest == null || nowNanos - askedNanos > FRESH_FOR.toNanos();
    if (stale && (latest == null || latest.isComplete())) {
      askedNanos = nowNanos;
      latest = ask(known.apply(nowNanos).places());
    }
    return latest;
  }

  private Future<Answer> ask(List<Ledgers.Place> places) {
    List<Future<Map<String, JsonArray>>> asked = new ArrayList<>();
    for (Ledgers.Place place : places) {
      asked.add(ask(topics.ledger(place.address())));
    }
    if (places.isEmpty()) {
      // Those of the version before do not say where they are.
      asked.add(ask(topics.ledger()));
    }
    return Future.join(asked)
        .map(
            all -> {
              List<Map<String, JsonArray>> answers = asked.stream().map(Future::result).toList();
              JsonArray ledgers = new JsonArray();
              for (int i = 0; i < places.size(); i++) {
                ledgers.add(places.get(i).shown().put("answers", !answers.get(i).isEmpty()));
              }
              return new Answer(
                  merged("blocks", answers),
                  merged("workers", answers),
                  merged("rigs", answers),
                  ledgers);
            });
  }

  private static Optional<JsonArray> merged(String query, List<Map<String, JsonArray>> answers) {
    List<JsonArray> rows =
        answers.stream()
            .filter(answer -> answer.containsKey(query))
            .map(answer -> answer.get(query))
            .toList();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(Ledgers.merge(query, rows, LIMITS.get(query)));
  }

  /** By query; without those that were not answered. */
  private static Future<Map<String, JsonArray>> ask(Request<JsonObject, JsonObject> ledger) {
    Map<String, JsonArray> answers = new TreeMap<>();
    List<Future<?>> asked = new ArrayList<>();
    LIMITS.forEach(
        (query, limit) ->
            asked.add(
                ledger
                    .ask(new JsonObject().put("query", query).put("limit", limit), PATIENCE)
                    .onSuccess(
                        answer -> {
                          if (answer.getValue(query) instanceof JsonArray list) {
                            answers.put(query, list);
                          }
                        })
                    .otherwise(new JsonObject())));
    return Future.join(asked).map(answers);
  }
}
