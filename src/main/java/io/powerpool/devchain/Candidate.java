package io.powerpool.devchain;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Target;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.List;

/** A block that the chain makes itself, complete but for the proof of work. Immutable. */
final class Candidate {

  private static final int TRANSACTION_VERSION = 2;
  private static final int SEQUENCE_FINAL = 0xffffffff;
  private static final byte[] RESERVED_VALUE = new byte[32];

  private final ChainTemplate template;
  private final byte[] payoutScript;
  private final Algorithm algorithm;
  private final long tag;

  /**
   * @param tag makes the coinbase differ from those of other blocks of this height
   */
  Candidate(ChainTemplate template, byte[] payoutScript, Algorithm algorithm, long tag) {
    this.template = template;
    this.payoutScript = payoutScript;
    this.algorithm = algorithm;
    this.tag = tag;
  }

  /** Searches for a nonce, with one thread, for as long as it takes. */
  Block solve() {
    Hasher hasher = algorithm.newHasher();
    Target target = template.bits().toTarget();
    byte[] hash = new byte[Hash256.SIZE];
    for (int attempt = 0; ; attempt++) {
      Block block = block(attempt);
      byte[] header = block.header().toBytes();
      do {
        hasher.hash(header, 0, hash, 0);
        if (target.isMetBy(hash, 0)) {
          return new Block(BlockHeader.read(header, 0), block.transactions());
        }
      } while (countUp(header));
    }
  }

  /** The block as it is, for work that is done elsewhere. */
  Block unsolved() {
    return block(0);
  }

  /** The next nonce; false after the last one. */
  private static boolean countUp(byte[] header) {
    for (int i = BlockHeader.SIZE - 4; i < BlockHeader.SIZE; i++) {
      if (++header[i] != 0) {
        return true;
      }
    }
    return false;
  }

  private Block block(int attempt) {
    List<Transaction> transactions = new ArrayList<>();
    transactions.add(coinbase(attempt));
    template.entries().forEach(entry -> transactions.add(entry.transaction()));
    Hash256 root = MerkleTree.of(transactions.stream().map(Transaction::txid).toList()).root();
    BlockHeader header =
        new BlockHeader(
            template.version(),
            template.previous(),
            root,
            (int) template.currentTime(),
            template.bits(),
            0);
    return new Block(header, transactions);
  }

  private Transaction coinbase(int attempt) {
    byte[] script =
        new ByteSink(24)
            .bytes(Script.pushNumber(template.height()))
            .u8(12)
            .u64(tag)
            .u32(attempt)
            .toBytes();
    Transaction.Input input =
        new Transaction.Input(OutPoint.NONE, script, SEQUENCE_FINAL, List.of(RESERVED_VALUE));
    return new Transaction(
        TRANSACTION_VERSION,
        List.of(input),
        List.of(
            new Transaction.Output(template.coinbaseValue(), payoutScript),
            new Transaction.Output(0, template.witnessCommitment())),
        0);
  }
}
