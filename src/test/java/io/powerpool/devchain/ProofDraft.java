package io.powerpool.devchain;

import io.powerpool.algorithm.Hasher;
import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Target;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A proof that keeps all rules, of which a test changes one thing; all that follows adapts. */
final class ProofDraft {

  static final int CHAIN = 5;
  static final Hash256 HASH = Hash256.ofDisplayHex("5a".repeat(32));
  static final CompactBits BITS = DevChainOptions.EASIEST_BITS;

  int index;
  int parentVersion = 0x20000000;
  int chainHeight = 3;
  int nonce = 7;
  int size = 1 << 3;
  int chainIndex = AuxPowCheck.expectedIndex(7, CHAIN, 3);
  String before = "03112233fabe6d6d";
  String after = "0c000000";
  int cut;
  boolean rootChanged;
  boolean branchChanged;
  boolean inputs = true;
  boolean solved = true;

  AuxPowProof proof() {
    List<Hash256> chainBranch = new ArrayList<>();
    for (int i = 0; i < chainHeight; i++) {
      chainBranch.add(Hash256.ofDisplayHex(String.format("%064x", 100 + i)));
    }
    Hash256 root = AuxPowCheck.fold(rootChanged ? Hash256.ZERO : HASH, chainBranch, chainIndex);
    byte[] script =
        new ByteSink()
            .bytes(Hex.decode(before))
            .bytes(Hex.decode(root.toString()))
            .u32(size)
            .u32(nonce)
            .bytes(Hex.decode(after))
            .toBytes();
    byte[] kept = Arrays.copyOf(script, script.length - cut);
    Transaction coinbase =
        new Transaction(
            2,
            inputs ? List.of(new Transaction.Input(OutPoint.NONE, kept, -1, List.of())) : List.of(),
            List.of(),
            0);
    Hash256 beside = Hash256.ofDisplayHex("77".repeat(32));
    List<Hash256> branch = List.of(beside);
    Hash256 merkleRoot =
        AuxPowCheck.fold(coinbase.txid(), branchChanged ? List.of() : branch, index);
    return new AuxPowProof(
        coinbase, Hash256.ZERO, branch, index, chainBranch, chainIndex, solve(merkleRoot));
  }

  private BlockHeader solve(Hash256 merkleRoot) {
    Hasher hasher = new Sha256d().newHasher();
    Target target = BITS.toTarget();
    byte[] hash = new byte[Hash256.SIZE];
    for (int tried = 0; ; tried++) {
      BlockHeader header =
          new BlockHeader(
              parentVersion, Hash256.ZERO, merkleRoot, 0, CompactBits.ofHex("1d00ffff"), tried);
      hasher.hash(header.toBytes(), 0, hash, 0);
      if (target.isMetBy(hash, 0) == solved) {
        return header;
      }
    }
  }
}
