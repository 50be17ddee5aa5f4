package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.ledger.LedgerOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportersTest {

  private final Faults faults = new Faults();

  @Test
  void withoutASectionThereIsALedger() {
    assertThat(read(Map.of())).containsExactly(LedgerOptions.DEFAULT);
    assertThat(read(Map.of("reporters", List.of()))).isEmpty();
  }

  @Test
  void aLedgerKnowsWhichCoinsAreMinedTogether() {
    Map<String, Object> coins = Map.of("LTC", Map.of("merged", List.of("DOGE")), "DOGE", Map.of());
    for (Map<String, Object> root :
        List.of(
            Map.<String, Object>of("coins", coins),
            Map.of("coins", coins, "reporters", List.of(Map.of("type", "ledger"))))) {
      assertThat(read(root))
          .extracting(options -> ((LedgerOptions) options).merged().of("LTC"))
          .containsExactly(List.of("DOGE"));
    }
  }

  @Test
  void namesAndTypesAreChecked() {
    read(
        Map.of(
            "reporters",
            List.of(
                Map.of("type", "ledger"),
                Map.of("type", "ledger", "file", "other.db"),
                Map.of("type", "excel", "name", "b", "file", "third.db"))));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("reporters[1].name", "reporters[2].type");
  }

  @Test
  void twoLedgersDoNotShareADatabase() {
    String url = "jdbc:postgresql://localhost/pool";
    read(
        Map.of(
            "reporters",
            List.of(
                Map.of("type", "ledger", "name", "a"),
                Map.of("type", "ledger", "name", "b", "file", "./ledger.db"),
                Map.of("type", "ledger", "name", "c", "file", "c.db"),
                Map.of("type", "ledger", "name", "d", "url", url),
                Map.of("type", "ledger", "name", "e", "url", url))));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("reporters[1].file", "reporters[4].url");
  }

  @Test
  void twoReportersDoNotAddTheSameSharesToTheSameKeysOfRedis() {
    String url = "redis://localhost";
    read(
        Map.of(
            "reporters",
            List.of(
                Map.of("type", "redis", "name", "a", "chains", 1),
                Map.of("type", "redis", "name", "b", "chains", 2, "url", url),
                Map.of("type", "redis", "name", "c", "chains", 3, "coins", "LTC", "url", url),
                Map.of("type", "redis", "name", "d", "chains", 3, "coins", "BTC", "url", url),
                Map.of("type", "redis", "name", "e", "url", url + "/1"),
                Map.of("type", "redis", "name", "f", "url", url + "?db=1"),
                Map.of("type", "redis", "name", "g", "chains", List.of(2, 4), "url", url + ":6379"),
                Map.of("type", "redis", "name", "h", "url", url + ":6380"))));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("reporters[5].url", "reporters[6].url");
    assertThat(faults.found().get(1))
        .hasToString(
            "reporters[6].url: is '127.0.0.1:6379/0', expected a server and database that reporter b"
                + " does not use, or chains or coins that it does not take: there the shares that"
                + " both take would count twice");
  }

  @Test
  void eachHasItsOwnFilter() {
    Map<String, Map<String, String>> coins = Map.of("LTC", Map.of(), "DOGE", Map.of());
    List<ReporterOptions> read =
        read(
            Map.of(
                "coins",
                coins,
                "reporters",
                List.of(
                    Map.of(
                        "type", "ledger", "name", "a", "file", "a.db", "chains", 2, "coins",
                        "DOGE"),
                    Map.of("type", "ledger", "name", "b", "file", "b.db", "chains", List.of(1, 2)),
                    Map.of("type", "ledger", "chains", 0, "coins", List.of("LTC", "BTC")))));
    assertThat(read)
        .extracting(ReporterOptions::filter)
        .startsWith(
            new ShareFilter(Set.of(2), Set.of("DOGE")), new ShareFilter(Set.of(1, 2), Set.of()));
    assertThat(faults.found())
        .extracting(Fault::path)
        .containsExactly("reporters[2].chains", "reporters[2].coins");
  }

  private List<ReporterOptions> read(Map<String, ?> values) {
    return Reporters.from(Section.root(values, faults));
  }
}
