package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisBatchTest {

  /** The beginning of a minute. */
  private static final long NOW = 28_333_333L * 60_000;

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

  @Test
  void anAgentDoesNotChooseHowManyFieldsAndKeysThereAre() {
    String many = "[" + "1,".repeat(5999) + "1]";
    JsonArray operations = operations(told(NOW, many));
    assertThat(operations).hasSize(64);
    assertThat(operations.getJsonArray(63))
        .isEqualTo(JsonArray.of("HSET", "temp_" + NOW / 1000, "addr_rig_63", "1"));
    long off = 10 * 60_000;
    assertThat(key(NOW - off)).isEqualTo("temp_" + (NOW - off) / 1000);
    assertThat(key(NOW + off)).isEqualTo("temp_" + (NOW + off) / 1000);
    assertThat(key(NOW - off - 1)).isEqualTo("temp_" + NOW / 1000);
    assertThat(key(NOW + off + 60_000)).isEqualTo("temp_" + NOW / 1000);
  }

  private static String key(long epochMillis) {
    return operations(told(epochMillis, "[70]")).getJsonArray(0).getString(1);
  }

  private static TelemetryEntry told(long epochMillis, String data) {
    return new TelemetryEntry(
        new Telemetry(epochMillis, NOW, new Worker("addr", "rig"), "temp", data));
  }

  private static JsonArray operations(TelemetryEntry told) {
    return new RedisBatch("node", List.of(told), PoolReports.NONE).operations();
  }

  private static String operations(BlockReport block) {
    return new RedisBatch("node", List.of(new BlockEntry(block)), PoolReports.NONE)
        .operations()
        .encode();
  }
}
