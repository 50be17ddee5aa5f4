package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.ledger.LedgerOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportersTest {

  private final Faults faults = new Faults();

  @Test
  void withoutASectionThereIsALedger() {
    assertThat(read(Map.of())).containsExactly(LedgerOptions.DEFAULT);
    assertThat(read(Map.of("reporters", List.of()))).isEmpty();
  }

  @Test
  void namesAndTypesAreChecked() {
    read(
        Map.of(
            "reporters",
            List.of(
                Map.of("type", "ledger"),
                Map.of("type", "ledger"),
                Map.of("type", "excel", "name", "b"))));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("reporters[1].name", "reporters[2].type");
  }

  private List<ReporterOptions> read(Map<String, ?> values) {
    return Reporters.from(Section.root(values, faults));
  }
}
