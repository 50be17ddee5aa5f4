package io.powerpool.reporter;

import io.powerpool.config.Section;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.OtherEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.share.BlockListener;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which shares and blocks a reporter is told of.
 *
 * @param chains payout schemes, as ports are configured; empty for all
 * @param coins currencies: of a share the one of its port, of a block its own; empty for all
 */
public record ShareFilter(Set<Integer> chains, Set<String> coins) {

  public static final ShareFilter ALL = new ShareFilter(Set.of(), Set.of());

  private static final OtherEntry OTHER = new OtherEntry();

  public ShareFilter {
    chains = Set.copyOf(chains);
    coins = Set.copyOf(coins);
  }

  /**
   * Reads {@code chains} and {@code coins}.
   *
   * @param known the currencies that are configured
   */
  public static ShareFilter from(Section section, Set<String> known) {
    Set<Integer> chains = new LinkedHashSet<>();
    for (double chain : section.numbers("chains", List.of(), 1, Integer.MAX_VALUE)) {
      if (chain == Math.rint(chain)) {
        chains.add((int) chain);
      } else {
        section.fault("chains", chain, "whole numbers, as ports have them for their chain");
      }
    }
    Set<String> coins = new LinkedHashSet<>(section.strings("coins", List.of()));
    for (String coin : coins) {
      // A node that runs reporters alone may know no coins.
      if (!known.isEmpty() && !known.contains(coin)) {
        section.fault("coins", coin, "one or more of " + String.join(", ", known));
      }
    }
    return new ShareFilter(chains, coins);
  }

  /** Whether there may be a share that both take. */
  boolean overlaps(ShareFilter other) {
    return overlap(chains, other.chains) && overlap(coins, other.coins);
  }

  private static boolean overlap(Set<?> some, Set<?> others) {
    return some.isEmpty() || others.isEmpty() || !Collections.disjoint(some, others);
  }

  /** The entry, or one that says nothing in its place. What has neither is for everybody. */
  JournalEntry apply(JournalEntry entry) {
    if (entry instanceof ShareEntry share) {
      return takes(share.share().chain(), share.share().coin()) ? entry : OTHER;
    }
    if (entry instanceof BlockEntry block) {
      return takes(block.chain(), block.block().coin()) ? entry : OTHER;
    }
    return entry;
  }

  private boolean takes(int chain, String coin) {
    return (chains.isEmpty() || chain == BlockListener.ANY_CHAIN || chains.contains(chain))
        && (coins.isEmpty() || coins.contains(coin));
  }
}
