package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisBatchTest {

  @Test
  void functionsHaveTheNamesThatPowerPoolGaveThem() {
    PoolReports pool =
        new PoolReports(
            List.of(new PoolReports.Entry("pool", "{algo}", false)),
            Map.of(),
            new MergedChains(Map.of()));
    Share share =
        new Share(60_000, "BTC", "sha256d", new Worker("addr", "rig"), 2, Verdict.ACCEPTED, 1);
    String operations =
        new RedisBatch("node", List.of(new ShareEntry(share)), pool).operations().encode();
    assertThat(operations)
        .contains("min_acc_sha256_60", "current_block_BTC_sha256", "pool.sha256")
        .doesNotContain("sha256d");
  }

  @Test
  void feesAreToldWhereTheyAreKnown() {
    BlockReport block = Journals.block(1, BlockOutcome.ACCEPTED, "");
    assertThat(operations(block)).contains("\"fees\":\"None\"");
    assertThat(operations(block.withFees(0))).contains("\"fees\":\"0\"");
    assertThat(operations(block.withFees(123))).contains("\"fees\":\"123\"");
  }

  private static String operations(BlockReport block) {
    return new RedisBatch("node", List.of(new BlockEntry(block)), PoolReports.NONE)
        .operations()
        .encode();
  }
}
