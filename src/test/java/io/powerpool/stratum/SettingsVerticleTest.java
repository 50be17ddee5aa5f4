package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Beat;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.Topics;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SettingsVerticleTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<String> told = new AtomicReference<>();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void tellsOfEachLeaderThatIsConfiguredOtherwise() {
    Topics.of(vertx)
        .status()
        .subscribe(report -> told.set(report.body().getString("disagreement")));
    vertx.deployVerticle(
        new SettingsVerticle("edge", Map.of("LTC", "1111", "DOGE", "2222", "BOTH", "3333")));
    lead("DOGE", 1, "2222");
    lead("BOTH", 1, "");
    await().atMost(LONG).until(() -> "".equals(told.get()));

    lead("LTC", 1, "4444");
    await().atMost(LONG).until(() -> !"".equals(told.get()));
    assertThat(told.get())
        .startsWith(
            "node jm leads LTC with another configuration of it (4444) than that of node edge"
                + " (1111): ")
        .doesNotContain("DOGE", "BOTH");

    lead("BOTH", 2, "5555");
    await().atMost(LONG).until(() -> told.get().startsWith("node jm leads BOTH"));
    assertThat(told.get()).contains("; node jm leads LTC");
    lead("LTC", 2, "1111");
    lead("BOTH", 3, "3333");
    await().atMost(LONG).until(() -> told.get().isEmpty());
  }

  /** As a leader tells it, until it is heard. */
  private void lead(String source, long epoch, String fingerprint) {
    Beat beat =
        new Beat(source, List.of(), "jm", 1, Beat.State.LEADING, epoch, 0, fingerprint, true);
    await()
        .atMost(LONG)
        .until(
            () -> {
              Topics.of(vertx).beats().publish(beat);
              return Leaders.of(vertx).leader(source).filter(beat::equals).isPresent();
            });
  }
}
