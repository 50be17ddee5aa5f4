package io.powerpool.devchain;

import static io.powerpool.devchain.BrokenRule.check;

import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The consensus rules that need no coins, in Bitcoin Core's order and words. Source: CheckBlock,
 * ContextualCheckBlockHeader and ContextualCheckBlock in validation.cpp, and
 * consensus/tx_check.cpp, of Bitcoin Core 0.21, with every soft fork active from the first block.
 */
final class BlockRules {

  static final int MAX_WEIGHT = 4_000_000;
  static final int MAX_SIGOPS_COST = 80_000;

  /** A signature operation outside a witness costs as many bytes do: four times. */
  static final int WITNESS_SCALE = 4;

  private static final long MAX_MONEY = 21_000_000L * 100_000_000L;
  private static final int MAX_FUTURE_SECONDS = 7_200;
  static final int LOWEST_VERSION = 4;
  private static final int LOCK_TIME_THRESHOLD = 500_000_000;
  private static final int SEQUENCE_FINAL = 0xffffffff;

  /** OP_RETURN, a push of 36 bytes, and the marker of a witness commitment (BIP 141). */
  private static final byte[] COMMITMENT_START = Hex.decode("6a24aa21a9ed");

  private BlockRules() {}

  /** The rules for a header on its own, apart from the proof of work. */
  static void checkHeader(
      BlockHeader header, BlockEntry parent, CompactBits expectedBits, long epochMillis)
      throws BrokenRule {
    long time = Integer.toUnsignedLong(header.time());
    check(header.bits().equals(expectedBits), "bad-diffbits");
    check(time > parent.medianTime(), "time-too-old");
    check(time <= epochMillis / 1_000 + MAX_FUTURE_SECONDS, "time-too-new");
    check(header.version() >= LOWEST_VERSION, "bad-version(0x" + Hex.ofInt(header.version()) + ")");
  }

  /** The rules for a block that need nothing but the block. */
  static void checkBlock(Block block) throws BrokenRule {
    List<Transaction> transactions = block.transactions();
    List<Hash256> leaves = transactions.stream().map(Transaction::txid).toList();
    MerkleTree tree = MerkleTree.of(leaves);
    if (!tree.root().equals(block.header().merkleRoot())) {
      throw BrokenRule.inThisCopy("bad-txnmrklroot");
    }
    if (tree.hasTwins()) {
      throw BrokenRule.inThisCopy("bad-txns-duplicate");
    }
    check(
        !transactions.isEmpty()
            && (long) transactions.size() * WITNESS_SCALE <= MAX_WEIGHT
            && (long) block.strippedSize() * WITNESS_SCALE <= MAX_WEIGHT,
        "bad-blk-length");
    check(transactions.get(0).isCoinbase(), "bad-cb-missing");
    check(transactions.stream().skip(1).noneMatch(Transaction::isCoinbase), "bad-cb-multiple");
    long sigops = 0;
    for (Transaction transaction : transactions) {
      checkTransaction(transaction);
      sigops += legacySigops(transaction);
    }
    check(sigops * WITNESS_SCALE <= MAX_SIGOPS_COST, "bad-blk-sigops");
  }

  /** The rules for a transaction that need nothing but the transaction. */
  static void checkTransaction(Transaction transaction) throws BrokenRule {
    check(!transaction.inputs().isEmpty(), "bad-txns-vin-empty");
    check(!transaction.outputs().isEmpty(), "bad-txns-vout-empty");
    check((long) transaction.strippedSize() * WITNESS_SCALE <= MAX_WEIGHT, "bad-txns-oversize");
    long sum = 0;
    for (Transaction.Output output : transaction.outputs()) {
      check(output.value() >= 0, "bad-txns-vout-negative");
      check(output.value() <= MAX_MONEY, "bad-txns-vout-toolarge");
      sum += output.value();
      check(isMoney(sum), "bad-txns-txouttotal-toolarge");
    }
    Set<OutPoint> spent = new HashSet<>();
    for (Transaction.Input input : transaction.inputs()) {
      check(spent.add(input.previous()), "bad-txns-inputs-duplicate");
    }
    if (transaction.isCoinbase()) {
      int length = transaction.inputs().get(0).script().length;
      check(length >= 2 && length <= 100, "bad-cb-length");
    } else {
      check(!spent.contains(OutPoint.NONE), "bad-txns-prevout-null");
    }
  }

  /** The rules for a block at its place in the chain, apart from those about coins. */
  static void checkPlace(Block block, BlockEntry parent) throws BrokenRule {
    int height = parent.height() + 1;
    for (Transaction transaction : block.transactions()) {
      check(isFinal(transaction, height, parent.medianTime()), "bad-txns-nonfinal");
    }
    byte[] script = block.transactions().get(0).inputs().get(0).script();
    byte[] push = Script.pushNumber(height);
    check(
        script.length >= push.length && Arrays.equals(script, 0, push.length, push, 0, push.length),
        "bad-cb-height");
    checkWitness(block);
    check(block.weight() <= MAX_WEIGHT, "bad-blk-weight");
  }

  /** The index of the coinbase output with the witness commitment, or -1. */
  static int commitmentIndex(Transaction coinbase) {
    for (int i = coinbase.outputs().size() - 1; i >= 0; i--) {
      byte[] script = coinbase.outputs().get(i).script();
      int length = COMMITMENT_START.length;
      if (script.length >= length + Hash256.SIZE
          && Arrays.equals(script, 0, length, COMMITMENT_START, 0, length)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The script that commits to the witnesses of these transactions, the coinbase left out, with
   * this reserved value.
   */
  static byte[] commitmentScript(List<Transaction> afterCoinbase, byte[] reserved) {
    List<Hash256> leaves = new ArrayList<>();
    leaves.add(Hash256.ZERO);
    afterCoinbase.forEach(transaction -> leaves.add(transaction.wtxid()));
    byte[] pair = new ByteSink(64).hash(MerkleTree.of(leaves).root()).bytes(reserved).toBytes();
    return new ByteSink(38).bytes(COMMITMENT_START).bytes(Sha256.twice(pair)).toBytes();
  }

  /** Signature operations as counted before P2SH and segwit. */
  static int legacySigops(Transaction transaction) {
    int count = 0;
    for (Transaction.Input input : transaction.inputs()) {
      count += Script.legacySigops(input.script());
    }
    for (Transaction.Output output : transaction.outputs()) {
      count += Script.legacySigops(output.script());
    }
    return count;
  }

  static boolean isFinal(Transaction transaction, int height, long medianTime) {
    long lockTime = Integer.toUnsignedLong(transaction.lockTime());
    return lockTime == 0
        || lockTime < (lockTime < LOCK_TIME_THRESHOLD ? height : medianTime)
        || transaction.inputs().stream().allMatch(input -> input.sequence() == SEQUENCE_FINAL);
  }

  static boolean isMoney(long value) {
    return value >= 0 && value <= MAX_MONEY;
  }

  static long outputSum(Transaction transaction) {
    return transaction.outputs().stream().mapToLong(Transaction.Output::value).sum();
  }

  private static void checkWitness(Block block) throws BrokenRule {
    List<Transaction> transactions = block.transactions();
    Transaction coinbase = transactions.get(0);
    int index = commitmentIndex(coinbase);
    if (index < 0) {
      if (transactions.stream().anyMatch(Transaction::hasWitness)) {
        throw BrokenRule.inThisCopy("unexpected-witness");
      }
      return;
    }
    List<byte[]> witness = coinbase.inputs().get(0).witness();
    if (witness.size() != 1 || witness.get(0).length != Hash256.SIZE) {
      throw BrokenRule.inThisCopy("bad-witness-nonce-size");
    }
    byte[] expected =
        commitmentScript(transactions.subList(1, transactions.size()), witness.get(0));
    byte[] found = coinbase.outputs().get(index).script();
    if (!Arrays.equals(expected, 0, expected.length, found, 0, expected.length)) {
      throw BrokenRule.inThisCopy("bad-witness-merkle-match");
    }
  }
}
