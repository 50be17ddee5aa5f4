package io.powerpool.reporter.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Verdict;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded ledger. */
class LedgerTest extends LedgerRules {

  @TempDir Path folder;

  @Override
  LedgerDatabase database() {
    return new SqliteDatabase(folder.resolve("ledger.db"));
  }

  @Test
  void whatWasPutAsideIsStoredOnceByAProgramThatCan() throws Exception {
    ShareEntry first = share(NOW, "evil", 1, Verdict.ACCEPTED);
    ShareEntry second = share(NOW, "evil", 2, Verdict.ACCEPTED);
    try (Statement statement = ledger.connection().createStatement()) {
      statement.execute(
          "CREATE TRIGGER fault BEFORE INSERT ON share_minutes WHEN NEW.worker = 'evil'"
              + " BEGIN SELECT RAISE(ABORT, 'a fault of ours'); END");
      ledger.connection().commit();
      store("j1", 0, share(NOW, "good", 8, Verdict.ACCEPTED), first, second);
      assertThat(ledger.putAside()).isEqualTo(2);
      assertThat(putAside().get(0).get(2)).contains("a fault of ours");
      assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(8);
      statement.execute("DROP TRIGGER fault");
      ledger.connection().commit();
    }
    // As if the process had died before it could answer: the batch comes again.
    store("j1", 0, share(NOW, "good", 8, Verdict.ACCEPTED), first, second);
    for (int start = 0; start < 2; start++) {
      ledger.close();
      open();
      assertThat(ledger.putAside()).isZero();
      assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(11);
      assertThat(rows("round").get(0).getLong("shares")).isEqualTo(3);
    }
  }

  @Test
  void aFullDiskIsNotTheEntrysFaultAndLeavesTransactionsWhole() throws Exception {
    ShareEntry[] many =
        IntStream.range(0, 500)
            .mapToObj(i -> share(NOW, "rig".repeat(50) + i, i == 250 ? -1 : 1, Verdict.ACCEPTED))
            .toArray(ShareEntry[]::new);
    execute("PRAGMA max_page_count = 1");
    assertThatThrownBy(() -> store("j1", 0, many))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("SQLITE_FULL");
    assertThat(ledger.putAside()).isZero();
    execute("PRAGMA max_page_count = 1000000");
    execute("ALTER TABLE blocks RENAME TO elsewhere");
    assertThatThrownBy(
            () ->
                store(
                    "j1",
                    0,
                    share(NOW, "rig", 1, Verdict.ACCEPTED),
                    block(1, BlockOutcome.ACCEPTED, "")))
        .hasMessageContaining("no such table");
    execute("ALTER TABLE elsewhere RENAME TO blocks");
    assertThat(rows("round")).isEmpty();
    store("j1", 0, many);
    assertThat(ledger.position("j1")).isEqualTo(500);
    assertThat(ledger.putAside()).isEqualTo(1);
    assertThat(rows("round").get(0).getLong("shares")).isEqualTo(499);
  }

  @Test
  void aLockedDatabaseIsNotTheEntrysFault() throws Exception {
    try (Statement statement = ledger.connection().createStatement();
        Connection other =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        Statement lock = other.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 0");
      lock.execute("BEGIN IMMEDIATE");
      assertThatThrownBy(() -> store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("BUSY");
      lock.execute("ROLLBACK");
    }
    assertThat(ledger.putAside()).isZero();
    store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED));
    assertThat(rows("round").get(0).getLong("shares")).isEqualTo(1);
  }
}
