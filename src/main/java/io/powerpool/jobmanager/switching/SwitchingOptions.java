package io.powerpool.jobmanager.switching;

import io.powerpool.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Coins of one algorithm that a port mines in turn.
 *
 * @param name of the group, which ports name in place of a coin
 * @param coins at least two; the first is preferred where scores are equal, and difficulties are
 *     counted as it does
 * @param margin by which factor another coin must be worth more to be mined at once
 * @param pollInterval how often prices are asked for
 * @param staleAfter how long a price counts that is not heard again
 * @param maxHeights by coin: from this height on it is worth nothing
 */
public record SwitchingOptions(
    String name,
    List<String> coins,
    double margin,
    Duration pollInterval,
    Duration staleAfter,
    PriceOptions prices,
    Map<String, Integer> maxHeights) {

  public SwitchingOptions {
    coins = List.copyOf(coins);
    maxHeights = Map.copyOf(maxHeights);
  }

  /** Reads an entry of {@code switching}. The defaults are PowerPool's, where it has one. */
  static SwitchingOptions from(String name, Section section, Map<String, Integer> maxHeights) {
    return new SwitchingOptions(
        name,
        section.strings("coins", List.of()),
        section.number("margin_switch", 1.2, 1, 1000),
        section.duration(
            "profit_poll_int", Duration.ofSeconds(1), Duration.ofMillis(100), Duration.ofHours(1)),
        section.duration(
            "stale_after", Duration.ofMinutes(10), Duration.ofSeconds(1), Duration.ofDays(7)),
        PriceOptions.from(section.section("prices")),
        maxHeights);
  }
}
