package io.powerpool.merged;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;

/**
 * What an auxiliary chain's node offers to mine on: its answer to {@code createauxblock} or {@code
 * getauxblock}. The node keeps the block; all that the pool knows of it is this.
 *
 * @param hash the block's id, which is what is committed to
 * @param chainId tells the chain from others in a tree, 0 to 65,535
 * @param previous the parent's block id
 * @param bits what a hash must meet to be this block
 * @param height of the block, or {@link #UNKNOWN_HEIGHT}
 * @param value what its coinbase pays, in the smallest unit
 */
public record AuxWork(
    Hash256 hash, int chainId, Hash256 previous, CompactBits bits, int height, long value) {

  /** Of a node that does not tell: old ones. */
  public static final int UNKNOWN_HEIGHT = -1;

  /** The version of a block has room for 16 bits of it. */
  public static final int LARGEST_CHAIN_ID = 0xffff;

  /** The same with the height known. */
  public AuxWork withHeight(int known) {
    return new AuxWork(hash, chainId, previous, bits, known, value);
  }
}
