package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final List<Component> components = new ArrayList<>();

  @Test
  void isOkWithALiveServerAndAFreshTemplate() {
    add("jobmanager", "LTC", jobManager(1, 0, 30));
    add("journal", "journal", new JsonObject().put("failing", ""));

    assertThat(health().status()).isEqualTo("ok");
  }

  @Test
  void failsWithoutALiveServer() {
    add("jobmanager", "LTC", jobManager(0, 2, 30));
    assertThat(health().faults()).containsExactly("LTC: no live coin server");
  }

  @Test
  void isDegradedWithoutALiveServerOfACoinWhoseMinersAreElsewhere() {
    add("jobmanager", "LTC", jobManager(0, 2, 30));
    add("jobmanager", "DGB", jobManager(1, 0, 30));
    add(
        "switching",
        "SCRYPT",
        new JsonObject()
            .put("current_network", "DGB")
            .put(
                "coins",
                JsonArray.of(
                    new JsonObject().put("currency", "LTC").put("not_live", "no server"),
                    new JsonObject().put("currency", "DGB").put("not_live", ""))));
    add("stratum", "stratum_3333", new JsonObject().put("source", "SCRYPT"));

    assertThat(health().status()).isEqualTo("degraded");
    assertThat(health().warnings()).containsExactly("LTC: no live coin server");

    add("stratum", "stratum_3334", new JsonObject().put("source", "LTC"));
    assertThat(health().faults()).containsExactly("LTC: no live coin server");
  }

  @Test
  void isDegradedWhereAStandbyHasOtherSettingsThanTheLeader() {
    JsonObject leader = jobManager(1, 0, 30).put("leader", true).put("disagreement", "");
    JsonObject standby =
        jobManager(1, 0, 30).put("leader", false).put("disagreement", "n2 differs");
    components.add(
        new Component("jobmanager", "LTC", List.of("n1", "n2"), List.of(leader, standby), leader));
    add("settings", "settings", new JsonObject().put("disagreement", "n3 differs"));

    assertThat(health().faults()).isEmpty();
    assertThat(health().warnings()).containsExactly("LTC: n2 differs", "settings: n3 differs");
  }

  @Test
  void isDegradedWhereAnyNodeHasTroubleWithAnotherThoughTheLastWordIsOfOneThatHasNone() {
    add("jobmanager", "LTC", jobManager(1, 0, 30));
    JsonObject none = new JsonObject().put("trouble", "");
    components.add(
        new Component(
            "node",
            "node",
            List.of("n1", "n2"),
            List.of(new JsonObject().put("trouble", "n1 hears nothing of n3"), none),
            none));

    assertThat(health().status()).isEqualTo("degraded");
    assertThat(health().warnings()).containsExactly("node: n1 hears nothing of n3");
  }

  @Test
  void isDegradedWhereAPortHandsOutAnOldJob() {
    add("jobmanager", "LTC", jobManager(1, 0, 30));
    JsonObject well = new JsonObject().put("source", "LTC").put("trouble", "");
    JsonObject ill = new JsonObject().put("source", "LTC").put("trouble", "it may be stale");
    components.add(
        new Component("stratum", "stratum_3333", List.of("n1", "n2"), List.of(ill, well), well));

    assertThat(health().faults()).isEmpty();
    assertThat(health().warnings()).containsExactly("stratum_3333: it may be stale");
  }

  @Test
  void isDegradedWhereReportersMissEntries() {
    add("jobmanager", "LTC", jobManager(1, 0, 30));
    JsonObject reporters =
        new JsonObject()
            .put("ledger", new JsonObject().put("queue_size", 0).put("failing", ""))
            .put("redis", new JsonObject().put("queue_size", 7).put("failing", "no route"));
    add(
        "journal",
        "journal",
        new JsonObject()
            .put("missed", 4)
            .put("damaged", 2)
            .put("reporters", reporters)
            .put("buffers_kept", false));

    assertThat(health().status()).isEqualTo("degraded");
    assertThat(health().warnings())
        .containsExactly(
            "journal: 4 entries were given up before reporters had them",
            "journal: 2 damaged places in its files",
            "journal: reporter redis is not served: no route",
            "journal: the journal's buffers are in memory: kill -9 may cost what is not synced");
  }

  @Test
  void failsWithoutAFreshTemplate() {
    add("jobmanager", "LTC", jobManager(1, 0, 121));
    add("jobmanager", "DOGE", jobManager(1, 0, 0).putNull("template_age"));

    assertThat(health().faults())
        .containsExactly("LTC: the template is 121 s old", "DOGE: no template yet");
  }

  @Test
  void failsIfNobodyMakesJobs() {
    assertThat(health().healthy()).isFalse();
  }

  @Test
  void failsIfAnyNodesJournalFailsThoughAnotherIsFine() {
    add("jobmanager", "LTC", jobManager(1, 0, 0));
    add(
        "journal",
        "journal",
        new JsonObject().put("failing", "No space left on device"),
        new JsonObject().put("failing", ""));

    assertThat(health().faults()).containsExactly("journal is failing: No space left on device");
  }

  @Test
  void isDegradedWhenAServerIsDownOrAReporterFails() {
    add("jobmanager", "LTC", jobManager(1, 1, 0));
    add("reporter", "ledger", new JsonObject().put("failing", true));

    assertThat(health().status()).isEqualTo("degraded");
    assertThat(health().warnings())
        .containsExactly("LTC: a coin server is down", "ledger is failing: true");
  }

  @Test
  void isDegradedWhileTheJournalTakesTooMuchSpaceOrHasLostEntries() {
    add("jobmanager", "LTC", jobManager(1, 0, 1).put("trouble", "refused: bad-cb-height"));
    add("journal", "journal", new JsonObject().put("alarm", true).put("lost", 3));

    assertThat(health().faults()).isEmpty();
    assertThat(health().warnings())
        .containsExactly(
            "LTC: refused: bad-cb-height",
            "journal: 3 entries could not be kept",
            "journal: over half of the space allowed to it is in use");
  }

  @Test
  void aMergedChainThatIsLeftOutKeepsNobodyFromWork() {
    add("jobmanager", "LTC", jobManager(1, 0, 1));
    add("auxmanager", "DOGE", jobManager(0, 1, 0).put("trouble", "no coin server is live"));
    add("auxmanager", "BELLS", jobManager(1, 1, 0));

    assertThat(health().faults()).isEmpty();
    assertThat(health().warnings())
        .containsExactly("DOGE: no coin server is live", "BELLS: a coin server is down");
  }

  private Health health() {
    return Health.of(components, List.of(), Duration.ofMinutes(2));
  }

  private void add(String type, String name, JsonObject... parts) {
    List<JsonObject> all = List.of(parts);
    components.add(new Component(type, name, List.of("a"), all, StatusMerge.merge(all)));
  }

  private static JsonObject jobManager(int live, int down, double templateAge) {
    return new JsonObject()
        .put("live_coinservers", live)
        .put("down_coinservers", down)
        .put("template_age", templateAge);
  }
}
