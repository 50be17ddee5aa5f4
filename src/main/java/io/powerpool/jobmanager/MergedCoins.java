package io.powerpool.jobmanager;

import io.powerpool.coin.BlockFit;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TransactionId;
import io.powerpool.config.Section;
import io.powerpool.merged.AuxCommitment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which configured coins are mined together: the key {@code merged} of a coin lists those whose
 * blocks its work stands for as well. These are entries of {@code coins} like any other, and are
 * not mined by themselves.
 */
public final class MergedCoins {

  private final Map<String, Section> sections;

  /** The auxiliary coins of each main one, in the order given. */
  private final Map<String, List<String>> auxiliaries = new LinkedHashMap<>();

  /** The main coin of each auxiliary one. */
  private final Map<String, String> mains = new HashMap<>();

  private MergedCoins(Map<String, Section> sections) {
    this.sections = sections;
  }

  /**
   * Reads the key {@code merged} of every coin; notes a fault where it names what it should not.
   *
   * @param sections the entries of {@code coins}
   */
  public static MergedCoins from(Map<String, Section> sections) {
    MergedCoins merged = new MergedCoins(sections);
    sections.forEach(
        (currency, section) -> {
          // Of a definition: known however the coin is mined, and wherever.
          AuxOptions.chainId(section);
          section.strings("merged", List.of()).forEach(aux -> merged.add(currency, section, aux));
        });
    return merged;
  }

  private void add(String main, Section section, String aux) {
    if (!sections.containsKey(aux)) {
      section.fault("merged", aux, "other entries of coins");
    } else if (aux.equals(main)) {
      section.fault("merged", aux, "others than the coin itself");
    } else if (mains.containsKey(aux)) {
      String other = mains.get(aux);
      section.fault(
          "merged",
          aux,
          other.equals(main) ? "each coin once" : "coins of its own, and " + other + " has it");
    } else if (sections.get(aux).has("merged")) {
      section.fault("merged", aux, "coins that have no merged coins themselves");
    } else {
      mains.put(aux, main);
      auxiliaries.computeIfAbsent(main, name -> new ArrayList<>()).add(aux);
    }
  }

  /** Whether the coin is mined together with another only. */
  public boolean isAuxiliary(String currency) {
    return mains.containsKey(currency);
  }

  /** The coin whose work stands for this auxiliary one. */
  public String mainOf(String auxiliary) {
    return mains.get(auxiliary);
  }

  /** The auxiliary coins of a main one, in the order given; empty if there are none. */
  public List<String> auxiliariesOf(String main) {
    return auxiliaries.getOrDefault(main, List.of());
  }

  /**
   * Checks what must fit between coins that are mined together.
   *
   * @param coins those that could be read
   */
  public void check(Map<String, Coin> coins) {
    auxiliaries.forEach(
        (main, names) -> {
          Map<Integer, String> chainIds = new HashMap<>();
          for (String name : names) {
            checkChainId(name, chainIds);
            if (coins.containsKey(main) && coins.containsKey(name)) {
              check(coins.get(main), coins.get(name));
            }
          }
          if (coins.containsKey(main)) {
            checkMain(coins.get(main));
          }
        });
  }

  private void checkChainId(String name, Map<Integer, String> chainIds) {
    int chainId = AuxOptions.chainId(sections.get(name));
    if (chainId > 0) {
      String other = chainIds.putIfAbsent(chainId, name);
      if (other != null) {
        sections
            .get(name)
            .fault(
                "chain_id",
                chainId,
                "another than that of "
                    + other
                    + ": two chains with one id cannot be mined together");
      }
    }
  }

  private void check(Coin main, Coin aux) {
    Section section = sections.get(aux.currency());
    if (!aux.algorithm().name().equals(main.algorithm().name())) {
      section.fault(
          "algorithm",
          aux.algorithm().name(),
          main.algorithm().name() + ", as " + main.currency() + ", with which it is merged");
    }
    if (aux.payouts().size() != 1) {
      section.fault(
          "payout", aux.payouts().size() + " addresses", "pool_address: one is paid by the node");
    }
  }

  private void checkMain(Coin main) {
    Section section = sections.get(main.currency());
    if (main.transactionId() != TransactionId.SHA256D) {
      section.fault(
          "merged",
          auxiliariesOf(main.currency()),
          "nothing: other chains do not know this coin's transaction ids");
    }
    if (!main.family().readableByOthers()) {
      section.fault(
          "merged",
          auxiliariesOf(main.currency()),
          "nothing: other chains cannot read the coinbase of the family " + main.family().name());
    }
    try {
      String excess = BlockFit.excessOfReserve(main, new byte[AuxCommitment.SIZE]);
      if (!excess.isEmpty()) {
        section.fault("merged", auxiliariesOf(main.currency()), "nothing: " + excess);
      }
    } catch (IllegalArgumentException e) {
      section.fault(
          "coinbase_tag",
          main.tag(),
          "a shorter text beside the commitment to merged chains: " + e.getMessage());
    }
  }
}
