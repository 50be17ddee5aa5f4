package io.powerpool.reporter.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.config.Secret;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.share.Verdict;
import io.powerpool.testing.PostgresServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger on a real PostgreSQL server. */
class PostgresLedgerIT extends LedgerRules {

  private static PostgresServer server;
  private static int databases;

  private PostgresDatabase database;

  @BeforeAll
  static void startServer(@TempDir Path folder) {
    Assumptions.assumeTrue(PostgresServer.installed(), "postgresql is not installed here");
    server = PostgresServer.start(folder);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  LedgerDatabase database() throws SQLException {
    if (database == null) {
      String name = "ledger" + ++databases;
      server.execute("CREATE DATABASE " + name);
      database = at(name, PostgresServer.PASSWORD);
    }
    return database;
  }

  private static PostgresDatabase at(String name, String password) {
    return new PostgresDatabase(
        server.url(name), PostgresServer.USER, Optional.of(new Secret(password)));
  }

  @Test
  void aKilledServerCostsNothing() throws Exception {
    store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED));
    server.kill();
    assertThatThrownBy(() -> store("j1", 1, share(NOW, "rig", 2, Verdict.ACCEPTED)))
        .isInstanceOf(SQLException.class);
    server.launch();
    // The first attempt may find out that the connection has gone.
    for (int i = 0; ledgerPosition() < 2 && i < 3; i++) {
      try {
        store("j1", 1, share(NOW, "rig", 2, Verdict.ACCEPTED));
      } catch (SQLException e) {
        assertThat(e.getSQLState()).startsWith("08");
      }
    }
    assertThat(ledger.position("j1")).isEqualTo(2);
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(3);
    assertThat(ledger.putAside()).isZero();
  }

  /** As when a node that was thought dead stores what another one has been given meanwhile. */
  @Test
  void twoNodesThatStoreTheSameBatchesCountThemOnce() throws Exception {
    int batches = 100;
    try (Ledger other = Ledger.open(database(), options(), NOW)) {
      assertThat(other.store()).isEqualTo(ledger.store());
      CyclicBarrier together = new CyclicBarrier(2);
      List<CompletableFuture<Void>> nodes =
          Stream.of(ledger, other)
              .map(each -> CompletableFuture.runAsync(() -> storeAll(each, batches, together)))
              .toList();
      for (CompletableFuture<Void> node : nodes) {
        node.get(60, TimeUnit.SECONDS);
      }
    }
    assertThat(rows("round").get(0).getLong("shares")).isEqualTo(2L * batches);
  }

  private static void storeAll(Ledger into, int batches, CyclicBarrier together) {
    try {
      for (int i = 0; i < batches; i++) {
        JournalEntry share = share(NOW, "rig", 1, Verdict.ACCEPTED);
        together.await(30, TimeUnit.SECONDS);
        into.store(new ShareBatch("node", "j1", 2L * i, List.of(share, share)), NOW);
      }
    } catch (SQLException | InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new CompletionException(e);
    }
  }

  private long ledgerPosition() {
    try {
      return ledger.position("j1");
    } catch (SQLException e) {
      return -1;
    }
  }

  @Test
  void aValueThatTheServerRefusesIsPutAside() throws Exception {
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        share(NOW, "a\0b", 2, Verdict.ACCEPTED),
        share(NOW, "rig", 8, Verdict.ACCEPTED));
    assertThat(ledger.position("j1")).isEqualTo(3);
    assertThat(putAside()).hasSize(1);
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(9);
    ledger.close();
    open();
    assertThat(ledger.putAside()).isEqualTo(1);
  }

  @Test
  void whatIsWrongWithTheServerIsSaid() {
    assertThatThrownBy(() -> Ledger.open(at("nowhere", PostgresServer.PASSWORD), options(), NOW))
        .hasMessageContaining("\"nowhere\" does not exist");
    assertThatThrownBy(() -> Ledger.open(at("postgres", "wrong"), options(), NOW))
        .hasMessageContaining("password authentication failed")
        .hasMessageNotContaining("wrong");
  }

  private static LedgerOptions options() {
    return LedgerOptions.DEFAULT;
  }
}
