package io.powerpool.merged;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.Sha256;

/** Writes the proof that a main chain's header stands for an auxiliary chain's block. */
public final class AuxPow {

  /** Of the coinbase among the main block's transactions. */
  private static final int COINBASE_INDEX = 0;

  private AuxPow() {}

  /**
   * The proof for a solved block.
   *
   * @param coinbase of the main block, whole, without witness data
   * @param branch from the coinbase to the header's merkle root
   * @param work the chain's place in the tree that the coinbase commits to
   * @param header the 80 bytes that were hashed
   */
  public static AuxProof prove(
      byte[] coinbase, MerkleBranch branch, MergedWork work, byte[] header) {
    AuxWork solved = work.work();
    return new AuxProof(
        solved.previous(),
        solved.bits(),
        solved.value(),
        work.offer().reported(),
        write(coinbase, branch, work, header));
  }

  /** The bytes of CAuxPow; hashes in internal order, numbers little-endian. */
  static byte[] write(byte[] coinbase, MerkleBranch branch, MergedWork work, byte[] header) {
    int steps = branch.size() + work.branch().length / Hash256.SIZE;
    return new ByteSink(coinbase.length + header.length + (steps + 1) * Hash256.SIZE + 16)
        .bytes(coinbase)
        // The header's id. No node looks at it, and there are others than us who leave it empty.
        .bytes(Sha256.twice(header))
        .varInt(branch.size())
        .bytes(branch.toBytes())
        .u32(COINBASE_INDEX)
        .varInt(work.branch().length / Hash256.SIZE)
        .bytes(work.branch())
        .u32(work.slot())
        .bytes(header)
        .toBytes();
  }
}
