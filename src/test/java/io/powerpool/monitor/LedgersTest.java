package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.monitor.Ledgers.Place;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One picture of several ledgers. */
class LedgersTest {

  @Test
  void eachStoreIsAskedOnceAtTheNearestPlace() {
    assertThat(
            chosen(
                "b",
                ledger("a", "ledger", "one", true),
                ledger("b", "ledger", "one", true),
                ledger("c", "ledger", "two", true)))
        .containsExactly("b", "c");
    assertThat(chosen("z", ledger("b", "ledger", "one", true), ledger("a", "ledger", "one", true)))
        .containsExactly("a");
    assertThat(chosen("a")).isEmpty();
  }

  /** Both have every share: together they would show all of it twice. */
  @Test
  void ledgersOfTwoNamesAreNotAddedUp() {
    assertThat(
            chosen(
                "a",
                ledger("a", "doge", "one", false),
                ledger("b", "ledger", "two", true),
                ledger("c", "ledger", "three", true)))
        .containsExactly("b", "c");
    assertThat(chosen("b", ledger("a", "first", "one", true), ledger("b", "second", "two", true)))
        .containsExactly("b");
  }

  @Test
  void blocksAreListedOnceWithTheirFateTheNewestFirst() {
    JsonArray one = JsonArray.of(block("aa", 30, "pending"), block("bb", 20, "accepted"));
    JsonArray other = JsonArray.of(block("aa", 29, "stale"), block("cc", 10, "accepted"));
    assertThat(Ledgers.merge("blocks", List.of(one, other), 2))
        .extracting(row -> ((JsonObject) row).getString("hash") + text(row, "outcome"))
        .containsExactly("aastale", "bbaccepted");
  }

  @Test
  void workersThatSendToSeveralNodesAreSummedUp() {
    JsonArray one = JsonArray.of(worker("rig", 5, 100, 200), worker("fast", 7, 1, 2));
    JsonArray other = JsonArray.of(worker("rig", 6, 90, 150));
    assertThat(Ledgers.merge("workers", List.of(one, other), 15))
        .extracting(
            row -> text(row, "worker"),
            row -> ((JsonObject) row).getDouble("accepted_difficulty"),
            row -> ((JsonObject) row).getDouble("first_seen"),
            row -> ((JsonObject) row).getDouble("last_seen"))
        .containsExactly(tuple("rig", 11.0, 90.0, 200.0), tuple("fast", 7.0, 1.0, 2.0));
  }

  @Test
  void theLastWordOfARigCountsWhicheverLedgerHasIt() {
    JsonArray one = JsonArray.of(rig("temp", 5, 60.0), rig("hashrate", 5, 1.0));
    JsonArray other = JsonArray.of(rig("temp", 6, 70.0));
    assertThat(Ledgers.merge("rigs", List.of(one, other), 100))
        .extracting(row -> text(row, "type"), row -> ((JsonObject) row).getDouble("data"))
        .containsExactly(tuple("temp", 70.0), tuple("hashrate", 1.0));
  }

  @Test
  void oneThatDoesNotAnswerIsNamedAndTheOthersAreShown() {
    Vertx vertx = Vertx.vertx();
    try {
      Topics topics = Topics.of(vertx);
      topics
          .ledger("at-a")
          .serve(
              question ->
                  Future.succeededFuture(
                      new JsonObject()
                          .put(question.getString("query"), JsonArray.of(block("aa", 1, "")))));
      LedgerView view =
          new LedgerView(
              topics,
              now ->
                  new Ledgers(
                      List.of(
                          new Place("ledger", "a", "one", "at-a", true),
                          new Place("ledger", "b", "two", "at-b", true))));
      LedgerView.Answer answer =
          view.latest(0)
              .toCompletionStage()
              .toCompletableFuture()
              .orTimeout(10, TimeUnit.SECONDS)
              .join();
      assertThat(answer.blocks().orElseThrow()).hasSize(1);
      assertThat(answer.ledgers())
          .extracting(row -> text(row, "node"), row -> ((JsonObject) row).getBoolean("answers"))
          .containsExactly(tuple("a", true), tuple("b", false));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private static List<String> chosen(String node, StatusReport... reports) {
    Map<String, List<StatusReport>> byNode = new TreeMap<>();
    for (StatusReport report : reports) {
      byNode.put(report.node(), List.of(report));
    }
    return Ledgers.of(byNode, node).places().stream().map(Place::node).toList();
  }

  private static StatusReport ledger(String node, String name, String store, boolean all) {
    JsonObject body =
        new JsonObject()
            .put("store", store)
            .put("told_of_all", all)
            .put(Ledgers.ADDRESS, "at-" + node);
    return new StatusReport(node, name, 0, Component.REPORTER, 0, body);
  }

  private static JsonObject block(String hash, double time, String outcome) {
    return new JsonObject().put("hash", hash).put("time", time).put("outcome", outcome);
  }

  private static JsonObject worker(String name, double accepted, double first, double last) {
    return new JsonObject()
        .put("worker", name)
        .put("accepted_difficulty", accepted)
        .put("first_seen", first)
        .put("last_seen", last);
  }

  private static JsonObject rig(String type, double received, double data) {
    return new JsonObject().put("type", type).put("received", received).put("data", data);
  }

  private static String text(Object row, String field) {
    return ((JsonObject) row).getString(field);
  }
}
