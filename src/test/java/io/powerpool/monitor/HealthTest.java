package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
  private static final long NOW_MILLIS = 1_700_000_000_000L;
  private static final double NOW = NOW_MILLIS / 1000.0;

  private final List<Component> components = new ArrayList<>();

  @Test
  void isOkWithALiveServerAndAFreshTemplate() {
    add("jobmanager", "LTC", jobManager(1, 0, NOW - 30));
    add("journal", "journal", new JsonObject().put("failing", ""));

    assertThat(health().status()).isEqualTo("ok");
  }

  @Test
  void failsWithoutALiveServer() {
    add("jobmanager", "LTC", jobManager(0, 2, NOW - 30));
    assertThat(health().faults()).containsExactly("LTC: no live coin server");
  }

  @Test
  void failsWithoutAFreshTemplate() {
    add("jobmanager", "LTC", jobManager(1, 0, NOW - 121));
    add("jobmanager", "DOGE", jobManager(1, 0, 0).putNull("last_template"));

    assertThat(health().faults())
        .containsExactly("LTC: the template is 121 s old", "DOGE: no template yet");
  }

  @Test
  void failsIfNobodyMakesJobs() {
    assertThat(health().healthy()).isFalse();
  }

  @Test
  void failsIfAnyNodesJournalFailsThoughAnotherIsFine() {
    add("jobmanager", "LTC", jobManager(1, 0, NOW));
    add(
        "journal",
        "journal",
        new JsonObject().put("failing", "No space left on device"),
        new JsonObject().put("failing", ""));

    assertThat(health().faults()).containsExactly("journal is failing: No space left on device");
  }

  @Test
  void isDegradedWhenAServerIsDownOrAReporterFails() {
    add("jobmanager", "LTC", jobManager(1, 1, NOW));
    add("reporter", "ledger", new JsonObject().put("failing", true));

    assertThat(health().status()).isEqualTo("degraded");
    assertThat(health().warnings())
        .containsExactly("LTC: a coin server is down", "ledger is failing: true");
  }

  private Health health() {
    return Health.of(components, List.of(), Duration.ofMinutes(2), NOW_MILLIS);
  }

  private void add(String type, String name, JsonObject... parts) {
    List<JsonObject> all = List.of(parts);
    components.add(new Component(type, name, List.of("a"), all, StatusMerge.merge(all)));
  }

  private static JsonObject jobManager(int live, int down, double lastTemplate) {
    return new JsonObject()
        .put("live_coinservers", live)
        .put("down_coinservers", down)
        .put("last_template", lastTemplate);
  }
}
