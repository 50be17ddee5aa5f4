package io.powerpool.jobmanager;

import io.powerpool.coin.Coin;
import io.powerpool.coin.CoinFingerprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** By which nodes tell whether their settings of what has a leader are the same. */
public final class SourceFingerprints {

  private SourceFingerprints() {}

  /**
   * The fingerprints of coins that are not only mined together with another, and of switching
   * groups, by name.
   *
   * @param merged what is mined together
   * @param coins all that could be read
   * @param groups the coins of each switching group, in the order configured
   */
  public static Map<String, String> of(
      MergedCoins merged, Map<String, Coin> coins, Map<String, List<String>> groups) {
    Map<String, String> words = new LinkedHashMap<>();
    coins.forEach(
        (currency, coin) -> {
          if (!merged.isAuxiliary(currency)) {
            List<Coin> others =
                merged.auxiliariesOf(currency).stream()
                    .filter(coins::containsKey)
                    .map(coins::get)
                    .toList();
            words.put(currency, CoinFingerprint.of(coin, others));
          }
        });
    groups.forEach(
        (name, members) -> {
          Map<String, String> ofMembers = new LinkedHashMap<>();
          members.forEach(member -> ofMembers.put(member, words.getOrDefault(member, "")));
          words.put(name, CoinFingerprint.ofGroup(ofMembers));
        });
    return words;
  }
}
