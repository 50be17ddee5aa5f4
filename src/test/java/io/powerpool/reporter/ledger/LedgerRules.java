package io.powerpool.reporter.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.ShareFilter;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, whatever database it is in. */
abstract class LedgerRules {

  static final long NOW = 1_700_000_040_000L;

  private static final MergedChains LTC_WITH_DOGE =
      new MergedChains(Map.of("LTC", List.of("DOGE")));

  Ledger ledger;

  /** An empty one for each test, the same within one. */
  abstract LedgerDatabase database() throws Exception;

  @BeforeEach
  void open() throws Exception {
    ledger = Ledger.open(database(), LedgerOptions.DEFAULT, NOW);
  }

  @AfterEach
  void close() throws Exception {
    ledger.close();
  }

  @Test
  void sharesBecomeSumsByMinuteWorkerAndVerdict() throws Exception {
    long minute = 28_333_333L * 60_000;
    store(
        "j1",
        0,
        share(minute + 1, "rig", 0.5, Verdict.ACCEPTED),
        share(minute + 59_999, "rig", 1, Verdict.ACCEPTED),
        share(minute + 60_000, "rig", 2, Verdict.ACCEPTED),
        share(minute + 1, "rig", 4, Verdict.STALE),
        share(minute + 1, "", 8, Verdict.ACCEPTED));
    store("j1", 5, share(minute + 2, "rig", 16, Verdict.ACCEPTED));
    assertThat(rows("minutes"))
        .extracting(
            row -> row.getLong("time"),
            row -> row.getString("worker"),
            row -> row.getString("verdict"),
            row -> row.getLong("shares"),
            row -> row.getDouble("difficulty"))
        .containsExactlyInAnyOrder(
            tuple(minute / 1000 + 60, "rig", "accepted", 1L, 2.0),
            tuple(minute / 1000, "rig", "accepted", 3L, 17.5),
            tuple(minute / 1000, "rig", "stale", 1L, 4.0),
            tuple(minute / 1000, "", "accepted", 1L, 8.0));
  }

  @Test
  void whatIsSentTwiceCountsOnce() throws Exception {
    List<JournalEntry> entries =
        IntStream.range(0, 100)
            .<JournalEntry>mapToObj(i -> new ShareEntry(Journals.share(i)))
            .toList();
    assertThat(ledger.store(new ShareBatch("n", "j1", 0, entries.subList(0, 60)), NOW))
        .isEqualTo(60);
    assertThat(ledger.store(new ShareBatch("n", "j1", 0, entries.subList(0, 60)), NOW))
        .isEqualTo(60);
    assertThat(ledger.store(new ShareBatch("n", "j1", 30, entries.subList(30, 100)), NOW))
        .isEqualTo(100);
    assertThat(ledger.store(new ShareBatch("n", "j1", 10, entries.subList(10, 20)), NOW))
        .isEqualTo(100);
    assertThat(ledger.position("j1")).isEqualTo(100);
    assertThat(ledger.position("j2")).isZero();
    assertThat(rows("minutes").get(0).getLong("shares")).isEqualTo(100);
    // Another journal has sequences of its own.
    ledger.store(new ShareBatch("n", "j2", 0, entries.subList(0, 7)), NOW);
    assertThat(rows("minutes").get(0).getLong("shares")).isEqualTo(107);
  }

  @Test
  void aBatchThatFailsLeavesNothingBehind() throws Exception {
    store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED));
    try (Statement statement = ledger.connection().createStatement()) {
      statement.execute("ALTER TABLE blocks RENAME TO elsewhere");
      ledger.connection().commit();
      assertThatThrownBy(
              () ->
                  store(
                      "j1",
                      1,
                      share(NOW, "rig", 1, Verdict.ACCEPTED),
                      new BlockEntry(Journals.block(1, BlockOutcome.ACCEPTED, ""))))
          .isInstanceOf(SQLException.class);
      statement.execute("ALTER TABLE elsewhere RENAME TO blocks");
      ledger.connection().commit();
    }
    assertThat(ledger.position("j1")).isEqualTo(1);
    assertThat(rows("minutes").get(0).getLong("shares")).isEqualTo(1);
    store("j1", 1, share(NOW, "rig", 1, Verdict.ACCEPTED));
    assertThat(rows("minutes").get(0).getLong("shares")).isEqualTo(2);
  }

  @Test
  void anEntryThatCannotBeStoredIsPutAsideAndAllOthersAreStored() throws Exception {
    BlockReport good = Journals.block(2, BlockOutcome.ACCEPTED, "");
    BlockReport bad =
        new BlockReport(
            good.epochMillis(),
            good.coin(),
            good.algorithm(),
            good.height(),
            Journals.block(1, BlockOutcome.ACCEPTED, "").hash(),
            good.worker(),
            good.reward(),
            good.bits(),
            Double.NaN,
            good.outcome(),
            "");
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        share(NOW, "rig", Double.NaN, Verdict.ACCEPTED),
        share(NOW, "rig", 2, Verdict.ACCEPTED),
        new BlockEntry(bad),
        new BlockEntry(good),
        share(NOW, "rig", Double.POSITIVE_INFINITY, Verdict.ACCEPTED),
        share(NOW, "rig", 4, Verdict.ACCEPTED));
    assertThat(ledger.position("j1")).isEqualTo(7);
    assertThat(ledger.putAside()).isEqualTo(3);
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(4);
    assertThat(rows("minutes").get(0).getDouble("difficulty")).isEqualTo(7);
    assertThat(rows("blocks")).hasSize(1);
    assertThat(putAside())
        .extracting(row -> row.get(0), row -> row.get(1))
        .containsExactly(tuple("j1", "1"), tuple("j1", "3"), tuple("j1", "5"));
    assertThat(putAside().get(0).get(2)).contains("a share cannot count NaN");
    assertThat(putAside().get(1).get(2)).contains("network difficulty cannot be NaN");
    ledger.close();
    open();
    assertThat(ledger.putAside()).isEqualTo(3);
    assertThat(rows("minutes").get(0).getDouble("difficulty")).isEqualTo(7);
  }

  @Test
  void aLaterReportOfABlockReplacesTheEarlierOneButPendingNever() throws Exception {
    store("j1", 0, block(1, BlockOutcome.PENDING, ""));
    assertThat(rows("blocks").get(0).getString("outcome")).isEqualTo("pending");
    store("j2", 0, block(1, BlockOutcome.REJECTED, "high-hash"));
    store("j1", 1, block(1, BlockOutcome.PENDING, ""));
    assertThat(rows("blocks")).hasSize(1);
    assertThat(rows("blocks").get(0).getString("outcome")).isEqualTo("rejected");
    assertThat(rows("blocks").get(0).getString("reason")).isEqualTo("high-hash");
    store("j2", 1, block(1, BlockOutcome.ACCEPTED, ""));
    JsonObject row = rows("blocks").get(0);
    assertThat(row.getString("outcome")).isEqualTo("accepted");
    assertThat(row.getString("hash")).hasSize(64).endsWith("0001");
    assertThat(row.getLong("reward")).isEqualTo(625_000_000);
  }

  @Test
  void theFeesOfABlockAreKeptOnceSomebodyHasToldThem() throws Exception {
    BlockReport told = Journals.block(1, BlockOutcome.ACCEPTED, "").withFees(12_345_678_901L);
    store("j1", 0, block(1, BlockOutcome.PENDING, ""));
    assertThat(rows("blocks").get(0).getValue("fees")).isNull();
    store("j1", 1, new BlockEntry(told), block(1, BlockOutcome.STALE, ""));
    assertThat(rows("blocks").get(0).getLong("fees")).isEqualTo(12_345_678_901L);
  }

  @Test
  void anAcceptedBlockEndsTheRoundOnce() throws Exception {
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        share(NOW, "rig", 2, Verdict.STALE),
        block(1, BlockOutcome.PENDING, ""),
        block(2, BlockOutcome.REJECTED, "x"),
        block(1, BlockOutcome.ACCEPTED, ""),
        share(NOW, "rig", 4, Verdict.ACCEPTED),
        block(1, BlockOutcome.DUPLICATE, ""),
        share(NOW, "rig", 8, Verdict.ACCEPTED));
    assertThat(rows("round")).hasSize(1);
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(12);
    assertThat(rows("round").get(0).getLong("shares")).isEqualTo(2);
  }

  @Test
  void aBlockThatMayStillLoseEndsNoRound() throws Exception {
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        block(1, BlockOutcome.INCONCLUSIVE, ""),
        share(NOW, "rig", 2, Verdict.ACCEPTED),
        block(1, BlockOutcome.STALE, ""));
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(3);
    store("j1", 4, block(2, BlockOutcome.INCONCLUSIVE, ""), block(2, BlockOutcome.ACCEPTED, ""));
    assertThat(rows("round")).isEmpty();
  }

  @Test
  void theWorkForABlockThatTheChainDroppedIsInTheOpenRoundAgain() throws Exception {
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        block(1, BlockOutcome.ACCEPTED, ""),
        share(NOW, "rig", 2, Verdict.ACCEPTED),
        block(1, BlockOutcome.STALE, ""),
        block(1, BlockOutcome.STALE, ""),
        block(1, BlockOutcome.PENDING, ""));
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(3);
    assertThat(rows("round").get(0).getLong("shares")).isEqualTo(2);
    store("j1", 6, block(1, BlockOutcome.ACCEPTED, ""), block(1, BlockOutcome.PENDING, ""));
    assertThat(rows("round")).isEmpty();
  }

  @Test
  void aRoundWithoutSharesEndsOnceToo() throws Exception {
    store(
        "j1",
        0,
        block(1, BlockOutcome.ACCEPTED, ""),
        share(NOW, "rig", 4, Verdict.ACCEPTED),
        block(1, BlockOutcome.DUPLICATE, ""));
    assertThat(rows("round").get(0).getDouble("difficulty")).isEqualTo(4);
  }

  @Test
  void aShareCountsForTheRoundsOfAllCoinsThatItsWorkWasFor() throws Exception {
    reopen(LedgerOptions.DEFAULT.with(LTC_WITH_DOGE));
    store(
        "j1",
        0,
        share(NOW, "rig", 1, Verdict.ACCEPTED),
        share(NOW, "rig", 64, Verdict.STALE),
        blockOf("DOGE", 1, BlockOutcome.ACCEPTED),
        share(NOW, "rig", 2, Verdict.ACCEPTED));
    assertThat(rounds()).containsExactly("DOGE 2.0", "LTC 3.0", "DOGE #1 1.0");
    // What comes again counts no more here than in the coin's own round.
    store(
        "j1", 2, blockOf("DOGE", 1, BlockOutcome.ACCEPTED), share(NOW, "rig", 2, Verdict.ACCEPTED));
    store("j1", 4, block(2, BlockOutcome.ACCEPTED, ""), share(NOW, "rig", 4, Verdict.ACCEPTED));
    assertThat(rounds()).containsExactly("DOGE 6.0", "LTC 4.0", "DOGE #1 1.0", "LTC #2 3.0");
    store("j1", 6, blockOf("DOGE", 1, BlockOutcome.STALE));
    assertThat(rounds()).containsExactly("DOGE 7.0", "LTC 4.0", "LTC #2 3.0");
    // The sums by minute are of shares, not of rounds: each is there once.
    assertThat(rows("totals"))
        .extracting(row -> row.getString("currency"), row -> row.getDouble("difficulty"))
        .containsExactly(tuple("LTC", 7.0), tuple("LTC", 64.0));
  }

  @Test
  void aLedgerThatIsNotToldOfACoinsBlocksHasNoRoundsOfIt() throws Exception {
    LedgerOptions all = LedgerOptions.DEFAULT.with(LTC_WITH_DOGE);
    reopen(
        new LedgerOptions(
            all.name(),
            new ShareFilter(Set.of(), Set.of("LTC")),
            all.merged(),
            all.file(),
            all.server(),
            all.retention(),
            all.maxWorkerNames()));
    store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED));
    assertThat(rounds()).containsExactly("LTC 1.0");
  }

  private void reopen(LedgerOptions options) throws Exception {
    ledger.close();
    ledger = Ledger.open(database(), options, NOW);
  }

  /** Coin, the number of the block that ended it if any, and difficulty; open ones first. */
  private List<String> rounds() throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = ledger.connection().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT coin, block, difficulty FROM round_shares ORDER BY block, coin")) {
      while (rows.next()) {
        String block = rows.getString(2).replaceFirst("^0*(.+)$", "#$1 ");
        found.add(rows.getString(1) + " " + block + rows.getDouble(3));
      }
    }
    ledger.connection().rollback();
    return found;
  }

  @Test
  void workersOfTheLastTenMinutesAreListedByTheirWork() throws Exception {
    store(
        "j1",
        0,
        share(NOW - 3_600_000, "idle", 1000, Verdict.ACCEPTED),
        share(NOW - 3_600_000, "slow", 1000, Verdict.ACCEPTED),
        share(NOW - 60_000, "slow", 1, Verdict.ACCEPTED),
        share(NOW, "fast", 5, Verdict.ACCEPTED),
        share(NOW, "fast", 2, Verdict.LOW_DIFFICULTY));
    List<JsonObject> workers = rows("workers");
    assertThat(workers).extracting(row -> row.getString("worker")).containsExactly("fast", "slow");
    assertThat(workers.get(0).getDouble("accepted_difficulty")).isEqualTo(5);
    assertThat(workers.get(0).getDouble("rejected_difficulty")).isEqualTo(2);
    assertThat(workers.get(0).getDouble("seconds")).isBetween(540.0, 600.0);
    assertThat(workers.get(1).getDouble("first_seen")).isEqualTo((NOW - 3_600_000) / 1000.0);
    assertThat(rows("totals")).hasSize(2);
  }

  @Test
  void namesThatLookLikeSqlAreOnlyNames() throws Exception {
    String name = "'); DROP TABLE blocks; -- \" κ \uD83D\uDE80";
    store("j1", 0, share(NOW, name, 1, Verdict.ACCEPTED));
    JsonObject question =
        new JsonObject().put("query", "workers").put("address", "' OR ''='").put("limit", 5);
    assertThat(ledger.answer(question, NOW).getJsonArray("workers")).isEmpty();
    assertThat(rows("workers").get(0).getString("worker")).isEqualTo(name);
  }

  @Test
  void unknownQueriesAreNamed() {
    assertThatThrownBy(() -> rows("users")).hasMessageContaining("no query 'users'");
  }

  @Test
  void itIsAllThereAfterARestart() throws Exception {
    store("j1", 0, share(NOW, "rig", 1, Verdict.ACCEPTED));
    String name = ledger.store();
    ledger.close();
    open();
    assertThat(ledger.store()).isEqualTo(name).matches("[0-9a-f]{16}");
    assertThat(ledger.position("j1")).isEqualTo(1);
    assertThat(rows("minutes")).hasSize(1);
  }

  @Test
  void aNewerSchemaIsRefusedAndLeftAlone() throws Exception {
    try (Statement statement = ledger.connection().createStatement()) {
      statement.execute("INSERT INTO schema_versions VALUES (99, 0)");
      ledger.connection().commit();
    }
    ledger.close();
    assertThatThrownBy(this::open).hasMessageContaining("newer version").hasMessageContaining("99");
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = ledger.connection().createStatement()) {
      statement.execute(sql);
    }
    ledger.connection().commit();
  }

  /** Journal, sequence and reason of each. */
  List<List<String>> putAside() throws SQLException {
    List<List<String>> found = new ArrayList<>();
    try (Statement statement = ledger.connection().createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT journal_id, sequence, reason FROM put_aside ORDER BY sequence")) {
      while (rows.next()) {
        found.add(List.of(rows.getString(1), rows.getString(2), rows.getString(3)));
      }
    }
    ledger.connection().rollback();
    return found;
  }

  void store(String journalId, long first, JournalEntry... entries) throws SQLException {
    ledger.store(new ShareBatch("node", journalId, first, List.of(entries)), NOW);
  }

  List<JsonObject> rows(String query) throws SQLException {
    JsonArray rows = ledger.answer(new JsonObject().put("query", query), NOW).getJsonArray(query);
    return rows.stream().map(JsonObject.class::cast).toList();
  }

  static ShareEntry share(long millis, String rig, double difficulty, Verdict verdict) {
    return new ShareEntry(
        new Share(millis, "LTC", "scrypt", new Worker("addr", rig), difficulty, verdict, 1));
  }

  static BlockEntry blockOf(String coin, int number, BlockOutcome outcome) {
    BlockReport block = Journals.block(number, outcome, "");
    return new BlockEntry(
        new BlockReport(
            block.epochMillis(),
            coin,
            block.algorithm(),
            block.height(),
            block.hash(),
            block.worker(),
            block.reward(),
            block.bits(),
            block.networkDifficulty(),
            outcome,
            ""));
  }

  static BlockEntry block(int number, BlockOutcome outcome, String reason) {
    return new BlockEntry(Journals.block(number, outcome, reason));
  }
}
