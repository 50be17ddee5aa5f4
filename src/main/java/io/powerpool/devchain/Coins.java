package io.powerpool.devchain;

import static io.powerpool.devchain.BrokenRule.check;

import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The unspent outputs of the active chain. */
final class Coins {

  /** Blocks until the outputs of a coinbase may be spent. */
  private static final int COINBASE_MATURITY = 100;

  /**
   * An unspent output.
   *
   * @param height of the block that made it
   */
  record Coin(Transaction.Output output, int height, boolean coinbase) {}

  private record Spent(OutPoint outPoint, Coin coin) {}

  /** How to take a block back: what it made and what it spent. */
  static final class Undo {
    private final List<OutPoint> made = new ArrayList<>();
    private final List<Spent> spent = new ArrayList<>();
  }

  private final Map<OutPoint, Coin> unspent = new HashMap<>();

  /** The unspent output, or null. */
  Coin find(OutPoint outPoint) {
    return unspent.get(outPoint);
  }

  /**
   * Spends and makes what the block spends and makes, or throws and leaves everything as it was.
   *
   * @param subsidy new coins that the coinbase may take besides the fees
   */
  Undo connect(Block block, int height, long subsidy) throws BrokenRule {
    Undo undo = new Undo();
    try {
      long fees = 0;
      for (Transaction transaction : block.transactions()) {
        if (!transaction.isCoinbase()) {
          fees += fee(transaction, height, this::find);
          check(BlockRules.isMoney(fees), "bad-txns-accumulated-fee-outofrange");
          spend(transaction, undo);
        }
        make(transaction, height, undo);
      }
      long paid = BlockRules.outputSum(block.transactions().get(0));
      check(paid <= subsidy + fees, "bad-cb-amount");
      return undo;
    } catch (BrokenRule e) {
      disconnect(undo);
      throw e;
    }
  }

  /** Adds outputs that no block had to earn: the coins of the first block. */
  void endow(Transaction transaction) {
    for (int i = 0; i < transaction.outputs().size(); i++) {
      unspent.put(
          new OutPoint(transaction.txid(), i), new Coin(transaction.outputs().get(i), 0, false));
    }
  }

  /** Takes back what {@link #connect} did. */
  void disconnect(Undo undo) {
    for (Spent spent : undo.spent) {
      unspent.put(spent.outPoint(), spent.coin());
    }
    // Last, for a coin that one block both made and spent is in both lists.
    undo.made.forEach(unspent::remove);
  }

  /** Where unspent outputs are looked up. */
  interface View {
    Coin find(OutPoint outPoint);
  }

  /** What the transaction leaves to the miner of a block at this height. */
  static long fee(Transaction transaction, int height, View coins) throws BrokenRule {
    long in = 0;
    for (Transaction.Input input : transaction.inputs()) {
      Coin coin = coins.find(input.previous());
      check(coin != null, "bad-txns-inputs-missingorspent");
      check(
          !coin.coinbase() || height - coin.height() >= COINBASE_MATURITY,
          "bad-txns-premature-spend-of-coinbase");
      in += coin.output().value();
      check(BlockRules.isMoney(in), "bad-txns-inputvalues-outofrange");
    }
    long fee = in - BlockRules.outputSum(transaction);
    check(fee >= 0, "bad-txns-in-belowout");
    return fee;
  }

  private void spend(Transaction transaction, Undo undo) {
    for (Transaction.Input input : transaction.inputs()) {
      undo.spent.add(new Spent(input.previous(), unspent.remove(input.previous())));
    }
  }

  private void make(Transaction transaction, int height, Undo undo) {
    for (int i = 0; i < transaction.outputs().size(); i++) {
      Transaction.Output output = transaction.outputs().get(i);
      if (!Script.isUnspendable(output.script())) {
        OutPoint outPoint = new OutPoint(transaction.txid(), i);
        unspent.put(outPoint, new Coin(output, height, transaction.isCoinbase()));
        undo.made.add(outPoint);
      }
    }
  }
}
