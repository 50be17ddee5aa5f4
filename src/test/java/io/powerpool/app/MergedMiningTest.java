package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topics;
import io.powerpool.devchain.AuxRules;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.merged.MergedWork;
import io.powerpool.miner.ClientJob;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.testing.FakeMiner;
import io.powerpool.work.Job;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pool on one main chain and three that are mined with it, all with real rules. */
class MergedMiningTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A block takes so many hashes: 512; of the others 2, 4096 and 8192. */
  private static final Map<String, String> BITS =
      Map.of("DEV", "1f7fffff", "EASY", "207fffff", "HARD", "1f0fffff", "HARDER", "1f07ffff");

  private static final Map<String, Integer> CHAIN_IDS = Map.of("EASY", 98, "HARD", 1, "HARDER", 9);

  private final List<Job> jobs = new CopyOnWriteArrayList<>();
  private DevPool pool;
  private long extranonce2;

  @TempDir private Path folder;

  @BeforeEach
  void startChains() {
    pool = new DevPool(folder);
    BITS.keySet().forEach(this::startChain);
    Topics.of(pool.vertx).jobs("DEV").subscribe(jobs::add);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aHashIsABlockOfEveryChainWhoseTargetItMeets() {
    pool.gates.get("EASY").shut();
    startPool();
    try (FakeMiner miner = pool.miner(DevPool.ADDRESS + ".rig")) {
      // A chain without work is left out, and keeps nobody waiting.
      assertThat(mine(miner, jobOf("HARD", "HARDER"), "DEV", "HARD")).containsExactly("DEV");

      pool.gates.get("EASY").open();
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "EASY", "DEV"))
          .containsExactly("EASY");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "DEV", "HARD"))
          .containsExactly("DEV", "EASY");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "HARD", "HARDER"))
          .containsExactly("DEV", "EASY", "HARD");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "HARDER", ""))
          .containsExactly("DEV", "EASY", "HARD", "HARDER");
    }
    assertThat(pool.reports).extracting(BlockReport::outcome).doesNotContain(BlockOutcome.REJECTED);
    // Only HARD is configured to flush: its block alone makes miners drop work on the same parent.
    for (int i = 1; i < jobs.size(); i++) {
      Job before = jobs.get(i - 1);
      Job job = jobs.get(i);
      boolean flushed =
          !parent(before, "HARD").equals(parent(job, "HARD")) && !parent(before, "HARD").isEmpty();
      if (job.previous().equals(before.previous()) && job.clean()) {
        assertThat(flushed).as("%s", job).isTrue();
      }
    }
  }

  @Test
  void aBlockThatNobodyCouldTakeIsHandedInAfterARestart() {
    startPool();
    try (FakeMiner miner = pool.miner(DevPool.ADDRESS)) {
      Job job = jobOf("EASY", "HARD", "HARDER");
      pool.gates.get("EASY").shut();
      submit(miner, job, "EASY", "DEV");
      await().atMost(LIMIT).until(() -> pool.reported("EASY", BlockOutcome.PENDING));
    }
    pool.stop();
    assertThat(pool.chains.get("EASY")).hasSize(1);

    startPool();
    pool.gates.get("EASY").open();
    await().atMost(LIMIT).until(() -> pool.reported("EASY", BlockOutcome.ACCEPTED));
    assertThat(pool.chains.get("EASY")).hasSize(2);
    BlockReport taken = pool.reports.get(pool.reports.size() - 1);
    assertThat(taken.hash()).isEqualTo(pool.chains.get("EASY").get(1));
    assertThat(taken.height()).isEqualTo(1);
    assertThat(taken.reward()).isEqualTo(5_000_000_000L);
  }

  /**
   * Submits a share that meets one target but not another, and tells which chains have grown by it,
   * in the order in which their blocks were found.
   */
  private List<String> mine(FakeMiner miner, Job job, String met, String missed) {
    pool.reports.clear();
    Map<String, Integer> before = new ConcurrentHashMap<>();
    pool.chains.forEach((name, blocks) -> before.put(name, blocks.size()));
    submit(miner, job, met, missed);
    await().atMost(LIMIT).until(() -> pool.reports.stream().anyMatch(this::isTaken));
    List<String> found =
        pool.reports.stream()
            .filter(report -> report.outcome() == BlockOutcome.PENDING)
            .map(BlockReport::coin)
            .toList();
    await()
        .atMost(LIMIT)
        .until(() -> found.stream().allMatch(name -> pool.reported(name, BlockOutcome.ACCEPTED)));
    before.forEach(
        (name, size) ->
            assertThat(pool.chains.get(name)).hasSize(found.contains(name) ? size + 1 : size));
    for (BlockReport report : pool.reports) {
      List<Hash256> blocks = pool.chains.get(report.coin());
      assertThat(report.hash()).isEqualTo(blocks.get(blocks.size() - 1));
      assertThat(report.height()).isEqualTo(blocks.size() - 1);
      assertThat(report.bits()).isEqualTo(BITS.get(report.coin()));
    }
    return found;
  }

  private boolean isTaken(BlockReport report) {
    return report.outcome() == BlockOutcome.ACCEPTED;
  }

  private void submit(FakeMiner miner, Job job, String met, String missed) {
    ClientJob received = DevPool.received(miner, job);
    Predicate<Hash256> wanted =
        hash -> missed.isEmpty() || !hash.meets(CompactBits.ofHex(BITS.get(missed)).toTarget());
    FakeMiner.Found share;
    do {
      share =
          miner.mine(
              received, new Sha256d(), extranonce2++, CompactBits.ofHex(BITS.get(met)).toTarget());
    } while (!wanted.test(share.hash()));
    // The share's own difficulty is met by none of these: a block is a block all the same.
    miner.submit(DevPool.ADDRESS, share);
  }

  /** The present job, when it builds on the tips of the main chain and exactly these others. */
  private Job jobOf(String... others) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              Job job = jobs.isEmpty() ? null : jobs.get(jobs.size() - 1);
              return job != null
                  && job.previous().equals(pool.tip("DEV"))
                  && job.merged().stream()
                      .map(MergedWork::currency)
                      .sorted()
                      .toList()
                      .equals(List.of(others))
                  && job.merged().stream()
                      .allMatch(work -> work.work().previous().equals(pool.tip(work.currency())));
            });
    return jobs.get(jobs.size() - 1);
  }

  private static String parent(Job job, String chain) {
    return job.merged().stream()
        .filter(work -> work.currency().equals(chain))
        .map(work -> work.work().previous().toString())
        .findFirst()
        .orElse("");
  }

  private void startChain(String name) {
    DevChainOptions rules =
        DevChainOptions.regtest().withFixedBits(CompactBits.ofHex(BITS.get(name)));
    pool.startChain(
        name,
        CHAIN_IDS.containsKey(name) ? rules.withAux(AuxRules.ofChain(CHAIN_IDS.get(name))) : rules);
  }

  private void startPool() {
    JsonObject coins =
        new JsonObject()
            .put("DEV", pool.coin("DEV").put("merged", JsonArray.of("EASY", "HARD", "HARDER")))
            .put("EASY", pool.coin("EASY").put("work_interval", "100ms").put("chain_id", 98))
            .put("HARD", pool.coin("HARD").put("work_interval", "100ms").put("flush", true))
            .put("HARDER", pool.coin("HARDER").put("work_interval", "100ms"));
    pool.start(coins, new JsonObject().put("coin", "DEV"), new JsonObject());
  }
}
