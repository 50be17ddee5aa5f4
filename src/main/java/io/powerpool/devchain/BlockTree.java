package io.powerpool.devchain;

import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.Hash256;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * All blocks of a chain by their parents, which of them are active, and the coins that these leave.
 * Not thread safe.
 */
final class BlockTree {

  /** Blocks whose transactions are kept; older ones are pruned, their headers stay. */
  private static final int KEPT_BLOCKS = 1_000;

  private final Coins coins;
  private final IntToLongFunction subsidy;
  private final Map<Hash256, BlockEntry> index = new HashMap<>();
  private final List<BlockEntry> active = new ArrayList<>();
  private final Deque<BlockEntry> stored = new ArrayDeque<>();

  /**
   * @param coins those of the active chain; changed from here only
   * @param subsidy the new coins of a block, by its height
   */
  BlockTree(Coins coins, IntToLongFunction subsidy) {
    this.coins = coins;
    this.subsidy = subsidy;
  }

  /** The first block of all; its coins are not looked at. */
  void begin(Block genesis) {
    BlockEntry entry = new BlockEntry(genesis.header().id(), genesis.header(), null);
    store(entry, genesis);
    entry.status = BlockEntry.Status.VALID;
    add(entry);
    active.add(entry);
  }

  /** A header is known. */
  void add(BlockEntry entry) {
    index.put(entry.hash(), entry);
  }

  /** The transactions of a block whose header is known are there, and in their place. */
  void store(BlockEntry entry, Block block) {
    entry.block = block;
    entry.transactionCount = block.transactions().size();
    entry.status = BlockEntry.Status.STORED;
    stored.add(entry);
    if (stored.size() > KEPT_BLOCKS) {
      BlockEntry oldest = stored.remove();
      oldest.block = null;
      oldest.undo = null;
    }
  }

  BlockEntry tip() {
    return active.get(active.size() - 1);
  }

  /** The active block of this height, or null if there is none. */
  BlockEntry at(int height) {
    return height >= 0 && height < active.size() ? active.get(height) : null;
  }

  /** The block with this id on any branch, or null. */
  BlockEntry find(Hash256 hash) {
    return index.get(hash);
  }

  boolean isActive(BlockEntry entry) {
    return at(entry.height()) == entry;
  }

  /**
   * Switches to the complete chain with the most work that breaks no rule.
   *
   * @param disconnected takes the blocks that were active before, lowest first
   * @return whether anything changed
   */
  boolean activateBest(List<BlockEntry> disconnected) {
    boolean changed = false;
    for (Optional<BlockEntry> best = betterTip(); best.isPresent(); best = betterTip()) {
      changed |= switchTo(best.get(), disconnected);
    }
    return changed;
  }

  /** The complete chain with the most work, if it has more than the active one. */
  private Optional<BlockEntry> betterTip() {
    return stored.stream()
        .filter(entry -> entry.chainWork().compareTo(tip().chainWork()) > 0)
        .filter(this::isReachable)
        .max(Comparator.comparing(BlockEntry::chainWork));
  }

  /** Whether every block between the active chain and this one is there and not known as bad. */
  private boolean isReachable(BlockEntry entry) {
    BlockEntry fork = entry;
    for (; !isActive(fork); fork = fork.parent()) {
      if (fork.block == null || fork.status == BlockEntry.Status.INVALID) {
        return false;
      }
    }
    BlockEntry above = at(fork.height() + 1);
    return above == null || above.undo != null;
  }

  /**
   * Makes this block the tip, or, if a block on the way breaks a rule, marks that and everything
   * after it and goes back to the old tip.
   *
   * @param disconnected takes the blocks that were active before, lowest first
   */
  private boolean switchTo(BlockEntry newTip, List<BlockEntry> disconnected) {
    Deque<BlockEntry> branch = new ArrayDeque<>();
    BlockEntry fork = newTip;
    for (; !isActive(fork); fork = fork.parent()) {
      branch.push(fork);
    }
    List<BlockEntry> replaced = disconnectDownTo(fork);
    for (BlockEntry entry : branch) {
      try {
        connect(entry);
      } catch (BrokenRule e) {
        entry.brokenRule = e.reason();
        branch.stream()
            .filter(later -> later.height() >= entry.height())
            .forEach(later -> later.status = BlockEntry.Status.INVALID);
        disconnectDownTo(fork);
        reconnect(replaced);
        return false;
      }
    }
    disconnected.addAll(replaced);
    return true;
  }

  private void connect(BlockEntry entry) throws BrokenRule {
    entry.undo = coins.connect(entry.block, entry.height(), subsidy.applyAsLong(entry.height()));
    entry.status = BlockEntry.Status.VALID;
    active.add(entry);
  }

  /** The blocks that are no longer active, lowest first. */
  private List<BlockEntry> disconnectDownTo(BlockEntry fork) {
    Deque<BlockEntry> disconnected = new ArrayDeque<>();
    while (tip() != fork) {
      BlockEntry last = active.remove(active.size() - 1);
      coins.disconnect(last.undo);
      last.undo = null;
      disconnected.push(last);
    }
    return List.copyOf(disconnected);
  }

  private void reconnect(List<BlockEntry> entries) {
    for (BlockEntry entry : entries) {
      try {
        connect(entry);
      } catch (BrokenRule e) {
        throw new IllegalStateException("a block that was valid no longer is", e);
      }
    }
  }
}
