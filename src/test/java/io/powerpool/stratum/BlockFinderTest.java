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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
          "node");

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
    return report -> {
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
    BlockFinder lost = new BlockFinder(first, folder, into(told));
    await().until(lost.start()::succeeded);
    lost.found(block, report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> files() == 1);
    await().until(lost.close()::isComplete);
    await().until(first.close()::isComplete);
    assertThat(told).extracting(BlockReport::outcome).containsExactly(BlockOutcome.PENDING);

    Files.writeString(folder.resolve("broken.solved"), "this is no block");
    Files.createDirectory(folder.resolve("unreadable.solved"));
    Vertx second = Vertx.vertx();
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    BlockFinder finder = new BlockFinder(second, folder, into(told));
    await().until(finder.start()::succeeded);
    // The job manager comes late, is undecided first, then answers.
    Topics.of(second)
        .solvedBlocks("TST")
        .serve(
            solved -> {
              asked.add(solved);
              return Future.succeededFuture(
                  report(asked.size() == 1 ? BlockOutcome.PENDING : BlockOutcome.ACCEPTED));
            });
    await().atMost(LONG).until(() -> told.size() == 2);
    assertThat(told.get(1).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(asked.get(0)).usingRecursiveComparison().isEqualTo(block);
    await().atMost(LONG).until(() -> files() == 2);
    assertThat(folder.resolve("broken.solved")).exists();
    await().until(finder.close()::isComplete);
    await().until(second.close()::isComplete);
  }

  @Test
  void asksOnWhileABlockMayStillWinOrLose() {
    List<BlockReport> told = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    BlockFinder finder = new BlockFinder(vertx, folder, into(told));
    await().until(finder.start()::succeeded);
    List<SolvedBlock> asked = new CopyOnWriteArrayList<>();
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve(
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
            folder,
            report -> {
              CompletableFuture<Void> safe = new CompletableFuture<>();
              kept.add(safe);
              return safe;
            });
    await().until(finder.start()::succeeded);
    Topics.of(vertx)
        .solvedBlocks("TST")
        .serve(solved -> Future.succeededFuture(report(BlockOutcome.ACCEPTED)));
    finder.found(block, report(BlockOutcome.PENDING));
    await().atMost(LONG).until(() -> kept.size() == 2);
    kept.get(1).completeExceptionally(new IllegalStateException("buffer full"));
    await().atMost(LONG).until(() -> kept.size() == 3);
    assertThat(files()).isEqualTo(1);
    kept.get(2).complete(null);
    await().atMost(LONG).until(() -> files() == 0);
    await().until(finder.close()::isComplete);
    await().until(vertx.close()::isComplete);
  }
}
