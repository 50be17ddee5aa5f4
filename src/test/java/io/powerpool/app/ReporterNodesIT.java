package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.ClusterOptions;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.JournalShipper;
import io.powerpool.reporter.ShipperOptions;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.PostgresServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes with a reporter each, and the journals of nodes that run none. */
class ReporterNodesIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int JOURNALS = 3;
  private static final ShipperOptions SHIPPING =
      new ShipperOptions(
          Duration.ofMillis(20),
          50,
          Duration.ofSeconds(30),
          Duration.ofMillis(100),
          Duration.ofMillis(500));

  @TempDir private Path folder;
  private final int port = PoolProcess.freePort();
  private final Map<String, PoolProcess> nodes = new HashMap<>();
  private final List<ShareJournal> journals = new ArrayList<>();
  private int appended;
  private Vertx vertx;

  @BeforeEach
  void joinTheCluster() throws Exception {
    Section section =
        Section.root(Map.of("port", port, "members", List.of("127.0.0.1:" + port)), new Faults());
    vertx =
        get(
            Vertx.builder()
                .with(new VertxOptions())
                .withClusterManager(
                    new HazelcastClusterManager(ClusterOptions.from(section).toHazelcast()))
                .buildClustered());
    for (int i = 0; i < JOURNALS; i++) {
      ShareJournal journal =
          ShareJournal.open(folder.resolve("edge" + i), JournalOptions.DEFAULT, List.of("ledger"));
      journals.add(journal);
      get(
          vertx.deployVerticle(
              new JournalShipper(journal, "edge" + i, List.of("ledger"), false, SHIPPING)));
    }
  }

  @AfterEach
  void stop() throws Exception {
    nodes.values().forEach(PoolProcess::close);
    get(vertx.close());
    for (ShareJournal journal : journals) {
      journal.close();
    }
  }

  @Test
  void eachJournalWaitsForItsOwnEmbeddedLedger() throws Exception {
    startNode("a", "file: ledger.db");
    append();
    awaitNothingWaiting();
    startNode("b", "file: ledger.db");
    append();
    nodes.get("a").kill();
    append();
    append();
    startNode("a", "file: ledger.db");
    append();
    awaitNothingWaiting();
    assertThat(sum("jdbc:sqlite:" + folder.resolve("a/ledger.db"), "", "")).isEqualTo(appended);
    assertThat(sum("jdbc:sqlite:" + folder.resolve("b/ledger.db"), "", "")).isZero();
  }

  @Test
  void anyNodeStoresIntoAPostgresThatBothHave() throws Exception {
    Assumptions.assumeTrue(PostgresServer.installed(), "postgresql is not installed here");
    try (PostgresServer server = PostgresServer.start(folder)) {
      server.execute("CREATE DATABASE ledger");
      String ledger =
          "url: '%s', username: %s, password: \"%s\""
              .formatted(server.url("ledger"), PostgresServer.USER, PostgresServer.PASSWORD);
      startNode("a", ledger);
      startNode("b", ledger);
      append();
      awaitNothingWaiting();
      append();
      long killed = System.nanoTime();
      nodes.get("a").kill();
      append();
      awaitNothingWaiting();
      Duration gap = Duration.ofNanos(System.nanoTime() - killed);
      startNode("a", ledger);
      append();
      nodes.get("b").kill();
      append();
      awaitNothingWaiting();
      assertThat(sum(server.url("ledger"), PostgresServer.USER, PostgresServer.PASSWORD))
          .isEqualTo(appended);
      // Well before the answers that were awaited are given up.
      assertThat(gap).isLessThan(Duration.ofSeconds(20));
    }
  }

  private void startNode(String node, String ledger) {
    nodes.put(
        node,
        PoolProcess.clustered(
                folder,
                "io.powerpool.reporter.ReporterVerticle",
                """
                node: %s
                data_dir: %s
                cluster: {port: %d, members: ['127.0.0.1:%d']}
                reporters: [{type: ledger, keep_minutes: 0, %s}]
                """
                    .formatted(node, folder.resolve(node), port, port, ledger))
            .awaitOutput("reporter ledger is ready"));
  }

  private void append() {
    for (ShareJournal journal : journals) {
      for (int i = 0; i < 1000; i++) {
        journal.onShare(Journals.share(i));
      }
      appended += 1000;
    }
  }

  private void awaitNothingWaiting() {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                journals.stream()
                    .allMatch(
                        journal ->
                            journal.status().backlog().get("ledger") == 0
                                && journal.status().synced() * JOURNALS == appended));
  }

  private static long sum(String url, String user, String password) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT SUM(shares) FROM share_minutes")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
