package io.powerpool.share;

import java.util.Objects;

/**
 * One judged submission, accepted or not.
 *
 * @param epochMillis when it was judged
 * @param coin the currency mined, as the configuration names it
 * @param algorithm the proof-of-work function's name
 * @param worker who sent it
 * @param difficulty the difficulty that its work was handed out with: what the share counts
 * @param verdict what became of it
 * @param height the height of the block it was meant for, 0 if the job is unknown
 * @param chain which of the pool's payout schemes it counts for, as its port was configured
 */
public record Share(
    long epochMillis,
    String coin,
    String algorithm,
    Worker worker,
    double difficulty,
    Verdict verdict,
    int height,
    int chain) {

  /** The chain of a pool that has no others. */
  public static final int FIRST_CHAIN = 1;

  public Share {
    Objects.requireNonNull(coin, "coin");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(worker, "worker");
    Objects.requireNonNull(verdict, "verdict");
  }

  /** A share of the first chain. */
  public Share(
      long epochMillis,
      String coin,
      String algorithm,
      Worker worker,
      double difficulty,
      Verdict verdict,
      int height) {
    this(epochMillis, coin, algorithm, worker, difficulty, verdict, height, FIRST_CHAIN);
  }
}
