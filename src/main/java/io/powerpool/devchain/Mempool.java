package io.powerpool.devchain;

import static io.powerpool.devchain.BrokenRule.check;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Transactions that wait for a block, each after those whose outputs it spends. */
final class Mempool implements Coins.View {

  /**
   * A waiting transaction.
   *
   * @param sigopsCost as a block's limit counts it
   * @param parents waiting transactions that it spends from
   * @param generation 1 for one that spends only mined coins, one more than its parents otherwise
   */
  record Entry(
      Transaction transaction, long fee, int sigopsCost, List<Hash256> parents, int generation) {}

  private final Coins coins;
  private final Map<Hash256, Entry> entries = new LinkedHashMap<>();
  private final Map<OutPoint, Hash256> spenders = new HashMap<>();
  private long updates;

  Mempool(Coins coins) {
    this.coins = coins;
  }

  /** Takes a transaction in for a block at this height or later. */
  void add(Transaction transaction, int height, long medianTime) throws BrokenRule {
    check(!entries.containsKey(transaction.txid()), "txn-already-in-mempool");
    BlockRules.checkTransaction(transaction);
    check(!transaction.isCoinbase(), "coinbase");
    check(BlockRules.isFinal(transaction, height, medianTime), "non-final");
    int sigopsCost = BlockRules.legacySigops(transaction) * BlockRules.WITNESS_SCALE;
    int generation = 1;
    List<Hash256> parents = new ArrayList<>();
    for (Transaction.Input input : transaction.inputs()) {
      check(!spenders.containsKey(input.previous()), "txn-mempool-conflict");
      Coins.Coin coin = find(input.previous());
      check(coin != null, "missing-inputs");
      if (Script.isWitness(coin.output().script(), 0, 20)) {
        sigopsCost++;
      }
      Entry parent = entries.get(input.previous().txid());
      if (parent != null) {
        generation = Math.max(generation, parent.generation() + 1);
        if (!parents.contains(input.previous().txid())) {
          parents.add(input.previous().txid());
        }
      }
    }
    long fee = Coins.fee(transaction, height, this);
    Entry entry = new Entry(transaction, fee, sigopsCost, List.copyOf(parents), generation);
    entries.put(transaction.txid(), entry);
    transaction.inputs().forEach(input -> spenders.put(input.previous(), transaction.txid()));
    updates++;
  }

  /**
   * Starts again after the active chain changed: first what came back from blocks that are no
   * longer active, then what was waiting; whatever is mined or impossible by now falls out.
   */
  void refill(List<Transaction> returned, int height, long medianTime) {
    List<Transaction> candidates = new ArrayList<>(returned);
    entries.values().forEach(entry -> candidates.add(entry.transaction()));
    entries.clear();
    spenders.clear();
    for (Transaction candidate : candidates) {
      try {
        add(candidate, height, medianTime);
      } catch (BrokenRule e) {
        // Mined, or it spends what is no longer there.
        updates++;
      }
    }
  }

  /** An output, mined or waiting, that no waiting transaction spends. */
  boolean isSpendable(OutPoint outPoint) {
    return !spenders.containsKey(outPoint) && find(outPoint) != null;
  }

  @Override
  public Coins.Coin find(OutPoint outPoint) {
    Entry entry = entries.get(outPoint.txid());
    if (entry == null) {
      return coins.find(outPoint);
    }
    List<Transaction.Output> outputs = entry.transaction().outputs();
    int index = outPoint.index();
    return index >= 0 && index < outputs.size()
        ? new Coins.Coin(outputs.get(index), Integer.MAX_VALUE, false)
        : null;
  }

  /** See {@link Entry#generation}; 0 for a transaction that is not waiting. */
  int generation(Hash256 txid) {
    Entry entry = entries.get(txid);
    return entry == null ? 0 : entry.generation();
  }

  /** Parents before children. */
  Collection<Entry> entries() {
    return entries.values();
  }

  int size() {
    return entries.size();
  }

  /** Counts every change. */
  long updates() {
    return updates;
  }
}
