package io.powerpool.coin;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.bitcoin.Transaction;
import io.powerpool.bitcoin.VarInt;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps blocks within the limits of their chain. A node fills a template up to a reserve that it
 * keeps free for the coinbase; a coinbase that is larger makes a block that everybody refuses, so
 * the last transactions have to go.
 */
public final class BlockFit {

  /**
   * Weight units that a node keeps free for header, transaction count and coinbase, unless told
   * otherwise: Bitcoin Core's DEFAULT_BLOCK_RESERVED_WEIGHT since version 29, and before, as in
   * Litecoin 0.21, twice 4000 in miner.cpp (the start of nBlockWeight and the distance of
   * nBlockMaxWeight from the limit).
   */
  static final int RESERVED_WEIGHT = 8000;

  /**
   * Signature operations that a node keeps free for the coinbase, in units of cost: the start of
   * nBlockSigOpsCost in miner.cpp.
   */
  static final int RESERVED_SIGOPS = 400;

  /** A byte outside a witness, and a signature operation there, weigh four times (BIP 141). */
  private static final int WITNESS_SCALE = 4;

  /** Marker, flag, and a stack of one item of 32 bytes. */
  private static final int COINBASE_WITNESS_BYTES = 2 + 34;

  /** OP_RETURN, a push of 36 bytes, and the marker of a witness commitment (BIP 141). */
  private static final byte[] COMMITMENT_START = Hex.decode("6a24aa21a9ed");

  /** As many as a job's mark has. */
  private static final byte[] MARK = new byte[6];

  private BlockFit() {}

  /**
   * The template with as many of its last transactions left out as a block of it, with our
   * coinbase, has too much, its value and witness commitment adjusted. The same template if nothing
   * has to go, or if nothing can: see {@link #excess}.
   */
  public static BlockTemplate fit(BlockTemplate template, Coin coin) {
    BlockSum sum = new BlockSum(template, coinbase(template, coin));
    if (sum.excess().isEmpty() || !cuttable(template)) {
      return template;
    }
    List<TemplateTransaction> all = template.transactions();
    int kept = all.size();
    long value = template.coinbaseValue();
    while (!sum.excess().isEmpty()) {
      if (kept == 0 || all.get(kept - 1).fee() < 0) {
        return template;
      }
      TemplateTransaction last = all.get(--kept);
      sum.leaveOut(last);
      value -= last.fee();
    }
    List<TemplateTransaction> left = all.subList(0, kept);
    byte[] commitment = template.witnessCommitment() == null ? null : commitment(left);
    return value < 0 ? template : template.with(left, value, commitment);
  }

  /** In which way a block of this template would be too large, in words; empty if it would not. */
  public static String excess(BlockTemplate template, Coin coin) {
    return new BlockSum(template, coinbase(template, coin)).excess();
  }

  /**
   * In which way a coin's coinbase is larger than what nodes keep free, in words; empty if it is
   * not.
   *
   * @param flags what stands in the script beside what all coins have there
   * @throws IllegalArgumentException if no coinbase can be built with them: the tag is too long
   */
  public static String excessOfReserve(Coin coin, byte[] flags) {
    BlockTemplate fullest =
        new BlockTemplate(
            Integer.MAX_VALUE,
            Hash256.ZERO,
            0,
            0,
            new CompactBits(0),
            0,
            0,
            0,
            flags,
            List.of(),
            Arrays.copyOf(COMMITMENT_START, COMMITMENT_START.length + Hash256.SIZE),
            null,
            List.of(),
            null,
            null,
            new BlockLimits(RESERVED_WEIGHT, 0, RESERVED_SIGOPS, true));
    return excess(fullest, coin);
  }

  /** The coinbase without witness data, as long as any of a job of this template. */
  private static byte[] coinbase(BlockTemplate template, Coin coin) {
    CoinbaseParts parts = coin.family().coinbase(template, coin, MARK);
    return new ByteSink(256)
        .bytes(parts.prefix())
        .bytes(new byte[coin.extranonceSize()])
        .bytes(parts.suffix())
        .toBytes();
  }

  /**
   * Whether anything can be left out. Not if there is an extension block: Litecoin's last
   * transaction speaks for it and for others of the block. Nor if others are paid, for their part
   * is a part of the fees, nor if there is a payload, which speaks for the special transactions.
   */
  private static boolean cuttable(BlockTemplate template) {
    if (!template.limits().parentsFirst()
        || template.extensionBlock() != null
        || template.coinbasePayload() != null
        || !template.payments().isEmpty()) {
      return false;
    }
    byte[] commitment = template.witnessCommitment();
    return commitment == null || Arrays.equals(commitment, commitment(template.transactions()));
  }

  /**
   * The script that commits to the witnesses of these transactions (BIP 141), with a reserved value
   * of zeros; empty if a hash is missing.
   */
  private static byte[] commitment(List<TemplateTransaction> transactions) {
    if (transactions.stream().anyMatch(each -> each.witnessId() == null)) {
      return new byte[0];
    }
    List<Hash256> ids = transactions.stream().map(TemplateTransaction::witnessId).toList();
    // The coinbase stands for 32 zeros in this tree.
    Hash256 root = MerkleBranch.of(ids).root(Hash256.ZERO);
    byte[] pair = new ByteSink(64).hash(root).hash(Hash256.ZERO).toBytes();
    return new ByteSink(38).bytes(COMMITMENT_START).bytes(Sha256.twice(pair)).toBytes();
  }

  /** What a block comes to, as far as it can be told. */
  private static final class BlockSum {

    private final BlockLimits limits;
    private final boolean weightKnown;
    private final boolean sigopsKnown;
    private int transactions;
    private long weight;
    private long size;
    private long sigops;

    BlockSum(BlockTemplate template, byte[] coinbase) {
      limits = template.limits();
      boolean witness = template.witnessCommitment() != null;
      transactions = 1 + template.transactions().size();
      int witnessBytes = witness ? COINBASE_WITNESS_BYTES : 0;
      weight = (long) WITNESS_SCALE * coinbase.length + witnessBytes;
      size = (long) coinbase.length + witnessBytes;
      // Nodes without segwit count every operation once.
      sigops = (long) legacySigops(coinbase) * (witness ? WITNESS_SCALE : 1);
      for (TemplateTransaction each : template.transactions()) {
        weight += each.weight();
        size += each.data().length;
        sigops += each.sigops();
      }
      weightKnown =
          limits.weight() > 0 && template.transactions().stream().allMatch(tx -> tx.weight() > 0);
      sigopsKnown =
          limits.sigops() > 0 && template.transactions().stream().allMatch(tx -> tx.sigops() >= 0);
    }

    void leaveOut(TemplateTransaction one) {
      transactions--;
      weight -= one.weight();
      size -= one.data().length;
      sigops -= one.sigops();
    }

    String excess() {
      int frame = BlockHeader.SIZE + VarInt.size(transactions);
      long wholeWeight = weight + (long) WITNESS_SCALE * frame;
      if (weightKnown && wholeWeight > limits.weight()) {
        return wholeWeight + " weight units where " + limits.weight() + " are allowed";
      }
      if (limits.size() > 0 && size + frame > limits.size()) {
        return size + frame + " bytes where " + limits.size() + " are allowed";
      }
      if (sigopsKnown && sigops > limits.sigops()) {
        return sigops + " signature operations where " + limits.sigops() + " are allowed";
      }
      return "";
    }

    private static int legacySigops(byte[] coinbase) {
      Transaction transaction = Transaction.read(new ByteSource(coinbase));
      int count = Script.legacySigops(transaction.inputs().get(0).script());
      for (Transaction.Output output : transaction.outputs()) {
        count += Script.legacySigops(output.script());
      }
      return count;
    }
  }
}
