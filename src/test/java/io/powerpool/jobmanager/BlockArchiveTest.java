package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockArchiveTest {

  private static final Hash256 HASH = Hash256.ofDisplayHex("ab".repeat(32));
  private static final Worker WORKER = new Worker("address", "rig");

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void deletesABlockOnlyWhenItIsSettledAndDeep() {
    BlockArchive archive = new BlockArchive(vertx, folder, "LTC");
    KeptBlock block =
        new KeptBlock(
            new BlockReport(
                1,
                "LTC",
                "scrypt",
                440,
                HASH,
                WORKER,
                5,
                "207fffff",
                1,
                BlockOutcome.PENDING,
                "",
                3),
            Hash256.ZERO,
            "node",
            false);
    Path hex = folder.resolve("LTC-440-" + HASH + ".hex");
    long now = System.currentTimeMillis();
    await(archive.create(block, "00ff"));
    assertThat(await(archive.deleteOld(540, now))).isZero();
    assertThat(await(archive.unsettled())).hasSize(1);

    KeptBlock settled = block.with(BlockOutcome.ACCEPTED, "", true);
    await(archive.update(settled));
    assertThat(await(archive.unsettled())).isEmpty();
    assertThat(await(archive.deleteOld(539, now))).isZero();
    assertThat(hex).exists();
    assertThat(await(archive.deleteOld(540, now))).isEqualTo(1);
    assertThat(hex).doesNotExist();
    SolvedBlock again =
        new SolvedBlock(1, "LTC", 440, HASH, new byte[80], new byte[1], WORKER, 1, 1, "node", null);
    assertThat(await(archive.find(again))).contains(settled);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
