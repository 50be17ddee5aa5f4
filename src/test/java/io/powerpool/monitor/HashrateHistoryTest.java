package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HashrateHistoryTest {
  private final HashrateHistory history = new HashrateHistory();

  @Test
  void keepsAnHourByAlgorithm() {
    for (int i = 0; i < HashrateHistory.SAMPLES + 10; i++) {
      history.add(Map.of("scrypt", 1.0 + i), i * 5000L);
    }

    JsonArray points = algorithms().getJsonArray("scrypt");
    assertThat(points).hasSize(720);
    assertThat(points.getJsonArray(0)).isEqualTo(new JsonArray().add(50L).add(11.0));
  }

  @Test
  void letsAnAlgorithmThatIsGoneFallToZeroAndAgeOut() {
    history.add(Map.of("scrypt", 5.0, "sha256d", 7.0), 0);
    history.add(Map.of("sha256d", 7.0), 5000);
    assertThat(algorithms().getJsonArray("scrypt").getJsonArray(1).getDouble(1)).isZero();

    for (int i = 0; i < HashrateHistory.SAMPLES; i++) {
      history.add(Map.of("sha256d", 7.0), 10_000 + i * 5000L);
    }
    assertThat(algorithms().fieldNames()).containsExactly("sha256d");
  }

  private JsonObject algorithms() {
    return history.toJson().getJsonObject("algorithms");
  }
}
