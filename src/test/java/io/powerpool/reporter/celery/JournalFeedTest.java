package io.powerpool.reporter.celery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PositionFile.Position;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.ShareFilter;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.OtherEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalFeedTest {

  /** The beginning of a minute, in seconds. */
  private static final long MINUTE = 28_333_333L * 60;

  private static final CeleryOptions OPTIONS =
      options(
          Map.of(
              "pool_report_configs",
              List.of(Map.of("user", "pool", "worker_format_string", "{algo}"))));

  private final JournalFeed feed = new JournalFeed("j", OPTIONS, Position.START);

  @Test
  void aMinuteBecomesTheTasksOfPowerPool() {
    boolean complete =
        take(
            0,
            share(0, "alice", "rig", 16, Verdict.ACCEPTED),
            share(1, "alice", "rig", 0.5, Verdict.ACCEPTED),
            share(2, "alice", "", 8, Verdict.ACCEPTED),
            share(3, "bob", "r", 4, Verdict.STALE),
            share(4, "bob", "r", 3, Verdict.DUPLICATE),
            share(5, "bob", "r", 2, Verdict.LOW_DIFFICULTY),
            share(6, "bob", "r", 1, Verdict.INVALID),
            share(60, "carol", "", 1, Verdict.ACCEPTED));
    assertThat(complete).isTrue();
    assertThat(feed.next()).isEqualTo(7);
    String minute = ",\"minute\":" + MINUTE + ",";
    assertThat(calls())
        .containsExactly(
            "add_share [\"alice\",24.5] {}",
            "add_one_minute [] {\"user\":\"alice\",\"worker\":\"rig\""
                + minute
                + "\"valid_shares\":16.5}",
            "add_one_minute [] {\"user\":\"pool\",\"worker\":\"scrypt\""
                + minute
                + "\"valid_shares\":24.5}",
            "add_one_minute [] {\"user\":\"alice\",\"worker\":\"\""
                + minute
                + "\"valid_shares\":8}",
            "add_one_minute [] {\"user\":\"bob\",\"worker\":\"r\""
                + minute
                + "\"valid_shares\":0,\"stale_shares\":4}",
            "add_one_minute [] {\"user\":\"pool\",\"worker\":\"scrypt\""
                + minute
                + "\"valid_shares\":0,\"stale_shares\":4}",
            "add_one_minute [] {\"user\":\"bob\",\"worker\":\"r\""
                + minute
                + "\"valid_shares\":0,\"dup_shares\":3}",
            "add_one_minute [] {\"user\":\"pool\",\"worker\":\"scrypt\""
                + minute
                + "\"valid_shares\":0,\"dup_shares\":3}",
            "add_one_minute [] {\"user\":\"bob\",\"worker\":\"r\""
                + minute
                + "\"valid_shares\":0,\"low_diff_shares\":2}",
            "add_one_minute [] {\"user\":\"pool\",\"worker\":\"scrypt\""
                + minute
                + "\"valid_shares\":0,\"low_diff_shares\":2}");
  }

  @Test
  void aBlockIsReportedAtOnceAfterTheSharesBeforeIt() {
    BlockEntry block = new BlockEntry(Journals.block(7, BlockOutcome.ACCEPTED, ""));
    boolean complete =
        take(
            0,
            share(0, "alice", "", 1, Verdict.ACCEPTED),
            new BlockEntry(Journals.block(7, BlockOutcome.PENDING, "")),
            block,
            share(1, "alice", "", 1, Verdict.ACCEPTED));
    assertThat(complete).isTrue();
    assertThat(feed.next()).isEqualTo(3);
    assertThat(calls())
        .hasSize(4)
        .last()
        .isEqualTo(
            "add_block [] {\"user\":\"addr\",\"height\":7,\"total_value\":625000000,"
                + "\"transaction_fees\":null,\"bits\":\"1a01f56e\",\"hash_hex\":\""
                + block.block().hash()
                + "\",\"merged\":null,\"worker\":\"rig\"}");
    String id = feed.messages().get(3).id();
    JournalFeed other = new JournalFeed("other", OPTIONS, Position.START);
    other.take(batch(0, block), 0);
    assertThat(other.messages().get(0).id()).isEqualTo(id);
  }

  @Test
  void whatRigAgentsTellIsPassedOn() {
    TelemetryEntry told =
        new TelemetryEntry(
            new Telemetry(
                1_400_000_060_999L,
                MINUTE * 1000,
                new Worker("alice", "rig"),
                "temp",
                "[67.0,{\"a\":null}]"));
    TelemetryEntry broken =
        new TelemetryEntry(new Telemetry(1, 1, new Worker("alice", "rig"), "temp", "[67.0"));
    take(0, told, broken, told);
    assertThat(feed.takeLeftOut()).isEqualTo(1);
    assertThat(feed.isDue((MINUTE + 62) * 1000, 2_000_000_000L)).isTrue();
    feed.complete();
    assertThat(calls())
        .hasSize(2)
        .containsOnly(
            "agent_receive [\"alice\",\"rig\",\"temp\",[67.0,{\"a\":null}],1400000060] {}");
    assertThat(feed.messages()).extracting(CeleryMessage::id).doesNotHaveDuplicates();
  }

  @Test
  void aMergedChainsBlockNamesItsCoin() {
    JournalFeed doge =
        new JournalFeed(
            "j",
            CeleryOptions.from(
                Section.root(Map.of(), new Faults()),
                ShareFilter.ALL,
                new MergedChains(Map.of("DOGE", List.of("LTC")))),
            Position.START);
    doge.take(batch(0, new BlockEntry(Journals.block(7, BlockOutcome.DUPLICATE, ""))), 0);
    assertThat(new String(doge.messages().get(0).body(), UTF_8))
        .contains("\"merged\":\"LTC\"", "\"transaction_fees\":null");
  }

  @Test
  void aBlocksFeesAreToldWhereTheyAreKnown() {
    take(0, new BlockEntry(Journals.block(7, BlockOutcome.ACCEPTED, "").withFees(4321)));
    assertThat(new String(feed.messages().get(0).body(), UTF_8))
        .contains("\"transaction_fees\":4321");
  }

  @Test
  void afterACrashTheSameGroupIsMadeAgainWithTheSameIds() {
    JournalEntry[] entries = new JournalEntry[100];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = share(i / 10.0, "a" + i % 7, "", 1, Verdict.ACCEPTED);
    }
    // The quiet ended it in the middle of a minute.
    assertThat(take(0, Arrays.copyOf(entries, 60))).isFalse();
    assertThat(feed.isDue((MINUTE + 60) * 1000, 2_000_000_000L)).isFalse();
    assertThat(feed.isDue((MINUTE + 62) * 1000, 2_000_000_000L)).isTrue();
    assertThat(feed.complete()).isTrue();
    List<String> before = feed.messages().stream().map(CeleryMessage::id).toList();
    List<String> calls = calls();

    JournalFeed restarted = new JournalFeed("j", OPTIONS, new Position(0, 60));
    assertThat(restarted.take(batch(0, Arrays.copyOf(entries, 30)), 0)).isFalse();
    assertThat(restarted.isDue((MINUTE + 62) * 1000, 2_000_000_000L)).isFalse();
    ShareBatch rest = batch(30, Arrays.copyOfRange(entries, 30, 100));
    assertThat(restarted.take(rest, 0)).isTrue();
    assertThat(restarted.next()).isEqualTo(60);
    assertThat(restarted.messages()).extracting(CeleryMessage::id).isEqualTo(before);
    assertThat(calls(restarted)).isEqualTo(calls);
    restarted.onSent(60);
    assertThat(restarted.take(rest, 0)).isFalse();
    assertThat(restarted.complete()).isTrue();
    assertThat(restarted.messages())
        .extracting(CeleryMessage::id)
        .doesNotContainAnyElementsOf(before);
  }

  @Test
  void aPartOfAGroupThatMayHaveBeenSentBeforeACrashIsNotSent() {
    JournalEntry[] entries = shares(60);
    JournalFeed restarted = new JournalFeed("j", OPTIONS, new Position(0, 60));
    restarted.take(batch(0, Arrays.copyOf(entries, 30)), 0);
    // As when the process is asked to end, or when the journal's node is gone for an hour.
    assertThat(restarted.complete()).isFalse();
    assertThat(restarted.stopWaiting()).isFalse();
    assertThat(restarted.isDue((MINUTE + 3600) * 1000, 3_600_000_000_000L)).isFalse();
    assertThat(restarted.isSending()).isFalse();
    assertThat(restarted.isIdle(86_399_000_000_000L)).isFalse();
    assertThat(restarted.isIdle(86_401_000_000_000L)).isTrue();

    restarted.beginAnew();
    restarted.forget();
    assertThat(restarted.next()).isZero();
    assertThat(restarted.take(batch(0, entries), 0)).isTrue();
    assertThat(calls(restarted).get(0)).isEqualTo("add_share [\"a\",60] {}");
  }

  @Test
  void theRestOfAGroupThatItsJournalHasLostIsNotWaitedForForEver() {
    JournalEntry[] entries = shares(30);
    JournalFeed restarted = new JournalFeed("j", OPTIONS, new Position(0, 60));
    restarted.take(batch(0, Arrays.copyOf(entries, 29)), 0);
    // Its end was before the last entry came, and then its node was gone for hours.
    restarted.take(batch(29), Duration.ofSeconds(1).toNanos());
    restarted.take(batch(29, entries[29]), Duration.ofHours(7).toNanos());
    assertThat(restarted.stopWaiting()).isFalse();
    long end = Duration.ofHours(8).toNanos();
    restarted.take(batch(30), end);
    restarted.take(batch(30), end + 59_000_000_000L);
    assertThat(restarted.stopWaiting()).isFalse();
    assertThat(restarted.isDue(MINUTE * 2_000, end + 59_000_000_000L)).isFalse();

    restarted.take(batch(30), end + 60_000_000_000L);
    assertThat(restarted.stopWaiting()).isTrue();
    assertThat(restarted.isDue(MINUTE * 2_000, end + 60_000_000_000L)).isTrue();
    assertThat(restarted.complete()).isTrue();
    assertThat(calls(restarted).get(0)).isEqualTo("add_share [\"a\",30] {}");
  }

  @Test
  void aGroupIsSentAsSoonWhereOtherCoinsSharesGoOn() {
    take(0, share(0, "a", "", 1, Verdict.ACCEPTED));
    // By its times it is over, by our own clock it has not lasted that long.
    feed.take(batch(1, new OtherEntry()), 20_000_000_000L);
    assertThat(feed.isDue((MINUTE + 61) * 1000, 20_000_000_000L)).isTrue();
  }

  @Test
  void timesThatAreAheadHoldNothingUp() {
    JournalEntry[] entries = {
      share(3600, "a", "", 1, Verdict.ACCEPTED),
      share(1, "a", "", 1, Verdict.ACCEPTED),
      share(60, "a", "", 1, Verdict.ACCEPTED)
    };
    assertThat(take(0, entries[0], entries[1])).isFalse();
    assertThat(feed.isDue((MINUTE + 60) * 1000, 60_000_000_000L)).isFalse();
    // They never stop coming.
    assertThat(feed.take(batch(2, entries[2]), 60_900_000_000L)).isFalse();
    assertThat(feed.isDue((MINUTE + 61) * 1000, 61_000_000_000L)).isTrue();
    assertThat(feed.complete()).isTrue();
    assertThat(calls()).first().isEqualTo("add_share [\"a\",3] {}");

    JournalFeed restarted = new JournalFeed("j", OPTIONS, new Position(0, 3));
    assertThat(restarted.take(batch(0, entries[0]), 0)).isFalse();
    assertThat(restarted.take(batch(1, entries[1]), 60_000_000_000L)).isFalse();
    // The same group is made again, however long it takes to get its entries.
    assertThat(restarted.isDue((MINUTE + 70) * 1000, 70_000_000_000L)).isFalse();
    assertThat(restarted.take(batch(2, entries[2], entries[2]), 70_000_000_000L)).isTrue();
    assertThat(calls(restarted)).isEqualTo(calls());
    assertThat(restarted.messages())
        .extracting(CeleryMessage::id)
        .isEqualTo(feed.messages().stream().map(CeleryMessage::id).toList());
  }

  @Test
  void whatComesTwiceCountsOnceAndWhatIsForgottenComesAgain() {
    JournalEntry one = share(0, "a", "", 1, Verdict.ACCEPTED);
    take(0, one, one, one);
    take(1, one, one, one);
    assertThat(feed.next()).isEqualTo(4);
    feed.forget();
    take(0, one, one);
    feed.complete();
    assertThat(calls().get(0)).isEqualTo("add_share [\"a\",2] {}");
  }

  @Test
  void whatIsOnItsWayIsNotForgottenAndDoesNotComeAgainWithOtherIds() {
    JournalEntry one = share(0, "a", "", 1, Verdict.ACCEPTED);
    take(0, one, one, one);
    feed.complete();
    assertThat(calls()).first().isEqualTo("add_share [\"a\",3] {}");
    feed.beginAnew();
    feed.forget();
    feed.onSent(3);
    assertThat(feed.next()).isEqualTo(3);
    take(0, one, one, one, one);
    feed.complete();
    assertThat(calls()).first().isEqualTo("add_share [\"a\",1] {}");
  }

  @Test
  void whatCannotBeCountedIsLeftOutAndOthersAreNot() {
    take(
        0,
        share(0, "a", "", Double.NaN, Verdict.ACCEPTED),
        share(0, "a", "", Double.POSITIVE_INFINITY, Verdict.STALE),
        new JournalEntry.UnreadableEntry(new byte[9], "odd"),
        new OtherEntry(),
        share(0, "a", "", 3, Verdict.ACCEPTED));
    assertThat(feed.takeLeftOut()).isEqualTo(3);
    feed.complete();
    assertThat(calls().get(0)).isEqualTo("add_share [\"a\",3] {}");
  }

  @Test
  void aGroupDoesNotGrowWithoutBound() {
    JournalEntry[] entries = new JournalEntry[20_000];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = share(1, "address" + i, "", 1, Verdict.STALE);
    }
    assertThat(take(0, entries)).isTrue();
    assertThat(feed.messages()).hasSize(20_000);
    assertThat(feed.next()).isLessThan(20_000);
  }

  @Test
  void whatRigAgentsTellDoesNotGrowWithoutBoundEither() {
    JournalEntry[] entries = new JournalEntry[1000];
    Arrays.fill(entries, told(0, "\"" + "x".repeat(Telemetry.LONGEST_DATA - 2) + "\""));
    assertThat(take(0, entries)).isTrue();
    assertThat(feed.next()).isEqualTo(feed.messages().size()).isBetween(600L, 700L);
  }

  @Test
  void whatRigAgentsTellEndsAGroupAsSharesDo() {
    assertThat(take(0, told(0, "1"), told(59, "2"), told(60, "3"))).isTrue();
    assertThat(feed.next()).isEqualTo(2);
  }

  private boolean take(long first, JournalEntry... entries) {
    return feed.take(batch(first, entries), 0);
  }

  private List<String> calls() {
    return calls(feed);
  }

  /** Name, arguments and keyword arguments. */
  private static List<String> calls(JournalFeed of) {
    List<String> calls = new ArrayList<>();
    for (CeleryMessage message : of.messages()) {
      JsonObject body = new JsonObject(Buffer.buffer(message.body()));
      assertThat(body.getString("task")).startsWith("simplecoin.tasks.");
      assertThat(body.getString("id")).isEqualTo(message.id());
      calls.add(
          body.getString("task").substring("simplecoin.tasks.".length())
              + " "
              + body.getJsonArray("args").encode()
              + " "
              + body.getJsonObject("kwargs").encode());
    }
    return calls;
  }

  private static ShareBatch batch(long first, JournalEntry... entries) {
    return new ShareBatch("node", "j", first, List.of(entries));
  }

  private static JournalEntry[] shares(int count) {
    JournalEntry[] entries = new JournalEntry[count];
    Arrays.fill(entries, share(0, "a", "", 1, Verdict.ACCEPTED));
    return entries;
  }

  private static ShareEntry share(
      double second, String address, String rig, double difficulty, Verdict verdict) {
    return new ShareEntry(
        new Share(
            (long) ((MINUTE + second) * 1000),
            "LTC",
            "scrypt",
            new Worker(address, rig),
            difficulty,
            verdict,
            1));
  }

  private static TelemetryEntry told(int second, String data) {
    long millis = (MINUTE + second) * 1000;
    return new TelemetryEntry(
        new Telemetry(millis, millis, new Worker("alice", "rig"), "temp", data));
  }

  private static CeleryOptions options(Map<String, ?> values) {
    return CeleryOptions.from(
        Section.root(values, new Faults()), ShareFilter.ALL, new MergedChains(Map.of()));
  }
}
