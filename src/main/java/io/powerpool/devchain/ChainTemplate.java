package io.powerpool.devchain;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import java.util.List;

/**
 * What the chain offers to mine on.
 *
 * @param entries the waiting transactions that fit, parents before children
 * @param coinbaseValue subsidy and fees
 * @param minimumTime seconds since 1970
 * @param currentTime seconds since 1970
 * @param witnessCommitment the script of the commitment output for exactly these transactions
 * @param longPollId see {@link DevChain#longPollId}
 */
record ChainTemplate(
    int height,
    Hash256 previous,
    int version,
    CompactBits bits,
    long minimumTime,
    long currentTime,
    long coinbaseValue,
    List<Mempool.Entry> entries,
    byte[] witnessCommitment,
    String longPollId) {

  /** The same for a header of another version. */
  ChainTemplate withVersion(int other) {
    return new ChainTemplate(
        height,
        previous,
        other,
        bits,
        minimumTime,
        currentTime,
        coinbaseValue,
        entries,
        witnessCommitment,
        longPollId);
  }
}
