package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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

  @Test
  void whyAReporterCannotStartIsLoggedOnceAndTriedLessAndLessOften() throws Exception {
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.list = new CopyOnWriteArrayList<>();
    Logger logger = (Logger) LoggerFactory.getLogger(ServedReporter.class);
    told.start();
    logger.addAppender(told);
    try {
      stuck.startFailure = "wrong password";
      get(
          vertx.deployVerticle(
              new ServedReporter(
                  stuck, "node", folder, Duration.ofMillis(10), Duration.ofMillis(80))));
      await().atMost(LIMIT).until(() -> stuck.attempts.size() >= 6);
      for (int i = 0; i < 5; i++) {
        assertThat(stuck.attempts.get(i + 1) - stuck.attempts.get(i))
            .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(Math.min(10L << i, 80)));
      }
      stuck.startFailure = "its schema is newer";
      int before = stuck.attempts.size();
      await().atMost(LIMIT).until(() -> stuck.attempts.size() >= before + 3);
      stuck.startFailure = "";
      await().atMost(LIMIT).until(() -> messages(told, Level.INFO).size() == 1);
    } finally {
      logger.detachAppender(told);
    }
    List<String> errors = messages(told, Level.ERROR);
    assertThat(errors).hasSize(2);
    assertThat(errors.get(0)).contains("stuck cannot start", "wrong password");
    assertThat(errors.get(1)).contains("stuck cannot start", "its schema is newer");
  }

  private static List<String> messages(ListAppender<ILoggingEvent> told, Level level) {
    return told.list.stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
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

  /**
   * Fails to start on demand. Stores by work that blocks until a gate is open, in Vert.x's order.
   */
  private static final class Blocking implements Reporter, ReporterOptions {

    private final String name;
    private final CountDownLatch gate;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final List<Long> attempts = new CopyOnWriteArrayList<>();
    private volatile String startFailure = "";
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
      attempts.add(System.nanoTime());
      return startFailure.isEmpty() ? Future.succeededFuture() : Future.failedFuture(startFailure);
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
