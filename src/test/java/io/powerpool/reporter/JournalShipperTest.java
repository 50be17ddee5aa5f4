package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.powerpool.cluster.JournalProgress;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.reporter.ledger.LedgerOptions;
import io.powerpool.share.BlockListener;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class JournalShipperTest {

  private static final JournalOptions SMALL =
      new JournalOptions(Duration.ofMillis(1), 1024, 1 << 24, 1 << 20);
  private static final ShipperOptions QUICK =
      new ShipperOptions(
          Duration.ofMillis(5),
          100,
          Duration.ofMillis(300),
          Duration.ofMillis(10),
          Duration.ofMillis(50));

  @TempDir Path folder;
  private Vertx vertx;
  private ShareJournal journal;

  @BeforeAll
  static void bePatient() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
  }

  @AfterEach
  void stop() throws Exception {
    if (journal != null) {
      journal.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void everythingReachesTheReporterAndTheFilesGo() throws Exception {
    Recorder recorder = new Recorder("ledger");
    openJournal("ledger");
    deployReporters(recorder);
    deployShipper("ledger");
    append(0, 1000);
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 1000)));
    await().until(() -> Journals.segments(folder.resolve("journal")).size() == 1);
    await().until(() -> journal.status().backlog().get("ledger") == 0);
  }

  @Test
  void aReporterThatComesLateGetsEverything() throws Exception {
    openJournal("ledger");
    deployShipper("ledger");
    append(0, 300);
    await().until(() -> journal.syncedEnd() == 300);
    Recorder recorder = new Recorder("ledger");
    deployReporters(recorder);
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 300)));
  }

  @Test
  void oneReporterThatHangsDelaysNoOther() throws Exception {
    Recorder good = new Recorder("good");
    Recorder hanging = new Recorder("hanging");
    hanging.mode = Mode.HANG;
    openJournal("good", "hanging");
    deployReporters(good, hanging);
    deployShipper("good", "hanging");
    append(0, 500);
    await().untilAsserted(() -> assertThat(good.numbers()).isEqualTo(range(0, 500)));
    assertThat(hanging.numbers()).isEmpty();
    assertThat(journal.status().backlog()).containsEntry("hanging", 500L);
    assertThat(Journals.segments(folder.resolve("journal"))).hasSizeGreaterThan(1);
    hanging.mode = Mode.GOOD;
    await().untilAsserted(() -> assertThat(hanging.numbers()).isEqualTo(range(0, 500)));
    await().until(() -> Journals.segments(folder.resolve("journal")).size() == 1);
  }

  @Test
  void whateverFailsNothingIsMissingOrDoubled() throws Exception {
    Recorder recorder = new Recorder("ledger");
    openJournal("ledger");
    deployReporters(recorder);
    deployShipper("ledger");
    Mode[] faults = {Mode.REFUSE, Mode.LOSE_ANSWER, Mode.STORE_HALF, Mode.HANG};
    for (int i = 0; i < 4; i++) {
      append(i * 200, i * 200 + 100);
      recorder.mode = faults[i % faults.length];
      append(i * 200 + 100, i * 200 + 200);
      int calls = recorder.calls;
      await().until(() -> recorder.calls > calls);
      recorder.mode = Mode.GOOD;
    }
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 800)));
    await().until(() -> journal.status().backlog().get("ledger") == 0);
  }

  @Test
  void aRestartDeliversTheOldJournalFirst() throws Exception {
    openJournal("ledger");
    append(0, 100);
    journal.close();
    openJournal("ledger");
    journal.close();
    openJournal("ledger");
    append(100, 200);
    Recorder recorder = new Recorder("ledger");
    deployReporters(recorder);
    deployShipper("ledger");
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 200)));
    await().until(() -> journal.journalIds().size() == 1);
    append(200, 300);
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 300)));
  }

  @Test
  void whatAReporterHasOnlyInMemoryStaysInTheJournal() throws Exception {
    Recorder recorder = new Recorder("queue");
    recorder.mode = Mode.HOLD;
    openJournal("queue");
    append(0, 300);
    journal.close();
    openJournal("queue");
    append(300, 400);
    deployReporters(recorder);
    deployShipper("queue");
    await().until(() -> recorder.held.size() == 300);
    // It is asked how far it is, and as it fails everything comes again.
    recorder.mode = Mode.REFUSE;
    await().until(() -> recorder.held.isEmpty());
    recorder.mode = Mode.HOLD;
    await().until(() -> recorder.held.size() == 300);
    assertThat(journal.status().backlog()).containsEntry("queue", 400L);
    recorder.mode = Mode.GOOD;
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 400)));
    await().until(() -> journal.status().backlog().get("queue") == 0);
  }

  @Test
  void whatAStoreMightStillLoseStaysInTheJournalAndHoldsUpNoOther() throws Exception {
    Recorder recorder = new Recorder("cache");
    recorder.mode = Mode.UNSAVED;
    openJournal("cache");
    append(0, 300);
    deployReporters(recorder);
    String shipper = deployShipper("cache");
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 300)));
    get(vertx.undeploy(shipper));
    journal.close();
    openJournal("cache");
    append(300, 400);
    deployShipper("cache");
    await().untilAsserted(() -> assertThat(recorder.numbers()).isEqualTo(range(0, 400)));
    assertThat(journal.status().backlog()).containsEntry("cache", 400L);
    recorder.loseUnsaved();
    await()
        .untilAsserted(
            () ->
                assertThat(recorder.numbers()).containsExactlyInAnyOrderElementsOf(range(0, 400)));
    recorder.mode = Mode.GOOD;
    await().until(() -> journal.status().backlog().get("cache") == 0);
    assertThat(journal.journalIds()).hasSize(1);
    recorder.loseUnsaved();
    append(400, 401);
    await().untilAsserted(() -> assertThat(recorder.numbers()).hasSize(401));
  }

  @Test
  void damageAtTheEndIsToldOnceHoweverOftenAReporterIsAsked() throws Exception {
    Recorder recorder = new Recorder("queue");
    recorder.mode = Mode.HOLD;
    openJournal("queue");
    append(0, 50);
    List<Path> segments = Journals.segments(folder.resolve("journal"));
    Path last = segments.get(segments.size() - 1);
    byte[] bytes = Files.readAllBytes(last);
    bytes[bytes.length - 1] ^= 1;
    Files.write(last, bytes, StandardOpenOption.WRITE);
    deployReporters(recorder);
    deployShipper("queue");
    await().until(() -> journal.status().damaged() > 0);
    int calls = recorder.calls;
    await().until(() -> recorder.calls >= calls + 2);
    assertThat(journal.status().damaged()).isEqualTo(1);
  }

  @Test
  void aReporterIsToldOnlyOfItsChainsAndCoins() throws Exception {
    Recorder all = new Recorder("all");
    Recorder second = new Recorder("second");
    second.filter = new ShareFilter(Set.of(2), Set.of("LTC"));
    openJournal("all", "second");
    for (int i = 0; i < 200; i++) {
      Share share = Journals.share(i);
      journal.onShare(
          new Share(
              share.epochMillis(),
              i % 3 == 0 ? "DOGE" : "LTC",
              "scrypt",
              share.worker(),
              1,
              Verdict.ACCEPTED,
              i,
              i % 2 + 1));
    }
    journal.onBlock(Journals.block(1000, BlockOutcome.ACCEPTED, ""), 1);
    journal.onBlock(Journals.block(1001, BlockOutcome.ACCEPTED, ""), 2);
    journal.onBlock(Journals.block(1002, BlockOutcome.STALE, ""), BlockListener.ANY_CHAIN);
    deployReporters(all, second);
    deployShipper("all", "second");
    await().until(() -> all.numbers().size() == 200 && all.blocks().size() == 3);
    await().until(() -> journal.status().backlog().get("second") == 0);
    assertThat(second.numbers())
        .isEqualTo(range(0, 200).stream().filter(i -> i % 2 == 1 && i % 3 != 0).toList());
    assertThat(second.blocks()).containsExactly(1001, 1002);
  }

  @Test
  void aReporterThatIsToldOfNothingIsNotShownDecadesBehind() throws Exception {
    Recorder recorder = new Recorder("other");
    recorder.filter = new ShareFilter(Set.of(), Set.of("DOGE"));
    recorder.mode = Mode.HOLD;
    openJournal("other");
    List<JsonObject> bodies = statusOf("other");
    deployReporters(recorder);
    deployShipper("other");
    append(0, 10);
    await().until(() -> bodies.stream().anyMatch(body -> body.getLong("queue_size") > 0));
    JsonObject last = bodies.get(bodies.size() - 1);
    long sharesMillis = Journals.share(0).epochMillis();
    assertThat(last.getDouble("lag_seconds"))
        .isLessThanOrEqualTo((System.currentTimeMillis() - sharesMillis) / 1000.0);
  }

  @Test
  void theLedgerCountsEveryShareOnceAcrossRestarts() throws Exception {
    ReporterVerticle reporters =
        new ReporterVerticle(List.of(LedgerOptions.DEFAULT.keepingAll()), "node", folder);
    String deployed = get(vertx.deployVerticle(reporters));
    for (int round = 0; round < 3; round++) {
      openJournal("ledger");
      String shipper = deployShipper("ledger");
      append(round * 500, round * 500 + 500);
      journal.onBlock(Journals.block(round, BlockOutcome.ACCEPTED, ""), 1);
      int blocks = round + 1;
      await().until(() -> ask("blocks").size() >= Math.min(blocks, 2));
      if (round == 1) {
        get(vertx.undeploy(deployed));
        deployed =
            get(
                vertx.deployVerticle(
                    new ReporterVerticle(
                        List.of(LedgerOptions.DEFAULT.keepingAll()), "node", folder)));
      }
      get(vertx.undeploy(shipper));
      journal.close();
    }
    openJournal("ledger");
    deployShipper("ledger");
    await()
        .untilAsserted(
            () ->
                assertThat(ask("minutes").stream().mapToLong(row -> row.getLong("shares")).sum())
                    .isEqualTo(1500));
    assertThat(ask("blocks")).hasSize(3);
  }

  @Test
  void anEntryThatTheLedgerCannotStoreHoldsUpNoOther() throws Exception {
    List<JsonObject> bodies = statusOf("ledger");
    openJournal("ledger");
    append(0, 300);
    journal.onShare(
        new Share(
            1_700_000_000_000L,
            "LTC",
            "scrypt",
            new Worker("addr", "rig"),
            Double.NaN,
            Verdict.ACCEPTED,
            1));
    append(300, 600);
    get(
        vertx.deployVerticle(
            new ReporterVerticle(List.of(LedgerOptions.DEFAULT.keepingAll()), "node", folder)));
    deployShipper("ledger");
    await().until(() -> journal.status().backlog().get("ledger") == 0);
    assertThat(ask("minutes").stream().mapToLong(row -> row.getLong("shares")).sum())
        .isEqualTo(600);
    await().until(() -> bodies.stream().anyMatch(body -> body.getLong("put_aside") == 1));
    assertThat(bodies.get(bodies.size() - 1).getString("trouble")).contains("1 entries");
    assertThat(bodies.get(bodies.size() - 1).getString("failing")).isEmpty();
  }

  /** The end of a node takes longer than that of its reporters. */
  @Test
  void aReporterThatEndsWithItsNodeIsNoFault() throws Exception {
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(Delivery.class);
    logger.addAppender(told);
    told.start();
    try {
      Recorder recorder = new Recorder("here");
      openJournal("here");
      List<JsonObject> bodies = statusOf("journal");
      String reporters =
          get(vertx.deployVerticle(new ReporterVerticle(List.of(recorder), "node", folder)));
      deployShipper("here");
      append(0, 10);
      await().until(() -> journal.status().backlog().get("here") == 0);
      get(vertx.undeploy(reporters));
      append(10, 20);
      await()
          .until(
              () ->
                  bodies.stream()
                      .anyMatch(
                          body ->
                              !body.getJsonObject("reporters")
                                  .getJsonObject("here")
                                  .getString("failing")
                                  .isEmpty()));
      assertThat(told.list).isEmpty();
    } finally {
      logger.detachAppender(told);
    }
  }

  @Test
  void aReporterThatCannotStartIsTriedAgainAndOthersWork() throws Exception {
    Recorder good = new Recorder("good");
    Recorder broken = new Recorder("broken");
    broken.startFailure = "wrong password";
    openJournal("good", "broken");
    List<JsonObject> bodies = statusOf("broken");
    deployReporters(good, broken);
    deployShipper("good", "broken");
    append(0, 10);
    await().untilAsserted(() -> assertThat(good.numbers()).isEqualTo(range(0, 10)));
    await()
        .until(
            () ->
                bodies.stream()
                    .anyMatch(
                        body ->
                            body.getString("failing").equals("wrong password")
                                && body.getString("last_error").equals("wrong password")));
  }

  /** What a component says of itself, as it comes. */
  private List<JsonObject> statusOf(String component) {
    List<JsonObject> bodies = new CopyOnWriteArrayList<>();
    Topics.of(vertx)
        .status()
        .subscribe(
            report -> {
              if (report.component().equals(component)) {
                bodies.add(report.body());
              }
            });
    return bodies;
  }

  private List<JsonObject> ask(String query) throws Exception {
    Future<JsonObject> answer =
        Topics.of(vertx)
            .ledger()
            .ask(new JsonObject().put("query", query).put("limit", 1000), Duration.ofSeconds(5));
    return get(answer).getJsonArray(query).stream().map(JsonObject.class::cast).toList();
  }

  private void openJournal(String... reporters) throws IOException {
    journal = ShareJournal.open(folder.resolve("journal"), SMALL, List.of(reporters));
  }

  private String deployShipper(String... reporters) throws Exception {
    return get(
        vertx.deployVerticle(new JournalShipper(journal, "node", List.of(reporters), true, QUICK)));
  }

  private void deployReporters(Recorder... recorders) throws Exception {
    get(vertx.deployVerticle(new ReporterVerticle(List.of(recorders), "node", folder)));
  }

  /** In several groups, so that there are several segments. */
  private void append(int from, int until) {
    long before = journal.syncedEnd();
    for (int i = from; i < until; i++) {
      journal.onShare(Journals.share(i));
      if (i % 50 == 49) {
        long end = before + i - from + 1;
        await().pollInterval(Duration.ofMillis(1)).until(() -> journal.syncedEnd() >= end);
      }
    }
  }

  private static List<Integer> range(int from, int until) {
    return IntStream.range(from, until).boxed().toList();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private enum Mode {
    GOOD,
    /** Fails and stores nothing. */
    REFUSE,
    /** Stores everything and never says so. */
    LOSE_ANSWER,
    /** Stores one half and says so. */
    STORE_HALF,
    /** Keeps it in memory. */
    HOLD,
    /** Has it at once, but not for good. */
    UNSAVED,
    /** Never answers and stores nothing. */
    HANG
  }

  /** A reporter that keeps positions with its data, as a database would, and fails on demand. */
  private static final class Recorder implements Reporter, ReporterOptions {

    private final String name;
    private final Map<String, Long> positions = new HashMap<>();
    private final List<JournalEntry> stored = new ArrayList<>();

    /** As they were when all was last safe. */
    private Map<String, Long> savedPositions = Map.of();

    private int saved;
    private final List<JournalEntry> held = new CopyOnWriteArrayList<>();
    private volatile Mode mode = Mode.GOOD;
    private ShareFilter filter = ShareFilter.ALL;
    private volatile String startFailure = "";
    private volatile int calls;

    Recorder(String name) {
      this.name = name;
    }

    @Override
    public Reporter create(Vertx vertx, Path dataDirectory) {
      return this;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Future<Void> start() {
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
    public ShareFilter filter() {
      return filter;
    }

    @Override
    public synchronized Future<JournalProgress> position(String journalId) {
      held.clear();
      return Future.succeededFuture(progress(journalId));
    }

    private JournalProgress progress(String journalId) {
      if (mode != Mode.UNSAVED) {
        savedPositions = Map.copyOf(positions);
        saved = stored.size();
      }
      long next = positions.getOrDefault(journalId, 0L);
      return new JournalProgress(next, next, savedPositions.getOrDefault(journalId, 0L));
    }

    synchronized void loseUnsaved() {
      positions.keySet().retainAll(savedPositions.keySet());
      positions.putAll(savedPositions);
      stored.subList(saved, stored.size()).clear();
    }

    @Override
    public synchronized Future<JournalProgress> report(ShareBatch batch) {
      calls++;
      return switch (mode) {
        case GOOD -> {
          store(batch);
          yield Future.succeededFuture(progress(batch.journalId()));
        }
        case HOLD -> {
          held.addAll(batch.entries());
          yield Future.succeededFuture(
              new JournalProgress(
                  batch.end(),
                  positions.getOrDefault(batch.journalId(), 0L),
                  positions.getOrDefault(batch.journalId(), 0L)));
        }
        case UNSAVED -> {
          if (batch.first() > positions.getOrDefault(batch.journalId(), 0L)) {
            yield Future.failedFuture("the position comes first");
          }
          store(batch);
          yield Future.succeededFuture(progress(batch.journalId()));
        }
        case REFUSE -> Future.failedFuture("disk full");
        case LOSE_ANSWER -> {
          store(batch);
          yield Promise.<JournalProgress>promise().future();
        }
        case STORE_HALF ->
            Future.succeededFuture(
                JournalProgress.storedUpTo(store(batch.part(0, (batch.entries().size() + 1) / 2))));
        case HANG -> Promise.<JournalProgress>promise().future();
      };
    }

    synchronized List<Integer> numbers() {
      return Journals.numbers(stored);
    }

    synchronized List<Integer> blocks() {
      return stored.stream()
          .filter(BlockEntry.class::isInstance)
          .map(entry -> ((BlockEntry) entry).block().height())
          .toList();
    }

    private long store(ShareBatch taken) {
      long position = positions.getOrDefault(taken.journalId(), 0L);
      List<JournalEntry> entries = new ArrayList<>(held);
      entries.addAll(taken.entries());
      ShareBatch batch =
          new ShareBatch(taken.node(), taken.journalId(), taken.first() - held.size(), entries);
      held.clear();
      assertThat(batch.first()).isLessThanOrEqualTo(position);
      stored.addAll(batch.entriesFrom(position));
      position = Math.max(position, batch.end());
      positions.put(batch.journalId(), position);
      return position;
    }
  }
}
