package io.powerpool.devchain;

import static io.powerpool.devchain.BrokenRule.check;

import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import java.util.Arrays;
import java.util.List;

/**
 * The rules for blocks that another chain's work stands for, in the order and the words of
 * Dogecoin's and Namecoin's CheckAuxPowProofOfWork and CAuxPow::check. On purpose without any of
 * the code that the pool makes its proofs with.
 */
final class AuxPowCheck {

  /** The bit of a block's version that tells of a proof. */
  static final int MERGED_FLAG = 0x100;

  /** Tells where the root is: pchMergedMiningHeader. */
  private static final byte[] MAGIC = Hex.decode("fabe6d6d");

  private static final int LONGEST_CHAIN_BRANCH = 30;

  /** A root without the magic in front begins within so many bytes. */
  private static final int LAST_BARE_ROOT = 20;

  private final AuxRules rules;
  private final Hasher hasher;

  /**
   * @param hasher of the proof of work
   */
  AuxPowCheck(AuxRules rules, Hasher hasher) {
    this.rules = rules;
    this.hasher = hasher;
  }

  /** The rules for a header and its proof. */
  void checkBlock(BlockHeader header, AuxPowProof proof) throws BrokenRule {
    checkVersion(header);
    check(isMerged(header), "auxpow on block with non-auxpow version");
    checkProof(header.id(), header.bits(), chainId(header), proof);
  }

  /** The rules for a header without a proof, apart from its own work. */
  void checkAlone(BlockHeader header) throws BrokenRule {
    checkVersion(header);
    check(!isMerged(header), "no auxpow on block with auxpow version");
  }

  private void checkVersion(BlockHeader header) throws BrokenRule {
    check(
        !rules.strict() || chainId(header) == rules.chainId(), "block does not have our chain ID");
  }

  /**
   * The rules for a proof.
   *
   * @param hash the block that it is for
   * @param bits of that block
   * @param chainId of that block
   */
  void checkProof(Hash256 hash, CompactBits bits, int chainId, AuxPowProof proof)
      throws BrokenRule {
    BlockHeader parent = proof.parent();
    check(proof.index() == 0, "AuxPow is not a generate");
    check(!rules.strict() || chainId(parent) != chainId, "Aux POW parent has our chain ID");
    check(!rules.refusesFlaggedParent() || !isMerged(parent), "Aux POW parent has auxpow version");
    check(
        proof.chainBranch().size() <= LONGEST_CHAIN_BRANCH, "Aux POW chain merkle branch too long");
    byte[] root = reversed(fold(hash, proof.chainBranch(), proof.chainIndex()).toBytes());
    check(
        fold(proof.coinbase().txid(), proof.branch(), proof.index()).equals(parent.merkleRoot()),
        "Aux POW merkle root incorrect");
    check(!proof.coinbase().inputs().isEmpty(), "Aux POW coinbase has no inputs");
    byte[] script = proof.coinbase().inputs().get(0).script();
    int rootAt = find(script, root, 0);
    check(rootAt >= 0, "Aux POW missing chain merkle root in parent coinbase");
    int magicAt = find(script, MAGIC, 0);
    if (magicAt >= 0) {
      check(find(script, MAGIC, magicAt + 1) < 0, "Multiple merged mining headers in coinbase");
      check(
          magicAt + MAGIC.length == rootAt,
          "Merged mining header is not just before chain merkle root");
    } else {
      check(
          rootAt <= LAST_BARE_ROOT,
          "Aux POW chain merkle root must start in the first 20 bytes of the parent coinbase");
    }
    checkPlace(script, rootAt + root.length, chainId, proof);
    check(isWork(parent, bits), "AUX proof of work failed");
  }

  private static void checkPlace(byte[] script, int at, int chainId, AuxPowProof proof)
      throws BrokenRule {
    check(
        script.length - at >= 8,
        "Aux POW missing chain merkle tree size and nonce in parent coinbase");
    int height = proof.chainBranch().size();
    check(
        u32(script, at) == 1 << height,
        "Aux POW merkle branch size does not match parent coinbase");
    check(
        proof.chainIndex() == expectedIndex(u32(script, at + 4), chainId, height),
        "Aux POW wrong index");
  }

  /** In unsigned numbers of 32 bits, here with room to spare. */
  static int expectedIndex(int nonce, int chainId, int height) {
    long mask = 0xffffffffL;
    long random = nonce & mask;
    random = (random * 1103515245L + 12345) & mask;
    random = (random + chainId) & mask;
    random = (random * 1103515245L + 12345) & mask;
    return (int) (random % (1L << height));
  }

  /** CheckMerkleBranch: the lowest bit of the index tells on which side the first step is. */
  static Hash256 fold(Hash256 leaf, List<Hash256> branch, int index) {
    Hash256 node = leaf;
    int rest = index;
    for (Hash256 beside : branch) {
      ByteSink pair = new ByteSink(2 * Hash256.SIZE);
      if ((rest & 1) == 1) {
        pair.hash(beside).hash(node);
      } else {
        pair.hash(node).hash(beside);
      }
      node = Hash256.of(Sha256.twice(pair.toBytes()));
      rest >>>= 1;
    }
    return node;
  }

  private boolean isWork(BlockHeader parent, CompactBits bits) {
    byte[] hash = new byte[Hash256.SIZE];
    hasher.hash(parent.toBytes(), 0, hash, 0);
    return bits.toTarget().isMetBy(hash, 0);
  }

  static boolean isMerged(BlockHeader header) {
    return (header.version() & MERGED_FLAG) != 0;
  }

  private static int chainId(BlockHeader header) {
    return header.version() >>> 16;
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      result[i] = bytes[bytes.length - 1 - i];
    }
    return result;
  }

  private static int find(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at + wanted.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  private static int u32(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }
}
