package io.powerpool.share;

import io.powerpool.bitcoin.Hash256;
import java.util.Objects;

/**
 * What is known about a solved block. A later report for the same hash replaces an earlier one.
 *
 * @param epochMillis when it was solved
 * @param coin the currency of the chain it belongs to
 * @param algorithm the proof-of-work function's name
 * @param height its height in the chain
 * @param hash the block's id
 * @param worker who solved it
 * @param reward what its coinbase pays, in the currency's smallest unit
 * @param bits the network's compact target, 8 hexadecimal digits
 * @param networkDifficulty the network's difficulty
 * @param outcome what the coin's servers said
 * @param reason the server's words for a refusal, otherwise empty
 * @param fees the part of the reward that the block's transactions pay, in the smallest unit;
 *     {@link #UNKNOWN_FEES} where nobody has told: of merged chains, of nodes whose templates name
 *     no fees, and before a job manager has built the block
 */
public record BlockReport(
    long epochMillis,
    String coin,
    String algorithm,
    int height,
    Hash256 hash,
    Worker worker,
    long reward,
    String bits,
    double networkDifficulty,
    BlockOutcome outcome,
    String reason,
    long fees) {

  public static final long UNKNOWN_FEES = -1;

  public BlockReport {
    Objects.requireNonNull(coin, "coin");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(hash, "hash");
    Objects.requireNonNull(worker, "worker");
    Objects.requireNonNull(bits, "bits");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
  }

  /** A report that does not know the fees. */
  public BlockReport(
      long epochMillis,
      String coin,
      String algorithm,
      int height,
      Hash256 hash,
      Worker worker,
      long reward,
      String bits,
      double networkDifficulty,
      BlockOutcome outcome,
      String reason) {
    this(
        epochMillis,
        coin,
        algorithm,
        height,
        hash,
        worker,
        reward,
        bits,
        networkDifficulty,
        outcome,
        reason,
        UNKNOWN_FEES);
  }

  /** The same with another outcome. */
  public BlockReport with(BlockOutcome other, String words) {
    return new BlockReport(
        epochMillis,
        coin,
        algorithm,
        height,
        hash,
        worker,
        reward,
        bits,
        networkDifficulty,
        other,
        words,
        fees);
  }

  /** The same with these fees, in the smallest unit, or {@link #UNKNOWN_FEES}. */
  public BlockReport withFees(long sum) {
    return new BlockReport(
        epochMillis,
        coin,
        algorithm,
        height,
        hash,
        worker,
        reward,
        bits,
        networkDifficulty,
        outcome,
        reason,
        sum);
  }

  /** Whether the fees are known. */
  public boolean hasFees() {
    return fees >= 0;
  }
}
