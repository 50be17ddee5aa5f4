package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WorkState;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a coin's work while its servers come and go. */
class WorkHeraldTest {

  private final Vertx vertx = Vertx.vertx();
  private final List<WorkState> told = new CopyOnWriteArrayList<>();
  private boolean served;
  private String trouble = "no work yet";
  private long nowNanos = -5;
  private WorkHerald herald;

  @BeforeEach
  void listen() {
    Topics topics = Topics.of(vertx);
    topics.workState("LTC").subscribe(told::add);
    herald = new WorkHerald(topics, "LTC", () -> served, () -> trouble, () -> nowNanos);
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aServerThatFailsOnceIsExcusedAndOneThatGoesOnIsNot() {
    herald.tell();
    assertTold(1, "no work yet");
    live();

    trouble = "the server is still catching up";
    herald.onChange();
    pass(2900);
    herald.tell();
    assertTold(3, "");
    pass(200);
    herald.tell();
    assertTold(4, "the server is still catching up");

    trouble = "";
    herald.onChange();
    assertTold(5, "");
  }

  @Test
  void whenTheLastServerIsGoneThatIsToldAtOnceAndOnlyOnce() {
    herald.tell();
    live();

    served = false;
    trouble = "no server is live";
    herald.onChange();
    herald.onChange();
    assertTold(3, "no server is live");

    // Work that is there no more is not excused because the server is new.
    served = true;
    herald.onChange();
    assertThat(told).hasSize(3);
  }

  @Test
  void theEndIsTold() {
    herald.tell();
    live();
    herald.stop();
    assertTold(3, "the job manager stops");
  }

  private void live() {
    served = true;
    trouble = "";
    herald.onChange();
    assertTold(2, "");
  }

  private void pass(long millis) {
    nowNanos += Duration.ofMillis(millis).toNanos();
  }

  private void assertTold(int count, String words) {
    await().until(() -> told.size() == count);
    assertThat(told.get(count - 1)).isEqualTo(new WorkState("LTC", words));
  }
}
