package io.powerpool.coin;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoinTest {

  private static final String BITCOINS = "00000000ffff" + "0".repeat(52);

  @ParameterizedTest
  @CsvSource({"scrypt, 65537", "sha256d, 4295032833", "lyra2rev2, 16777472"})
  void countsHashesOfAlgorithmsDifficultyOne(String algorithm, long hashes) {
    Coin coin = coin(Map.of("algorithm", algorithm));

    assertThat(coin.difficultyOne()).isEqualTo(Algorithms.byName(algorithm).difficultyOne());
    assertThat(Math.round(coin.hashesPerShare())).isEqualTo(hashes);
  }

  @Test
  void ownDifficultyOneChangesHashesAsWell() {
    Coin coin = coin(Map.of("difficulty_one", BITCOINS));

    assertThat(coin.difficultyOne().toString()).isEqualTo(BITCOINS);
    assertThat(Math.round(coin.hashesPerShare())).isEqualTo(4_295_032_833L);
  }

  @Test
  void ownHashesPerShareLeaveDifficultyAlone() {
    Coin coin = coin(Map.of("hashes_per_share", 65_536));

    assertThat(coin.hashesPerShare()).isEqualTo(65_536);
    assertThat(coin.difficultyOne()).isEqualTo(Algorithms.byName("scrypt").difficultyOne());
  }

  @Test
  void refusesHashesBelowNothing() {
    Faults faults = new Faults();

    Coin.from("LTC", section(Map.of("hashes_per_share", -1), faults));

    assertThat(faults.found())
        .anySatisfy(
            fault -> assertThat(fault.toString()).contains("hashes_per_share").contains("-1"));
  }

  private static Coin coin(Map<String, Object> settings) {
    Faults faults = new Faults();
    Coin coin = Coin.from("LTC", section(settings, faults)).orElseThrow();
    assertThat(faults.found()).isEmpty();
    return coin;
  }

  private static Section section(Map<String, Object> settings, Faults faults) {
    Map<String, Object> values = new HashMap<>();
    values.put("family", "bitcoin");
    values.put("algorithm", "scrypt");
    values.put("network", "regtest");
    values.put("networks", Map.of("regtest", Map.of("p2pkh", List.of(111), "p2sh", List.of(196))));
    values.put("pool_address", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn");
    values.putAll(settings);
    return Section.root(values, faults);
  }
}
