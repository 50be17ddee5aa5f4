package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hex;
import io.powerpool.share.Share;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Verdict;
import io.powerpool.work.Job;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A port that gets jobs of two coins in turn, whose difficulties 1 are not the same. */
class SwitchingPortTest {

  private static final CompactBits HARD = CompactBits.ofHex("1d00ffff");

  /** One hash in 256. */
  private static final CompactBits EASY = CompactBits.ofHex("2000ffff");

  private final SessionHarness pool =
      new SessionHarness(
          "sha256d", Map.of("coin", SessionHarness.GROUP, "start_difficulty", 1.6e-8));

  private final SessionHarness.Miner miner = pool.connect();
  private Job first;
  private Job second;
  private String extranonce1;

  @BeforeEach
  void mineOneCoinThenTheOther() {
    first = handOut(10, "TST", "a", EASY);
    extranonce1 = miner.mine(SessionHarness.ADDRESS);
    assertThat(miner.order("mining.set_difficulty").getDouble(0)).isEqualTo(1.6e-8);
    miner.lines.clear();
    second = handOut(11, "TWO", "b", HARD);
  }

  private Job handOut(long id, String currency, String parent, CompactBits bits) {
    Job job = pool.made(currency, parent, bits, 4, 8).renumbered(id, true);
    pool.port.onJob(job);
    return job;
  }

  private String submit(Job job, int nonce) {
    return pool.submit(
        SessionHarness.ADDRESS,
        Long.toHexString(job.id()) + "00",
        "0000000000000005",
        "%08x".formatted(nonce));
  }

  @Test
  void theDifficultyOrderedAsksForAsMuchWorkOnEitherCoin() {
    assertThat(miner.order("mining.set_difficulty").getDouble(0)).isEqualTo(1e-9);
    assertThat(miner.order("mining.notify").getBoolean(8)).isTrue();
    assertThat(pool.port.coins().target(1e-9).toBigInteger().bitLength()).isEqualTo(256);
  }

  @Test
  void aShareCountsForTheCoinOfItsJob() {
    assertThat(miner.code(submit(first, 1))).isEqualTo("ok");
    assertThat(miner.code(submit(second, 1))).isEqualTo("ok");

    assertThat(pool.shares).extracting(Share::coin).containsExactly("TST", "TWO");
    assertThat(pool.shares).extracting(Share::difficulty).containsExactly(1.6e-8, 1e-9);
    assertThat(pool.port.statistics().counters().toList(pool.nowMillis * 1_000_000).toString())
        .as("both are counted as the first coin counts")
        .contains("acc_share_n1")
        .contains("3.2E-8");
  }

  @Test
  void workOfTheCoinBeforeIsWorthlessOnceThatCoinHasANewBlock() {
    pool.port.onOtherJob(pool.made("TST", "a", EASY, 4, 8));
    assertThat(miner.code(submit(first, 1))).isEqualTo("ok");

    pool.port.onOtherJob(pool.made("TST", "c", EASY, 4, 8));
    assertThat(miner.code(submit(first, 2))).isNotEqualTo("ok");
    assertThat(miner.code(submit(second, 2))).isEqualTo("ok");

    assertThat(pool.shares)
        .extracting(Share::verdict)
        .containsExactly(Verdict.ACCEPTED, Verdict.STALE, Verdict.ACCEPTED);
  }

  @Test
  void aJobManagerWhoseTermIsOverMakesNothingWorthless() {
    Job old = pool.made("TST", "c", EASY, 4, 8).renumbered(12, true);
    Job newer = handOut(12, "TST", "a", EASY);
    pool.port.onOtherJob(old);

    assertThat(miner.code(submit(newer, 1))).isEqualTo("ok");
  }

  @Test
  void aPortOfOneCoinAloneHandsOutNoneOfTheGroupsExtranonces() {
    String alone = Hex.encode(pool.node.newChannel("TWO", 4, 0).extranonce1());
    String grouped = Hex.encode(pool.node.newChannel(SessionHarness.GROUP, 4, 0).extranonce1());
    assertThat(alone).isNotIn(grouped, extranonce1);
  }

  @Test
  void aBlockOfTheCoinBeforeGoesToThatCoinsJobManager() {
    int nonce = pool.solving(first, extranonce1, 5, 0x20000000);
    assertThat(miner.code(submit(first, nonce))).isEqualTo("ok");

    assertThat(pool.blocks).hasSize(1);
    SolvedBlock block = pool.blocks.get(0);
    assertThat(block.currency()).isEqualTo("TST");
    assertThat(block.jobId()).isEqualTo(first.templateId()).isNotEqualTo(first.id());
    assertThat(pool.reports.get(0).coin()).isEqualTo("TST");
  }
}
