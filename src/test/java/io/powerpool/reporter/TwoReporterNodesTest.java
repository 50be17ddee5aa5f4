package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.reporter.ledger.LedgerOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that run reporters, each with a ledger of its own, and one that runs none. */
class TwoReporterNodesTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final JournalOptions SMALL =
      new JournalOptions(Duration.ofMillis(1), 1024, 1 << 24, 1 << 20);
  private static final ShipperOptions QUICK =
      new ShipperOptions(
          Duration.ofMillis(5),
          10,
          Duration.ofSeconds(5),
          Duration.ofMillis(10),
          Duration.ofMillis(50));

  @TempDir Path folder;
  private final Map<String, String> nodes = new HashMap<>();
  private final Map<String, String> failures = new ConcurrentHashMap<>();
  private Vertx vertx;
  private ShareJournal journal;
  private String shipper;

  /** To the journal that is open. */
  private long appended;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    Topics.of(vertx)
        .status()
        .subscribe(
            report -> {
              if (report.type().equals("journal")) {
                failures.put(
                    report.node(),
                    report
                        .body()
                        .getJsonObject("reporters")
                        .getJsonObject("ledger")
                        .getString("failing"));
              }
            });
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    if (journal != null) {
      journal.close();
    }
  }

  @Test
  void aJournalStaysWithTheLedgerThatItBeganWith() throws Exception {
    startNode("a");
    openJournal();
    append(0, 100);
    awaitNothingWaiting();
    startNode("b");
    append(100, 200);
    awaitNothingWaiting();
    assertThat(sums()).containsExactly(entry("a", 200L), entry("b", 0L));

    stopNode("a");
    append(200, 300);
    await()
        .atMost(LIMIT)
        .until(
            () -> failures.getOrDefault("edge", "").contains("no node with that store is heard"));
    // What has begun stays with a, and all that comes later stays behind it.
    reopenJournal();
    append(300, 400);
    await()
        .atMost(LIMIT)
        .until(
            () -> failures.getOrDefault("edge", "").contains("no node with that store is heard"));
    assertThat(sums()).containsExactly(entry("a", 200L), entry("b", 0L));

    startNode("a");
    awaitNothingWaiting();
    assertThat(sums()).containsExactly(entry("a", 400L), entry("b", 0L));
  }

  @Test
  void whenTheLedgerIsGoneForGoodTheOperatorSaysSo() throws Exception {
    startNode("a");
    openJournal();
    append(0, 100);
    awaitNothingWaiting();
    stopNode("a");
    startNode("b");
    append(100, 200);
    closeJournal();
    assertThat(StoreFile.open(folder.resolve("journal")).release("ledger")).hasSize(1);
    openJournal();
    append(200, 300);
    awaitNothingWaiting();
    // Of the old journal b gets what the files still hold, at least what nobody has.
    assertThat(sums().get("b")).isBetween(200L, 300L);
    assertThat(sums()).containsEntry("a", 100L);
  }

  @Test
  void aNodeThatRunsItsReporterItselfTurnsToNobodyElse() throws Exception {
    startNode("b");
    startNode("edge");
    journal = ShareJournal.open(folder.resolve("journal"), SMALL, List.of("ledger"));
    deployShipper(true);
    append(0, 100);
    awaitNothingWaiting();
    assertThat(sums()).containsExactly(entry("b", 0L), entry("edge", 100L));
  }

  private void startNode(String node) throws Exception {
    nodes.put(
        node,
        get(
            vertx.deployVerticle(
                new ReporterVerticle(
                    List.of(LedgerOptions.DEFAULT.keepingAll()), node, folder.resolve(node)))));
  }

  private void stopNode(String node) throws Exception {
    get(vertx.undeploy(nodes.remove(node)));
  }

  private void openJournal() throws Exception {
    journal = ShareJournal.open(folder.resolve("journal"), SMALL, List.of("ledger"));
    deployShipper(false);
  }

  private void deployShipper(boolean local) throws Exception {
    shipper =
        get(
            vertx.deployVerticle(
                new JournalShipper(journal, "edge", List.of("ledger"), local, QUICK)));
  }

  private void closeJournal() throws Exception {
    get(vertx.undeploy(shipper));
    journal.close();
    appended = 0;
  }

  private void reopenJournal() throws Exception {
    closeJournal();
    failures.clear();
    openJournal();
  }

  private void append(int from, int until) {
    for (int i = from; i < until; i++) {
      journal.onShare(Journals.share(i));
    }
    appended += until - from;
  }

  private void awaitNothingWaiting() {
    await()
        .atMost(LIMIT)
        .until(
            () -> journal.syncedEnd() == appended && journal.status().backlog().get("ledger") == 0);
  }

  /** How many shares each ledger has. */
  private Map<String, Long> sums() throws Exception {
    Map<String, Long> sums = new TreeMap<>();
    for (String node : List.of("a", "b", "edge")) {
      Path file = folder.resolve(node).resolve("ledger.db");
      if (Files.exists(file)) {
        sums.put(node, sum(file));
      }
    }
    return sums;
  }

  private static long sum(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT SUM(shares) FROM share_minutes")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
