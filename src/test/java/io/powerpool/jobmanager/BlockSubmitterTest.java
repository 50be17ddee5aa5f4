package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topics;
import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.testing.FakeCoinServer;
import io.powerpool.testing.ManualTimers;
import io.powerpool.testing.TestCoins;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a block after a server has taken it. */
class BlockSubmitterTest {

  private static final Duration WATCH = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofMillis(10);

  private static final String HASH = "ab".repeat(32);

  private static final KeptBlock BLOCK =
      new KeptBlock(
          new BlockReport(
              1_700_000_000_000L,
              "COIN",
              "sha256d",
              440,
              Hash256.ofDisplayHex(HASH),
              new Worker("addr", "rig"),
              50,
              "1d00ffff",
              1,
              BlockOutcome.PENDING,
              ""),
          Hash256.ofDisplayHex("cd".repeat(32)),
          "finder",
          false);

  @TempDir private Path folder;
  private Vertx vertx;
  private Context loop;
  private ManualTimers timers;
  private FakeCoinServer server;
  private CoinServers servers;
  private BlockArchive archive;
  private final BlockStats stats = new BlockStats();
  private int taken;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    timers = new ManualTimers(vertx);
    archive = new BlockArchive(vertx, folder.resolve("blocks"), "COIN");
    server = FakeCoinServer.start(vertx);
    server.result("submitblock", null);
    chain(440, 1);
    Map<String, ?> address = Map.of("address", "127.0.0.1", "port", server.port());
    CoinServers.Intervals often = new CoinServers.Intervals(TICK, TICK, Duration.ofSeconds(5));
    servers =
        new CoinServers(
            vertx,
            List.of(CoinServerOptions.from(Section.root(address, new Faults()))),
            often,
            Clock.systemUTC());
    onLoop(servers::start);
    onLoop(() -> archive.create(BLOCK, "00"));
  }

  @AfterEach
  void stop() {
    onLoop(servers::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void isWatchedUntilItIsBuriedAndOnlyThenSettled() {
    takeUp();
    soon().until(() -> outcome() == BlockOutcome.ACCEPTED);
    for (int tip = 440; tip < 443; tip++) {
      chain(tip, tip - 439);
      watchAgain();
      assertThat(unsettled()).hasSize(1);
    }
    chain(443, 4);
    timers.advance(WATCH);
    soon().until(() -> unsettled().isEmpty());
    assertThat(timers.waiting()).isEmpty();
    assertThat(stats.toJson().getInteger("accepts")).isEqualTo(1);
    assertThat(taken).isEqualTo(1);
  }

  @Test
  void itsFinderIsToldUntilHeKnowsIfTheChainDropsIt() {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    Topics.of(vertx)
        .blockLost("finder")
        .serve(
            report -> {
              told.add(report);
              return told.size() == 1
                  ? Future.failedFuture("the disk is full")
                  : Future.succeededFuture("kept");
            });
    takeUp();
    soon().until(() -> outcome() == BlockOutcome.ACCEPTED);
    // Not on the best chain, but that may still change.
    chain(442, -1);
    watchAgain();
    assertThat(told).isEmpty();
    chain(443, -1);
    timers.advance(WATCH);
    soon().until(() -> timers.waiting().equals(List.of(Duration.ofMinutes(1))));
    assertThat(told).extracting(BlockReport::outcome).containsExactly(BlockOutcome.STALE);
    assertThat(unsettled()).hasSize(1);
    timers.advance(Duration.ofMinutes(1));
    soon().until(() -> unsettled().isEmpty());
    assertThat(told).hasSize(2);
    assertThat(timers.waiting()).isEmpty();
    assertThat(stats.toJson().getInteger("accepts")).isZero();
    assertThat(stats.toJson().getInteger("rejects")).isEqualTo(1);
  }

  @Test
  void aBlockThatWasTakenBeforeARestartIsWatchedOn() {
    onLoop(() -> archive.update(BLOCK.with(BlockOutcome.ACCEPTED, "", false)));
    server.result("submitblock", "duplicate");
    chain(443, 4);
    takeUp();
    soon().until(() -> timers.waiting().contains(WATCH));
    timers.advance(WATCH);
    soon().until(() -> unsettled().isEmpty());
    assertThat(outcome()).as("not a duplicate of somebody else's").isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(stats.toJson().getInteger("accepts")).isZero();
  }

  private void takeUp() {
    TemplateStore templates =
        new TemplateStore(vertx, folder.resolve("t"), Duration.ofHours(1), Clock.systemUTC());
    BlockSubmitter submitter =
        new BlockSubmitter(
            timers.vertx(),
            TestCoins.coin(Map.of()),
            servers,
            BlockAssembly.ofTemplates(
                vertx, TestCoins.coin(Map.of()), solved -> templates.get(solved.jobId())),
            HandOver.BLOCK,
            archive,
            stats,
            block -> taken++);
    onLoop(submitter::resume);
  }

  /** Lets the block be looked at once, with nothing to come of it. */
  private void watchAgain() {
    soon().until(() -> timers.waiting().equals(List.of(WATCH)));
    long looks = looks();
    timers.advance(WATCH);
    soon().until(() -> looks() > looks);
    soon().until(() -> timers.waiting().equals(List.of(WATCH)));
  }

  private long looks() {
    return server.calls("getblockheader").stream()
        .filter(call -> call.getString(0).equals(HASH))
        .count();
  }

  /** What the server says from now on, and the tip is known. */
  private void chain(int tip, int confirmations) {
    server.on(
        "getblockheader",
        FakeCoinServer.result(
            params ->
                params.getString(0).equals(HASH)
                    ? new JsonObject().put("height", 440).put("confirmations", confirmations)
                    : new JsonObject().put("height", tip).put("confirmations", 1)));
    // Last, because it makes the pool ask for the height.
    server.result("getbestblockhash", "%064x".formatted(tip));
    if (servers != null) {
      soon().until(() -> servers.highestTip() == tip);
    }
  }

  private List<BlockArchive.Unsettled> unsettled() {
    return onLoop(archive::unsettled);
  }

  /** As it stands on disk. */
  private BlockOutcome outcome() {
    BlockReport report = BLOCK.report();
    SolvedBlock solved =
        new SolvedBlock(
            1,
            report.coin(),
            report.height(),
            report.hash(),
            new byte[80],
            new byte[0],
            report.worker(),
            1,
            report.epochMillis(),
            BLOCK.node(),
            null);
    return onLoop(() -> archive.find(solved)).orElseThrow().report().outcome();
  }

  private static ConditionFactory soon() {
    return await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1));
  }

  /** On the one event loop that all of this belongs to. */
  private <T> T onLoop(Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(now -> work.get().onComplete(done));
    return done.future()
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }
}
