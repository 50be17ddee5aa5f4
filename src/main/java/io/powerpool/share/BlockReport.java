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
    String reason) {

  public BlockReport {
    Objects.requireNonNull(coin, "coin");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(hash, "hash");
    Objects.requireNonNull(worker, "worker");
    Objects.requireNonNull(bits, "bits");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(reason, "reason");
  }
}
