package io.powerpool.share;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.merged.AuxProof;

/**
 * A share that also meets a network's target: everything that the job manager needs to build the
 * block, but the template's transactions. Byte arrays are shared and never changed.
 *
 * @param jobId the {@link io.powerpool.work.Job#templateId} of the job that it was found on
 * @param currency the coin's key
 * @param hash the block id
 * @param header the 80 bytes that were hashed; of a merged chain's block, those of the main chain
 * @param coinbase that of the header, without witness data, extranonce filled in
 * @param worker who found it
 * @param difficulty of the share as it was handed out
 * @param epochMillis when it was found, in milliseconds since 1970
 * @param node the node that found it
 * @param chain which of the pool's payout schemes it counts for
 * @param proof what a merged chain's block is handed in with; null for a block of the main chain
 */
public record SolvedBlock(
    long jobId,
    String currency,
    int height,
    Hash256 hash,
    byte[] header,
    byte[] coinbase,
    Worker worker,
    double difficulty,
    long epochMillis,
    String node,
    int chain,
    AuxProof proof) {

  /** A block of the first chain. */
  public SolvedBlock(
      long jobId,
      String currency,
      int height,
      Hash256 hash,
      byte[] header,
      byte[] coinbase,
      Worker worker,
      double difficulty,
      long epochMillis,
      String node,
      AuxProof proof) {
    this(
        jobId,
        currency,
        height,
        hash,
        header,
        coinbase,
        worker,
        difficulty,
        epochMillis,
        node,
        Share.FIRST_CHAIN,
        proof);
  }

  /** The same block, counted for another chain. */
  public SolvedBlock forChain(int other) {
    return new SolvedBlock(
        jobId,
        currency,
        height,
        hash,
        header,
        coinbase,
        worker,
        difficulty,
        epochMillis,
        node,
        other,
        proof);
  }

  /** Whether it is a block of a merged chain. */
  public boolean isMerged() {
    return proof != null;
  }

  /** Whether the reporters are told of it. */
  public boolean isReported() {
    return proof == null || proof.reported();
  }
}
