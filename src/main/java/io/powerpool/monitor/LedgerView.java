package io.powerpool.monitor;

import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/**
 * What the ledger last answered. However many pages are open, the ledger is asked at most once in
 * two seconds. Used by one thread.
 */
final class LedgerView {
  private static final Duration FRESH_FOR = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int BLOCKS = 20;
  private static final int WORKERS = 15;

  /** Rows, of which a rig has one for each type. */
  private static final int RIGS = 100;

  /**
   * @param blocks the newest blocks, empty if there is no ledger or it did not answer
   * @param workers the busiest workers, likewise
   * @param rigs what rig agents told last, likewise
   */
  record Answer(
      Optional<JsonArray> blocks, Optional<JsonArray> workers, Optional<JsonArray> rigs) {}

  private final Topics topics;
  private Future<Answer> latest;
  private long askedNanos;

  LedgerView(Topics topics) {
    this.topics = topics;
  }

  /** Never fails: a missing ledger is an answer too. */
  Future<Answer> latest(long nowNanos) {
    boolean stale = latest == null || nowNanos - askedNanos > FRESH_FOR.toNanos();
    if (stale && (latest == null || latest.isComplete())) {
      askedNanos = nowNanos;
      Future<Optional<JsonArray>> blocks = list("blocks", BLOCKS);
      Future<Optional<JsonArray>> workers = list("workers", WORKERS);
      Future<Optional<JsonArray>> rigs = list("rigs", RIGS);
      latest =
          Future.join(blocks, workers, rigs)
              .map(all -> new Answer(blocks.result(), workers.result(), rigs.result()));
    }
    return latest;
  }

  private Future<Optional<JsonArray>> list(String query, int limit) {
    return topics
        .ledger()
        .ask(new JsonObject().put("query", query).put("limit", limit), PATIENCE)
        .map(
            answer ->
                answer.getValue(query) instanceof JsonArray list
                    ? Optional.of(list)
                    : Optional.<JsonArray>empty())
        .otherwise(Optional.empty());
  }
}
