package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.JournalProgress;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.reporter.ledger.LedgerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterVerticleTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final ShipperOptions QUICK =
      new ShipperOptions(
          Duration.ofMillis(5),
          100,
          Duration.ofSeconds(30),
          Duration.ofMillis(10),
          Duration.ofMillis(50));

  @TempDir Path folder;
  private final Blocking stuck = new Blocking("stuck", 1);
  private Vertx vertx;
  private ShareJournal journal;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    stuck.gate.countDown();
    get(vertx.close());
    if (journal != null) {
      journal.close();
    }
  }

  @Test
  void oneReporterThatBlocksItsThreadDelaysNoOther() throws Exception {
    List<String> names = List.of("stuck", "blocking", "ledger");
    journal =
        ShareJournal.open(
            folder.resolve("journal"),
            new JournalOptions(Duration.ofMillis(1), 1024, 1 << 24, 1 << 20),
            names);
    get(
        vertx.deployVerticle(
            new ReporterVerticle(
                List.of(stuck, new Blocking("blocking", 0), LedgerOptions.DEFAULT.keepingAll()),
                "node",
                folder)));
    get(vertx.deployVerticle(new JournalShipper(journal, "node", names, true, QUICK)));
    append(0, 1);
    assertThat(stuck.reached.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    append(1, 200);
    await().atMost(LIMIT).until(() -> backlog("ledger") == 0 && backlog("blocking") == 0);
    assertThat(backlog("stuck")).isEqualTo(200);
    stuck.gate.countDown();
    await().atMost(LIMIT).until(() -> backlog("stuck") == 0);
  }

  private void append(int from, int until) {
    for (int i = from; i < until; i++) {
      journal.onShare(Journals.share(i));
    }
    await().atMost(LIMIT).until(() -> journal.syncedEnd() == until);
  }

  private long backlog(String reporter) {
    return journal.status().backlog().get(reporter);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Stores by work that blocks until a gate is open, in Vert.x's order. */
  private static final class Blocking implements Reporter, ReporterOptions {

    private final String name;
    private final CountDownLatch gate;
    private final CountDownLatch reached = new CountDownLatch(1);
    private volatile long stored;
    private Vertx vertx;

    Blocking(String name, int locks) {
      this.name = name;
      this.gate = new CountDownLatch(locks);
    }

    @Override
    public Reporter create(Vertx created, Path dataDirectory) {
      vertx = created;
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public ShareFilter filter() {
      return ShareFilter.ALL;
    }

    @Override
    public Future<Void> start() {
      return Future.succeededFuture();
    }

    @Override
    public String store() {
      return "0".repeat(15) + "1";
    }

    @Override
    public Future<Void> stop() {
      return Future.succeededFuture();
    }

    @Override
    public Future<JournalProgress> position(String journalId) {
      return Future.succeededFuture(JournalProgress.storedUpTo(stored));
    }

    @Override
    public Future<JournalProgress> report(ShareBatch batch) {
      return vertx.executeBlocking(
          () -> {
            reached.countDown();
            gate.await();
            stored = batch.end();
            return JournalProgress.storedUpTo(stored);
          },
          true);
    }
  }
}
