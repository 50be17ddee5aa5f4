package io.powerpool.devchain;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.bitcoin.Target;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A block under construction, to be spoiled in every place before it is solved. */
final class BlockDraft {

  int version;
  Hash256 previous;
  Hash256 merkleRoot;
  long time;
  CompactBits bits;
  Algorithm algorithm;
  boolean solved = true;

  int height;
  byte[] coinbaseScript;
  int coinbaseSequence = -1;
  int coinbaseLockTime;
  List<byte[]> coinbaseWitness = new ArrayList<>(List.of(new byte[32]));
  List<Transaction.Output> outputs = new ArrayList<>();
  byte[] commitment;
  final List<Transaction> transactions = new ArrayList<>();

  static BlockDraft of(DevChain chain, long epochMillis) {
    ChainTemplate template = chain.template(epochMillis);
    BlockDraft draft = new BlockDraft();
    draft.version = template.version();
    draft.previous = template.previous();
    draft.time = template.currentTime();
    draft.bits = template.bits();
    draft.algorithm = chain.options().algorithm();
    draft.height = template.height();
    draft.coinbaseScript =
        new ByteSink()
            .bytes(Script.pushNumber(template.height()))
            .u8(8)
            .u64(0x0102030405060708L)
            .toBytes();
    draft.outputs.add(
        new Transaction.Output(template.coinbaseValue(), Script.payToKeyHash(new byte[20])));
    draft.commitment = template.witnessCommitment();
    template.entries().forEach(entry -> draft.transactions.add(entry.transaction()));
    return draft;
  }

  /** Pays this much more, or less. */
  void pay(long more) {
    Transaction.Output first = outputs.get(0);
    outputs.set(0, new Transaction.Output(first.value() + more, first.script()));
  }

  /** Writes the commitment that fits the transactions. */
  void commit() {
    List<Hash256> wtxids = transactions.stream().map(Transaction::wtxid).toList();
    byte[] pair =
        new ByteSink()
            .hash(MerkleBranch.of(wtxids).root(Hash256.ZERO))
            .bytes(new byte[32])
            .toBytes();
    commitment =
        new ByteSink().bytes(Hex.decode("6a24aa21a9ed")).bytes(Sha256.twice(pair)).toBytes();
  }

  Transaction coinbase() {
    List<Transaction.Output> all = new ArrayList<>(outputs);
    if (commitment != null) {
      all.add(new Transaction.Output(0, commitment));
    }
    return new Transaction(
        2,
        List.of(
            new Transaction.Input(
                OutPoint.NONE, coinbaseScript, coinbaseSequence, coinbaseWitness)),
        all,
        coinbaseLockTime);
  }

  /** Solves the block; or, if so wished, finds a nonce that does not solve it. */
  Block toBlock() {
    Transaction coinbase = coinbase();
    Hash256 root =
        merkleRoot != null
            ? merkleRoot
            : MerkleBranch.of(transactions.stream().map(Transaction::txid).toList())
                .root(coinbase.txid());
    List<Transaction> all = Stream.concat(Stream.of(coinbase), transactions.stream()).toList();
    Hasher hasher = algorithm.newHasher();
    for (int nonce = 0; ; nonce++) {
      BlockHeader header = new BlockHeader(version, previous, root, (int) time, bits, nonce);
      byte[] hash = new byte[Hash256.SIZE];
      hasher.hash(header.toBytes(), 0, hash, 0);
      if (Hash256.of(hash).meets(target()) == solved) {
        return new Block(header, all);
      }
    }
  }

  byte[] toBytes() {
    return toBlock().toBytes();
  }

  private Target target() {
    try {
      return bits.toTarget();
    } catch (IllegalArgumentException e) {
      return Target.EASIEST;
    }
  }
}
