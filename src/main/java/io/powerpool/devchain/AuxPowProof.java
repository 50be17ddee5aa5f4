package io.powerpool.devchain;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.List;

/**
 * A proof that another chain's work stands for a block: CAuxPow as it is on the wire.
 *
 * @param coinbase of the parent block
 * @param parentHash not looked at by any node
 * @param branch from the coinbase to the parent's merkle root
 * @param index of the coinbase in the parent block
 * @param chainBranch from the block's hash to the root that the coinbase commits to
 * @param chainIndex the chain's place in that tree
 * @param parent the header that has the work
 */
record AuxPowProof(
    Transaction coinbase,
    Hash256 parentHash,
    List<Hash256> branch,
    int index,
    List<Hash256> chainBranch,
    int chainIndex,
    BlockHeader parent) {

  /**
   * Reads a proof and leaves the source behind it.
   *
   * @throws IllegalArgumentException if nodes would not decode it either
   */
  static AuxPowProof read(ByteSource source) {
    return new AuxPowProof(
        Transaction.read(source),
        source.hash(),
        hashes(source),
        source.u32(),
        hashes(source),
        source.u32(),
        BlockHeader.read(source.bytes(BlockHeader.SIZE), 0));
  }

  private static List<Hash256> hashes(ByteSource source) {
    List<Hash256> hashes = new ArrayList<>();
    for (int left = source.varInt(); left > 0; left--) {
      hashes.add(source.hash());
    }
    return hashes;
  }
}
