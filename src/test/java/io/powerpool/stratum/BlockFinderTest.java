package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topics;
import io.powerpool.share.BlockListener;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.testing.ManualTimers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFinderTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir private Path folder;

  private final SolvedBlock block =
      new SolvedBlock(
          7,
          "TST",
          100,
          Hash256.ofDisplayHex("a".repeat(64)),
          new byte[80],
          new byte[] {1, 2, 3},
          new Worker("addr", "rig"),
          2.5,
          1_700_000_000_000L,
          "node",
          null);

  private BlockReport report(BlockOutcome outcome) {
    return new BlockReport(
        block.epochMillis(),
        "TST",
        "sha256d",
        100,
        block.hash(),
        block.worker(),
        50,
        "1d00ffff",
        1,
        outcome,
        "");
  }

  private static BlockListener into(List<BlockReport> told) {
    return (report, chain) -> {
      told.add(report);
      return CompletableFuture.completedFuture(null);
    };
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void aBlockSurvivesAProcessThatDiesBeforeTheAnswer() throws IOException {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    Vertx first = Vertx.vertx();
    BlockFinder lost = new BlockFinder(first, "node", folder, into(told));
    await().until(lost.start()::succeeded);
    lost.found(block.forChain(7), report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> files() == 1);
    await().until(lost.close()::isComplete);
    await().until(first.close()::isComplete);
    assertThat(told).extracting(BlockReport::outcome).containsExactly(BlockOutcome.PENDING);

    Files.writeString(folder.resolve("broken.solved"), "this is no block");
    Files.createDirectory(folder.resolve("unreadable.solved"));
    Vertx second = Vertx.vertx();
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    List<Integer> chains = new CopyOnWriteArrayList<>();
    BlockListener listener =
        (report, chain) -> {
          chains.add(chain);
          return into(told).onBlock(report, chain);
        };
    BlockFinder finder = new BlockFinder(second, "node", folder, listener);
    await().until(finder.start()::succeeded);
    assertThat(finder.unanswered()).isEqualTo(1);
    // The job manager comes late, is undecided first, then answers.
    Topics.of(second)
        .solvedBlocks("TST")
        .serve(
            "node",
            solved -> {
              asked.add(solved);
              return Future.succeededFuture(
                  report(asked.size() == 1 ? BlockOutcome.PENDING : BlockOutcome.ACCEPTED));
            });
    await().atMost(LONG).until(() -> told.size() == 2);
    assertThat(told.get(1).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(asked.get(0)).usingRecursiveComparison().isEqualTo(block.forChain(7));
    assertThat(chains).containsExactly(7);
    await().atMost(LONG).until(() -> files() == 2 && finder.unanswered() == 0);
    assertThat(folder.resolve("broken.solved")).exists();
    await().until(finder.close()::isComplete);
    await().until(second.close()::isComplete);
  }

  @Test
  void asksOnWhileABlockMayStillWinOrLose() {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    BlockFinder finder = new BlockFinder(vertx, "node", folder, into(told));
    await().until(finder.start()::succeeded);
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve(
            "node",
            solved -> {
              asked.add(solved);
              return Future.succeededFuture(
                  report(asked.size() < 3 ? BlockOutcome.INCONCLUSIVE : BlockOutcome.STALE));
            });
    finder.found(block, report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> told.size() == 3);
    assertThat(told)
        .extracting(BlockReport::outcome)
        .containsExactly(BlockOutcome.PENDING, BlockOutcome.INCONCLUSIVE, BlockOutcome.STALE);
    await().atMost(LONG).until(() -> files() == 0);
    await().until(finder.close()::isComplete);
    await().until(vertx.close()::isComplete);
  }

  @Test
  void aBlockIsKeptUntilItsOutcomeIsSafe() throws IOException {
    List<CompletableFuture<Void>> kept = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    BlockFinder finder =
        new BlockFinder(
            vertx,
            "node",
            folder,
            (report, chain) -> {
              CompletableFuture<Void> safe = new CompletableFuture<>();
              kept.add(safe);
              return safe;
            });
    await().until(finder.start()::succeeded);
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve("node", solved -> Future.succeededFuture(report(BlockOutcome.ACCEPTED)));
    finder.found(block, report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> kept.size() == 2);
    kept.get(1).completeExceptionally(new IllegalStateException("buffer full"));
    await().atMost(LONG).until(() -> kept.size() == 3);
    assertThat(files()).isEqualTo(1);
    assertThat(finder.unanswered()).isEqualTo(1);
    kept.get(2).complete(null);
    await().atMost(LONG).until(() -> files() == 0 && finder.unanswered() == 0);
    await().until(finder.close()::isComplete);
    await().until(vertx.close()::isComplete);
  }

  @Test
  void aBlockIsHandedInThoughItCannotBeReported() throws IOException {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    BlockListener listener =
        (report, chain) -> {
          if (report.outcome() == BlockOutcome.PENDING) {
            throw new InternalError("a fault in a memory access");
          }
          return into(told).onBlock(report, chain);
        };
    BlockFinder finder = new BlockFinder(vertx, "node", folder, listener);
    await().until(finder.start()::succeeded);
    serve(vertx, asked, BlockOutcome.ACCEPTED);
    finder.found(block, report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> told.size() == 1 && files() == 0);
    assertThat(asked).hasSize(1);
    await().until(finder.close()::isComplete);
    await().until(vertx.close()::isComplete);
  }

  /** Where every share solves a block there would be no end of them. */
  @Test
  void handsInNoMoreBlocksOfAJobThanCanMatter() throws IOException {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    BlockFinder finder = new BlockFinder(vertx, "node", folder, into(told));
    await().until(finder.start()::succeeded);
    Promise<BlockReport> outcome = Promise.promise();
    Topics.of(vertx).solvedBlocks("TST").serve("node", solved -> outcome.future());
    for (int i = 0; i < 1000; i++) {
      finder.found(sibling(i), report(BlockOutcome.PENDING));
    }
    assertThat(told).hasSize(FoundBlocks.MOST_UNDECIDED);
    await().atMost(LONG).until(() -> files() == FoundBlocks.MOST_UNDECIDED);
    outcome.complete(report(BlockOutcome.ACCEPTED));
    await().atMost(LONG).until(() -> files() == 0);
    for (int i = 1000; i < 2000; i++) {
      finder.found(sibling(i), report(BlockOutcome.PENDING));
    }
    assertThat(told).hasSize(2 * FoundBlocks.MOST_UNDECIDED);
    await().until(finder.close()::isComplete);
    await().until(vertx.close()::isComplete);
  }

  private SolvedBlock sibling(int number) {
    return new SolvedBlock(
        block.jobId(),
        block.currency(),
        block.height(),
        Hash256.ofDisplayHex(String.format("%064x", number)),
        block.header(),
        block.coinbase(),
        block.worker(),
        block.difficulty(),
        block.epochMillis(),
        block.node(),
        null);
  }

  @Test
  void aDiskThatHangsCostsABlockHalfASecond() throws IOException {
    Vertx vertx = Vertx.vertx();
    ManualTimers timers = new ManualTimers(vertx);
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    BlockFinder finder = new BlockFinder(timers.vertx(), "node", folder, into(told));
    soon().until(finder.start()::succeeded);
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    serve(vertx, asked, BlockOutcome.ACCEPTED);
    CountDownLatch hanging = new CountDownLatch(1);
    // The finder's own thread for the disk, by its name.
    vertx
        .createSharedWorkerExecutor("solved-blocks", 1)
        .executeBlocking(() -> hanging.await(20, TimeUnit.SECONDS));
    finder.found(block, report(BlockOutcome.PENDING));
    assertThat(timers.waiting()).containsExactly(Duration.ofMillis(500));
    timers.advance(Duration.ofMillis(499));
    assertThat(timers.waiting()).hasSize(1);
    timers.advance(Duration.ofMillis(1));
    soon().until(() -> told.size() == 2);
    assertThat(files()).isZero();
    hanging.countDown();
    Future<Void> closed = finder.close();
    soon()
        .until(
            () -> {
              timers.advance(Duration.ofMillis(10));
              return closed.succeeded();
            });
    assertThat(asked).hasSize(1);
    soon().until(vertx.close()::isComplete);
  }

  @Test
  void aBlockThatNobodyAnswersForIsAskedAboutEverMorePatiently() {
    Vertx vertx = Vertx.vertx();
    ManualTimers timers = new ManualTimers(vertx);
    BlockFinder finder = new BlockFinder(timers.vertx(), "node", folder, into(new ArrayList<>()));
    soon().until(finder.start()::succeeded);
    finder.found(block, report(BlockOutcome.PENDING));
    assertThat(finder.unanswered()).isEqualTo(1);
    expectPatience(timers);
    // A node that goes out of service need not wait for it.
    assertThat(finder.unanswered()).isZero();
    // An answer that there is no outcome yet is a sign of life.
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    List<BlockOutcome> outcome = new CopyOnWriteArrayList<>(List.of(BlockOutcome.PENDING));
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve(
            "node",
            solved -> {
              asked.add(solved);
              return Future.succeededFuture(report(outcome.get(0)));
            });
    timers.advance(Duration.ofMinutes(1));
    soon().until(() -> timers.waiting().equals(List.of(Duration.ofSeconds(1))));
    assertThat(asked).hasSize(1);
    assertThat(finder.unanswered()).isEqualTo(1);
    outcome.set(0, BlockOutcome.ACCEPTED);
    timers.advance(Duration.ofSeconds(1));
    soon().until(() -> finder.unanswered() == 0 && files() == 0);
    soon().until(finder.close()::isComplete);
    soon().until(vertx.close()::isComplete);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCEPTED", "INCONCLUSIVE"})
  void anOutcomeThatCanNeverBeKeptIsAskedAboutEverMorePatientlyToo(BlockOutcome outcome)
      throws IOException {
    Vertx vertx = Vertx.vertx();
    ManualTimers timers = new ManualTimers(vertx);
    BlockFinder finder =
        new BlockFinder(
            timers.vertx(),
            "node",
            folder,
            (report, chain) ->
                CompletableFuture.failedFuture(new IllegalArgumentException("too long")));
    soon().until(finder.start()::succeeded);
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    serve(vertx, asked, outcome);
    finder.found(block, report(BlockOutcome.PENDING));
    expectPatience(timers);
    assertThat(asked).hasSize(60);
    assertThat(files()).isEqualTo(1);
    soon().until(finder.close()::isComplete);
    soon().until(vertx.close()::isComplete);
  }

  @Test
  void thatABlockIsLostAfterAllIsKeptBeforeItIsAnswered() {
    Vertx vertx = Vertx.vertx();
    List<CompletableFuture<Void>> kept = new CopyOnWriteArrayList<>();
    BlockFinder finder =
        new BlockFinder(
            vertx,
            "node",
            folder,
            (report, chain) -> {
              assertThat(report.outcome()).isEqualTo(BlockOutcome.STALE);
              kept.add(new CompletableFuture<>());
              return kept.get(kept.size() - 1);
            });
    soon().until(finder.start()::succeeded);
    Future<String> first = tellLost(vertx);
    soon().until(() -> kept.size() == 1);
    assertThat(first.isComplete()).isFalse();
    kept.get(0).completeExceptionally(new IllegalStateException("disk full"));
    soon().until(first::failed);
    Future<String> second = tellLost(vertx);
    soon().until(() -> kept.size() == 2);
    kept.get(1).complete(null);
    soon().until(second::succeeded);
    soon().until(finder.close()::isComplete);
    soon().until(vertx.close()::isComplete);
  }

  private Future<String> tellLost(Vertx vertx) {
    return Topics.of(vertx).blockLost("node").ask(report(BlockOutcome.STALE), LONG);
  }

  /** A minute of tries each second, then one each minute. */
  private void expectPatience(ManualTimers timers) {
    for (int i = 1; i < 60; i++) {
      soon().until(() -> timers.waiting().equals(List.of(Duration.ofSeconds(1))));
      timers.advance(Duration.ofSeconds(1));
    }
    soon().until(() -> timers.waiting().equals(List.of(Duration.ofMinutes(1))));
  }

  private void serve(Vertx vertx, List<SolvedBlock> asked, BlockOutcome outcome) {
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve(
            "node",
            solved -> {
              asked.add(solved);
              return Future.succeededFuture(report(outcome));
            });
  }

  private static ConditionFactory soon() {
    return await().atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
  }
}
