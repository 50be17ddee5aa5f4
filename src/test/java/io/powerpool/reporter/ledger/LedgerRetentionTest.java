package io.powerpool.reporter.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.ShareFilter;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerRetentionTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long MINUTE = Duration.ofMinutes(1).toMillis();

  /** The beginning of a day. */
  private static final long START = 19_700 * DAY;

  private static final LedgerOptions OPTIONS =
      new LedgerOptions(
          "ledger",
          ShareFilter.ALL,
          MergedChains.NONE,
          "ledger.db",
          Optional.empty(),
          new Retention(
              Duration.ofDays(2), Duration.ofDays(10), Duration.ofDays(5), Duration.ofDays(3)),
          3);

  @TempDir Path folder;
  private Ledger ledger;
  private long stored;

  @BeforeEach
  void open() throws Exception {
    ledger = Ledger.open(new SqliteDatabase(folder.resolve("ledger.db")), OPTIONS, START);
  }

  @AfterEach
  void close() throws Exception {
    ledger.close();
  }

  @Test
  void minutesBecomeHoursAndHoursBecomeTheAcceptedWorkOfADay() throws Exception {
    store(
        share(START, "a", 1, Verdict.ACCEPTED),
        share(START + 59 * MINUTE, "a", 2, Verdict.ACCEPTED),
        share(START + 59 * MINUTE, "b", 4, Verdict.ACCEPTED),
        share(START + 59 * MINUTE, "a", 8, Verdict.STALE),
        share(START + 60 * MINUTE, "a", 16, Verdict.ACCEPTED),
        share(START + DAY, "a", 32, Verdict.ACCEPTED));

    forgetAll(START + 2 * DAY + HOUR);
    assertThat(select("SELECT hour, worker, verdict, shares, difficulty FROM share_hours"))
        .containsExactlyInAnyOrder(
            19_700 * 24 + "|a|accepted|2|3.0",
            19_700 * 24 + "|b|accepted|1|4.0",
            19_700 * 24 + "|a|stale|1|8.0");
    assertThat(select("SELECT minute, difficulty FROM share_minutes"))
        .containsExactly((19_700 * 24 + 1) * 60 + "|16.0", 19_701 * 1440 + "|32.0");
    assertThat(totals(START + 2 * DAY + HOUR, 72)).isEqualTo(63);

    // What comes late is added.
    store(share(START + MINUTE, "a", 64, Verdict.ACCEPTED));
    forgetAll(START + 10 * DAY + HOUR);
    assertThat(select("SELECT hour, difficulty FROM share_hours"))
        .containsExactly(19_700 * 24 + 1 + "|16.0", 19_701 * 24 + "|32.0");
    assertThat(select("SELECT day, address, shares, difficulty FROM share_days"))
        .containsExactly("19700|addr|4|71.0");

    forgetAll(START + 30 * DAY);
    assertThat(select("SELECT day, difficulty FROM share_days"))
        .containsExactly("19700|87.0", "19701|32.0");
    assertThat(select("SELECT minute FROM share_minutes")).isEmpty();
    assertThat(select("SELECT hour FROM share_hours")).isEmpty();
    assertThat(select("SELECT shares, difficulty FROM round_shares")).containsExactly("6|119.0");
  }

  @Test
  void oneStepIsSmall() throws Exception {
    List<JournalEntry> many = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      many.add(share(START + i * MINUTE, "a", 1, Verdict.ACCEPTED));
    }
    store(many.toArray(JournalEntry[]::new));
    List<Integer> left = new ArrayList<>();
    while (ledger.forget(START + 5 * DAY)) {
      left.add(Integer.parseInt(select("SELECT COUNT(*) FROM share_minutes").get(0)));
    }
    assertThat(left).containsExactly(1500, 500, 0);
    assertThat(select("SELECT SUM(shares), COUNT(*) FROM share_hours")).containsExactly("2500|42");
  }

  @Test
  void workersAreForgottenUnlessTheyHaveFoundABlock() throws Exception {
    store(
        share(START, "old", 1, Verdict.ACCEPTED),
        share(START, "rig", 1, Verdict.ACCEPTED),
        new BlockEntry(Journals.block(1, BlockOutcome.ACCEPTED, "")),
        share(START + DAY, "new", 1, Verdict.ACCEPTED));
    forgetAll(START + 5 * DAY + 1);
    assertThat(select("SELECT worker FROM workers ORDER BY worker")).containsExactly("new", "rig");
  }

  @Test
  void zeroMeansForEver() throws Exception {
    ledger.close();
    ledger =
        Ledger.open(new SqliteDatabase(folder.resolve("ledger.db")), OPTIONS.keepingAll(), START);
    store(share(0, "a", 1, Verdict.ACCEPTED));
    assertThat(ledger.forget(START)).isFalse();
    assertThat(select("SELECT worker FROM workers")).containsExactly("a");
    assertThat(select("SELECT shares FROM share_minutes")).containsExactly("1");
  }

  @Test
  void namesBeyondTheLimitAreSummedUnderOne() throws Exception {
    store(
        share(START, "a", 1, Verdict.ACCEPTED),
        share(START, "", 2, Verdict.ACCEPTED),
        share(START, "a", 4, Verdict.ACCEPTED));
    assertThat(ledger.renamed()).isZero();
    store(
        share(START, "c", 8, Verdict.ACCEPTED),
        share(START, "d", 16, Verdict.ACCEPTED),
        share(START, "e", 32, Verdict.STALE),
        share(START, "a", 64, Verdict.ACCEPTED),
        other("d", 128));
    assertThat(select("SELECT address, worker, difficulty FROM share_minutes"))
        .containsExactlyInAnyOrder(
            "addr|a|69.0",
            "addr||2.0",
            "addr|c|8.0",
            "addr|*|16.0",
            "addr|*|32.0",
            "other|d|128.0");
    assertThat(ledger.renamed()).isEqualTo(2);
    assertThat(select("SELECT address, difficulty FROM round_shares"))
        .containsExactly("addr|95.0", "other|128.0");
    // When some are forgotten there is room again.
    forgetAll(START + 6 * DAY);
    store(share(START + 6 * DAY, "f", 1, Verdict.ACCEPTED));
    assertThat(select("SELECT worker FROM workers")).containsExactly("f");
  }

  @Test
  void whatRigAgentsToldIsKeptOnceAndForSomeTime() throws Exception {
    store(
        told(START, "temp", "[67.0]"),
        told(START, "temp", "[67.0]"),
        told(START + MINUTE, "temp", "[68.0]"),
        told(START + DAY, "status", "{}"),
        // An agent that was cut off tells later what was before.
        told(START + MINUTE / 2, "temp", "[67.5]"));
    assertThat(select("SELECT type, sent_at, data FROM rig_history ORDER BY sent_at"))
        .containsExactly(
            "temp|" + START + "|[67.0]",
            "temp|" + (START + MINUTE / 2) + "|[67.5]",
            "temp|" + (START + MINUTE) + "|[68.0]");
    assertThat(select("SELECT type, data FROM rig_state ORDER BY type"))
        .containsExactly("status|{}", "temp|[68.0]");

    forgetAll(START + 3 * DAY + MINUTE);
    assertThat(select("SELECT data FROM rig_history")).containsExactly("[68.0]");
    forgetAll(START + 3 * DAY + 2 * MINUTE);
    assertThat(select("SELECT data FROM rig_history")).isEmpty();
    assertThat(select("SELECT type FROM rig_state")).containsExactly("status");
  }

  private static JournalEntry told(long millis, String type, String data) {
    return new TelemetryEntry(new Telemetry(millis, millis, new Worker("addr", "rig"), type, data));
  }

  @Test
  void settingsThatWouldLoseWhatIsShownAreRefused() {
    Faults faults = new Faults();
    LedgerOptions.from(
        Section.root(
            Map.of("keep_minutes", "1h", "keep_workers", "0", "max_worker_names", 0), faults),
        ShareFilter.ALL,
        MergedChains.NONE);
    LedgerOptions.from(
        Section.root(Map.of("keep_minutes", "30d", "keep_hours", "29d"), faults),
        ShareFilter.ALL,
        MergedChains.NONE);
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("keep_minutes", "max_worker_names", "keep_hours");
  }

  private void forgetAll(long nowMillis) throws SQLException {
    int steps = 0;
    while (ledger.forget(nowMillis)) {
      assertThat(++steps).isLessThan(100);
    }
  }

  private void store(JournalEntry... entries) throws SQLException {
    stored = ledger.store(new ShareBatch("node", "j1", stored, List.of(entries)), START);
  }

  private double totals(long nowMillis, int hours) throws SQLException {
    JsonObject question = new JsonObject().put("query", "totals").put("hours", hours);
    return ledger.answer(question, nowMillis).getJsonArray("totals").stream()
        .mapToDouble(row -> ((JsonObject) row).getDouble("difficulty"))
        .sum();
  }

  /** Each row as text. */
  private List<String> select(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = ledger.connection().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          columns.add(rows.getString(i));
        }
        found.add(String.join("|", columns));
      }
    }
    ledger.connection().rollback();
    return found;
  }

  private static ShareEntry share(long millis, String rig, double difficulty, Verdict verdict) {
    return new ShareEntry(
        new Share(millis, "LTC", "scrypt", new Worker("addr", rig), difficulty, verdict, 1));
  }

  private static ShareEntry other(String rig, double difficulty) {
    return new ShareEntry(
        new Share(
            START, "LTC", "scrypt", new Worker("other", rig), difficulty, Verdict.ACCEPTED, 1));
  }
}
