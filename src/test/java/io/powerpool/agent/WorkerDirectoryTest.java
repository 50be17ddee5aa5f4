package io.powerpool.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.share.Worker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkerDirectoryTest {

  private static final Worker WORKER = new Worker("address", "rig");

  private final Vertx vertx = Vertx.vertx();
  private final Topics topics = Topics.of(vertx);
  private final WorkerDirectory directory = new WorkerDirectory(topics);

  @AfterEach
  void stop() {
    get(vertx.close());
  }

  @Test
  void anInstanceThatReportsNoMoreIsNotAsked() {
    AtomicInteger questions = new AtomicInteger();
    topics
        .isConnected("miners")
        .serve(
            question -> {
              questions.incrementAndGet();
              return Future.succeededFuture(true);
            });
    // Just before the clock's number turns negative.
    long began = Long.MAX_VALUE - 5;
    directory.onStatus(report(), began);
    directory.expire(began + TimeUnit.SECONDS.toNanos(10));
    assertThat(get(directory.isConnected("stratum_0", WORKER))).isTrue();
    assertThat(get(directory.isConnected("stratum_1", WORKER))).isFalse();
    directory.expire(began + TimeUnit.SECONDS.toNanos(10) + 1);
    assertThat(get(directory.isConnected("stratum_0", WORKER))).isFalse();
    assertThat(questions).hasValue(1);
    directory.onStatus(report(), began + TimeUnit.SECONDS.toNanos(20));
    assertThat(get(directory.isConnected("stratum_0", WORKER))).isTrue();
  }

  private static StatusReport report() {
    return new StatusReport(
        "node", "stratum_0", 0, "stratum", 0, new JsonObject().put("clients_address", "miners"));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
