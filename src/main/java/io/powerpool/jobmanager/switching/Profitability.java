package io.powerpool.jobmanager.switching;

import io.powerpool.bitcoin.Target;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.Job;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What work on a coin is worth: (block value in coins × profit ÷ difficulty) × ratio × 10^6, as
 * PowerPool reckons it, and the same for every chain that is merged with it and has a price.
 */
final class Profitability {

  /** As many smallest units make a coin, of all coins of Bitcoin's kind. */
  private static final double UNITS_PER_COIN = 1e8;

  private static final double SCALE = 1e6;

  private final Target difficultyOne;
  private final Map<String, Integer> maxHeights;

  /**
   * @param difficultyOne as which the difficulties of all coins are counted, or they could not be
   *     compared
   * @param maxHeights by coin: from this height on it is worth nothing
   */
  Profitability(Target difficultyOne, Map<String, Integer> maxHeights) {
    this.difficultyOne = difficultyOne;
    this.maxHeights = Map.copyOf(maxHeights);
  }

  /**
   * The score of a coin.
   *
   * @param job the coin's newest
   * @param prices of the coin and of chains merged with it; without one it is worth nothing
   */
  double score(Job job, Function<String, Optional<Price>> prices) {
    if (isOver(job)) {
      return 0;
    }
    double score =
        prices
            .apply(job.currency())
            .map(price -> score(job.reward(), price, job.networkTarget()))
            .orElse(0.0);
    for (MergedWork merged : job.merged()) {
      score +=
          prices
              .apply(merged.currency())
              .map(price -> score(merged.work().value(), price, merged.target()))
              .orElse(0.0);
    }
    return score;
  }

  /** Whether a coin is beyond the height up to which it is to be mined. */
  boolean isOver(Job job) {
    Integer limit = maxHeights.get(job.currency());
    return limit != null && job.height() >= limit;
  }

  /** A block target's difficulty, counted as all coins' are. */
  double difficulty(Target target) {
    return Difficulty.ofTarget(target, difficultyOne).value();
  }

  private double score(long reward, Price price, Target target) {
    return reward / UNITS_PER_COIN * price.profit() / difficulty(target) * price.ratio() * SCALE;
  }
}
