package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.Worker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PoolReportsTest {

  private static final MergedChains MERGED =
      new MergedChains(Map.of("LTC", List.of("DOGE", "BELLS")));

  private final Faults faults = new Faults();

  @Test
  void everyShareIsCreditedToThePoolAsPowerPoolDoes() {
    PoolReports reports =
        read(
            Map.of("user", "pool", "worker_format_string", "{algo}_{server_name}"),
            Map.of(
                "user",
                "pool_currency",
                "worker_format_string",
                "{currency} {region}$1",
                "report_merge",
                true));
    assertThat(faults.found()).isEmpty();
    assertThat(reports.of(Journals.share(1), "pp_0"))
        .containsExactly(
            new Worker("pool", "scrypt_pp_0"),
            new Worker("pool_currency", "LTC eu\\1$1"),
            new Worker("pool_currency", "DOGE eu\\1$1"),
            new Worker("pool_currency", "BELLS eu\\1$1"));
  }

  @Test
  void whatNobodyCanFillInIsRefused() {
    read(Map.of("worker_format_string", "{algo} {algorithm}"));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactlyInAnyOrder(
            "pool_report_configs[0].user", "pool_report_configs[0].worker_format_string");
  }

  private PoolReports read(Map<?, ?>... entries) {
    return PoolReports.from(
        Section.root(
            Map.of("attrs", Map.of("region", "eu\\1"), "pool_report_configs", List.of(entries)),
            faults),
        MERGED);
  }
}
