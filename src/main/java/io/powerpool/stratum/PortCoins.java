package io.powerpool.stratum;

import io.powerpool.bitcoin.Target;
import io.powerpool.coin.Coin;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.work.Job;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The coins of one port: one, or several of one algorithm that are mined in turn. Belongs to the
 * event loop.
 *
 * <p>The port counts difficulties as its first coin does: so its options are meant, and what miners
 * ask for. A job of another coin is handed out at that coin's difficulty for as much work.
 */
public final class PortCoins {

  private static final int MOST_TARGETS = 1024;

  private final List<Coin> coins;
  private final Map<Double, Target> targets = new HashMap<>();
  private Coin mined;
  private double scale = 1;

  PortCoins(List<Coin> coins) {
    this.coins = List.copyOf(coins);
    this.mined = coins.get(0);
  }

  /** Jobs are of this coin from now on. */
  void mine(Coin next) {
    if (!next.currency().equals(mined.currency())) {
      scale = scale(next);
      mined = next;
      targets.clear();
    }
  }

  /** The coin that is mined now. */
  public Coin mined() {
    return mined;
  }

  /** The coin as which the port counts difficulties. */
  public Coin first() {
    return coins.get(0);
  }

  /** The coin of a job of this port; for null the one that is mined now. */
  public Coin of(Job job) {
    if (job == null || job.currency().equals(mined.currency())) {
      return mined;
    }
    for (Coin coin : coins) {
      if (coin.currency().equals(job.currency())) {
        return coin;
      }
    }
    throw new IllegalArgumentException(job + " is of no coin of this port");
  }

  /** The version bits that miners may roll whichever coin is mined. */
  public int versionMask() {
    return coins.stream().mapToInt(Coin::versionMask).reduce(-1, (one, other) -> one & other);
  }

  /** By what a difficulty as the port counts is multiplied for the coin that is mined now. */
  public double scale() {
    return scale;
  }

  /** The same for any of its coins; exactly 1 where their difficulties 1 agree. */
  public double scale(Coin coin) {
    return coin.currency().equals(mined.currency())
        ? scale
        : Difficulty.ofTarget(first().difficultyOne(), coin.difficultyOne()).value();
  }

  /**
   * The target of a difficulty of the coin that is mined now; many miners share few difficulties,
   * so they are kept.
   */
  public Target target(double difficulty) {
    Target known = targets.get(difficulty);
    if (known == null) {
      if (targets.size() == MOST_TARGETS) {
        targets.clear();
      }
      known = Difficulty.of(difficulty).toTarget(mined.difficultyOne());
      targets.put(difficulty, known);
    }
    return known;
  }
}
