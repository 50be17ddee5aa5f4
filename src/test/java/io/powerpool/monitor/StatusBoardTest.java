package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusBoardTest {
  private static final long SECOND = 1_000_000_000L;

  private final StatusBoard board = new StatusBoard();

  @Test
  void addsCountsAndRatesOfInstancesAndTakesTheNewestOfTheRest() {
    hear("a", 0, body(10, 1.5e9, 100), SECOND);
    hear("a", 1, body(20, 2.5e9, 102), 3 * SECOND);
    hear("b", 0, body(5, 0.5e9, 101), 2 * SECOND);

    Component port = board.component("stratum_3333", 4 * SECOND).orElseThrow();
    assertThat(port.nodes()).containsExactly("a", "b");
    assertThat(port.body().getInteger("client_count")).isEqualTo(35);
    assertThat(port.body().getInteger("client_count_idle")).isEqualTo(3);
    assertThat(port.body().getDouble("hps")).isEqualTo(4.5e9);
    assertThat(port.body().getInteger("height")).isEqualTo(102);
    assertThat(port.body().getJsonObject("last_flush_job").getInteger("pushed_at")).isEqualTo(102);
  }

  @Test
  void replacesAnInstancesLastReport() {
    hear("a", 0, body(10, 1, 100), SECOND);
    JsonObject newer = body(4, 1, 101);
    hear("a", 0, newer, 2 * SECOND);

    Component port = board.component("stratum_3333", 3 * SECOND).orElseThrow();
    assertThat(port.body().getInteger("client_count")).isEqualTo(4);
    assertThat(newer).isEqualTo(body(4, 1, 101));
  }

  @Test
  void addsCountersByNameUnderTheComponentsKey() {
    hear("a", 0, counters(3, 0.5), 0);
    hear("b", 0, counters(4, 0.25), 0);

    List<JsonObject> counters = board.component("stratum_3333", 0).orElseThrow().counters();
    assertThat(counters)
        .containsExactly(
            new JsonObject()
                .put("name", "acc_share_count")
                .put("owner", "StratumServer_stratum_3333")
                .put("total", 7L)
                .put("min_avg", 0.75));
  }

  @Test
  void leavesOutStandbysAsLongAsThereIsALeader() {
    report("b", "LTC", "jobmanager", new JsonObject().put("leader", false).put("job_count", 9), 1);
    assertThat(jobCount()).isEqualTo(9);
    report("a", "LTC", "jobmanager", new JsonObject().put("leader", true).put("job_count", 5), 0);
    assertThat(jobCount()).isEqualTo(5);
  }

  @Test
  void doesNotCountTheSilentThenForgetsThem() {
    hear("a", 0, body(10, 1, 100), 0);
    hear("b", 0, body(10, 1, 100), 20 * SECOND);

    assertThat(board.component("stratum_3333", 20 * SECOND).orElseThrow().nodes())
        .containsExactly("b");
    assertThat(board.silent(20 * SECOND))
        .containsExactly("stratum stratum_3333 on node a has been silent for 20 s");
    board.forget(121 * SECOND);
    assertThat(board.silent(121 * SECOND)).hasSize(1).first().asString().contains("node b");
  }

  @Test
  void tellsOfClocksThatAreNotOurs() {
    long now = 1_700_000_000_000L;
    for (String node : List.of("a", "b", "c", "d")) {
      long ahead = Map.of("a", 0L, "b", 3_600_000L, "c", -3_600_000L, "d", -20_000L).get(node);
      StatusReport report = new StatusReport(node, "p", 0, "process", now + ahead, body(1, 1, 1));
      board.onReport(report, SECOND, now + 40);
    }
    assertThat(board.clocks(2 * SECOND))
        .containsExactly(
            "the clock of node b is 3600 s ahead of this node's: its shares are written down so",
            "the clock of node c is 3600 s behind this node's: its shares are written down so");
    assertThat(board.clocks(20 * SECOND)).isEmpty();
  }

  @Test
  void toleratesBodiesOfTheWrongShape() {
    hear("a", 0, new JsonObject().put("client_count", "many").put("counters", "none"), 0);
    hear("b", 0, body(10, 1, 100).put("last_flush_job", "none"), 1);
    hear("c", 0, new JsonObject().put("counters", new JsonArray().add(3).addNull()), 2);

    Component port = board.component("stratum_3333", 2).orElseThrow();
    assertThat(port.body().getInteger("client_count")).isEqualTo(10);
    assertThat(port.counters()).isEmpty();
  }

  @Test
  void addsCountsByReasonWhateverTheReason() {
    JsonObject closed = new JsonObject().put("idle", 2).put("line_too_long", 1);
    hear("a", 0, new JsonObject().put("closed", closed), 0);
    hear("b", 0, new JsonObject().put("closed", closed).put("bytes", 7), 0);

    JsonObject body = board.component("stratum_3333", 0).orElseThrow().body();
    assertThat(body.getJsonObject("closed"))
        .isEqualTo(new JsonObject().put("idle", 4L).put("line_too_long", 2L));
  }

  private int jobCount() {
    return board.component("LTC", SECOND).orElseThrow().body().getInteger("job_count");
  }

  private void hear(String node, int instance, JsonObject body, long nowNanos) {
    board.onReport(
        new StatusReport(node, "stratum_3333", instance, "stratum", 0, body), nowNanos, 0);
  }

  private void report(String node, String component, String type, JsonObject body, long nowNanos) {
    board.onReport(new StatusReport(node, component, 0, type, 0, body), nowNanos, 0);
  }

  private static JsonObject body(int clients, double hps, int height) {
    return new JsonObject()
        .put("client_count", clients)
        .put("client_count_idle", 1)
        .put("hps", hps)
        .put("height", height)
        .put("last_flush_job", new JsonObject().put("pushed_at", height));
  }

  private static JsonObject counters(int total, double minAvg) {
    JsonObject counter =
        new JsonObject()
            .put("name", "acc_share_count")
            .put("owner", "somebody")
            .put("total", total)
            .put("min_avg", minAvg);
    return new JsonObject().put("counters", new JsonArray().add(counter));
  }
}
