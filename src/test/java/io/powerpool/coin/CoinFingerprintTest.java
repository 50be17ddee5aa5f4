package io.powerpool.coin;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CoinFingerprintTest {

  private static final String OTHER = "mkHS9ne12qx9pS9VojpwU5xtRd4T7X7ZUt";

  /** As version 1.0 wrote them: a node of the version before must agree. */
  @Test
  void staysAsItWas() {
    assertThat(of(coin("LTC", Map.of()))).isEqualTo("8dd8e0588a0cbf7f");
    assertThat(
            CoinFingerprint.of(
                coin(
                    "LTC",
                    Map.of(
                        "template_payments", List.of(Map.of("field", "founder")),
                        "fixed_payments", List.of(Map.of("address", OTHER, "percent", 12.5)))),
                List.of(coin("DOGE", Map.of()), coin("NMC", Map.of()))))
        .isEqualTo("93d0b21323560275");
  }

  @Test
  void differsWithWhateverDecidesABlockOrAShare() {
    List<Map<String, Object>> settings =
        List.of(
            Map.of(),
            Map.of("family", "litecoin"),
            Map.of("algorithm", "sha256d"),
            Map.of("difficulty_one", "00000000ffff" + "0".repeat(52)),
            Map.of("rules", List.of("segwit", "mweb")),
            Map.of("gbt_algorithm", "scrypt"),
            Map.of("block_id", "pow"),
            Map.of("transaction_id", "sha256"),
            Map.of("version_algorithm_mask", "00000f00"),
            Map.of("version_mask", "1fff0000"),
            Map.of("pool_address", OTHER),
            Map.of("network", "test", "networks", Map.of("test", Map.of("p2pkh", List.of(111)))),
            Map.of("template_payments", List.of(Map.of("field", "founder"))),
            Map.of("fixed_payments", List.of(Map.of("address", OTHER, "percent", 5))),
            Map.of("fixed_payments", List.of(Map.of("address", OTHER, "amount", 5))),
            Map.of("coinbase_tag", "/mine/"),
            Map.of("extranonce1_size", 3),
            Map.of("extranonce2_size", 4));
    Set<String> words = new LinkedHashSet<>();
    for (Map<String, Object> each : settings) {
      String word = of(coin("LTC", each));
      assertThat(word).as("%s", each).matches("[0-9a-f]{16}");
      assertThat(words.add(word)).as("%s", each).isTrue();
    }
    Coin coin = coin("LTC", Map.of());
    assertThat(words.add(of(coin("XLT", Map.of())))).isTrue();
    assertThat(words.add(CoinFingerprint.of(coin, List.of(coin("DOGE", Map.of()))))).isTrue();
  }

  @Test
  void isTheSameWhateverThePeopleAndTheServersAreCalled() {
    String word = of(coin("LTC", Map.of()));
    assertThat(of(coin("LTC", Map.of("name", "Litecoin", "hashes_per_share", 65536))))
        .isEqualTo(word);
    assertThat(of(coin("LTC", Map.of("rules", List.of("segwit"))))).isEqualTo(word);
    Coin one = coin("DOGE", Map.of());
    Coin two = coin("NMC", Map.of());
    Coin main = coin("LTC", Map.of());
    assertThat(CoinFingerprint.of(main, List.of(one, two)))
        .isEqualTo(CoinFingerprint.of(main, List.of(two, one)));
  }

  @Test
  void ofAGroupDependsOnItsCoinsAndTheirOrder() {
    String group = group("LTC", "aa", "DOGE", "bb");
    // As version 1.0 wrote it.
    assertThat(group).isEqualTo("11a49ad88f8493ac");
    assertThat(group("LTC", "aa", "DOGE", "cc")).isNotEqualTo(group);
    assertThat(group("DOGE", "bb", "LTC", "aa")).isNotEqualTo(group);
    assertThat(group("XLT", "aa", "DOGE", "bb")).isNotEqualTo(group);
  }

  private static String group(String one, String word, String other, String otherWord) {
    Map<String, String> coins = new LinkedHashMap<>();
    coins.put(one, word);
    coins.put(other, otherWord);
    return CoinFingerprint.ofGroup(coins);
  }

  private static String of(Coin coin) {
    return CoinFingerprint.of(coin, List.of());
  }

  private static Coin coin(String currency, Map<String, Object> settings) {
    Map<String, Object> values = new HashMap<>();
    values.put("family", "bitcoin");
    values.put("algorithm", "scrypt");
    values.put("network", "regtest");
    values.put("networks", Map.of("regtest", Map.of("p2pkh", List.of(111), "p2sh", List.of(196))));
    values.put("pool_address", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn");
    values.putAll(settings);
    Faults faults = new Faults();
    Coin coin = Coin.from(currency, Section.root(values, faults)).orElseThrow();
    assertThat(faults.found()).isEmpty();
    return coin;
  }
}
