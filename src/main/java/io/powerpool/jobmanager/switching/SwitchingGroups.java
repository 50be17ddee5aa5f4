package io.powerpool.jobmanager.switching;

import io.powerpool.coin.Coin;
import io.powerpool.config.Section;
import io.powerpool.jobmanager.MergedCoins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The configured switching groups, by name. */
public final class SwitchingGroups {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,32}");

  private final Map<String, Section> sections;
  private final Map<String, SwitchingOptions> groups = new LinkedHashMap<>();

  private SwitchingGroups(Map<String, Section> sections) {
    this.sections = sections;
  }

  /**
   * Reads {@code switching}, and of every coin what matters there.
   *
   * @param root the whole configuration
   * @param merged which coins are not mined by themselves
   */
  public static SwitchingGroups from(Section root, MergedCoins merged) {
    Map<String, Section> coins = root.named("coins");
    Map<String, Integer> maxHeights = new LinkedHashMap<>();
    coins.forEach(
        (currency, coin) -> {
          if (!merged.isAuxiliary(currency)) {
            int height = coin.integer("max_blockheight", 0, 0, Integer.MAX_VALUE);
            if (height > 0) {
              maxHeights.put(currency, height);
            }
          }
        });
    SwitchingGroups groups = new SwitchingGroups(root.named("switching"));
    groups.sections.forEach(
        (name, section) -> {
          SwitchingOptions options = SwitchingOptions.from(name, section, maxHeights);
          groups.groups.put(name, options);
          if (!NAME.matcher(name).matches()) {
            section.fault(
                "coins", options.coins(), "a group's name of 1 to 32 letters, digits, _ or -");
          } else if (coins.containsKey(name)) {
            section.fault(
                "coins", options.coins(), "a group with another name than the coin " + name);
          }
          checkMembers(section, options.coins(), coins, merged);
        });
    return groups;
  }

  private static void checkMembers(
      Section section, List<String> members, Map<String, Section> coins, MergedCoins merged) {
    for (String member : members) {
      if (!coins.containsKey(member)) {
        section.fault("coins", member, "entries of coins: " + String.join(", ", coins.keySet()));
      } else if (merged.isAuxiliary(member)) {
        section.fault(
            "coins", member, merged.mainOf(member) + ", with which " + member + " is merged");
      }
    }
    if (new LinkedHashSet<>(members).size() != members.size()) {
      section.fault("coins", members, "each coin once");
    } else if (members.size() < 2) {
      section.fault("coins", members.isEmpty() ? null : members, "at least two entries of coins");
    }
  }

  /**
   * Checks that the coins of each group can be mined by the same miners.
   *
   * @param coins those that could be read
   */
  public void check(Map<String, Coin> coins) {
    groups.forEach(
        (name, options) -> {
          List<Coin> members = new ArrayList<>();
          options.coins().stream()
              .filter(coins::containsKey)
              .forEach(currency -> members.add(coins.get(currency)));
          members.forEach(coin -> check(sections.get(name), members.get(0), coin));
        });
  }

  private static void check(Section section, Coin first, Coin coin) {
    if (!coin.algorithm().name().equals(first.algorithm().name())) {
      section.fault(
          "coins",
          coin.currency() + " with " + coin.algorithm().name(),
          "coins of one algorithm: " + first.algorithm().name() + ", as " + first.currency());
    } else if (coin.extranonce1Size() != first.extranonce1Size()
        || coin.extranonce2Size() != first.extranonce2Size()) {
      // Miners that do not know mining.set_extranonce would have to connect again at every switch.
      section.fault(
          "coins",
          coin.currency() + " with extranonces of " + sizes(coin) + " bytes",
          "coins with extranonce1_size and extranonce2_size of "
              + sizes(first)
              + " bytes, as "
              + first.currency());
    }
  }

  private static String sizes(Coin coin) {
    return coin.extranonce1Size() + " and " + coin.extranonce2Size();
  }

  /** Each group's options. */
  public List<SwitchingOptions> options() {
    return List.copyOf(groups.values());
  }

  /** The coins of each group, in the order configured. */
  public Map<String, List<String>> coins() {
    Map<String, List<String>> coins = new LinkedHashMap<>();
    groups.forEach((name, options) -> coins.put(name, options.coins()));
    return coins;
  }
}
