package io.powerpool.merged;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places of a set of auxiliary chains in one merkle tree. A chain's place follows from its id,
 * the tree's height and a nonce, so that nobody can be in it twice. Immutable; good for as long as
 * the set of chains stays the same.
 *
 * <p>Which chains meet does not depend on the nonce, although it was meant to: the lowest bits of
 * the sums and products in {@link #slot} come from the lowest bits of the chain ids alone, so two
 * chains meet in a tree of height h exactly if the lowest h bits of their ids are the same. A tree
 * of height 16 has room for all chains that there can be.
 */
public final class AuxTree {

  /** Any will do. */
  private static final int NONCE = 0;

  private final List<Integer> chainIds;
  private final int height;
  private final int[] slots;

  private AuxTree(List<Integer> chainIds, int height, int[] slots) {
    this.chainIds = chainIds;
    this.height = height;
    this.slots = slots;
  }

  /**
   * The smallest tree with a place for each of these chains.
   *
   * @param chainIds at least one, of 16 bits each, no two the same
   * @throws IllegalArgumentException if two are the same: they would have the same place always
   */
  public static AuxTree of(List<Integer> chainIds) {
    Set<Integer> different = new HashSet<>();
    for (int chainId : chainIds) {
      if (!different.add(chainId)) {
        throw new IllegalArgumentException("two chains have the id " + chainId);
      }
    }
    if (different.isEmpty()) {
      throw new IllegalArgumentException("a tree has at least one chain");
    }
    int height = height(different);
    int[] slots = chainIds.stream().mapToInt(id -> slot(NONCE, id, height)).toArray();
    return new AuxTree(List.copyOf(chainIds), height, slots);
  }

  /** The least height at which all places differ. */
  private static int height(Set<Integer> chainIds) {
    for (int height = 0; ; height++) {
      int mask = mask(height);
      if (chainIds.stream().map(id -> id & mask).distinct().count() == chainIds.size()) {
        return height;
      }
    }
  }

  private static int mask(int height) {
    return (1 << height) - 1;
  }

  /** The place of a chain: CAuxPow::getExpectedIndex, in 32-bit arithmetic. */
  public static int slot(int nonce, int chainId, int height) {
    int random = nonce * 1103515245 + 12345;
    random += chainId;
    random = random * 1103515245 + 12345;
    return random & mask(height);
  }

  /** Whether this is the tree of these chains, in this order. */
  public boolean isOf(List<Integer> others) {
    return chainIds.equals(others);
  }

  /** How many steps lead from a leaf to the root. */
  public int height() {
    return height;
  }

  /** The place of the chain that was given at this index. */
  public int slot(int index) {
    return slots[index];
  }

  /**
   * The commitment to one block hash of each chain, and the way from each to the root.
   *
   * @param hashes in the order of the chains
   */
  public Committed commit(List<Hash256> hashes) {
    List<ByteSink> branches = new ArrayList<>();
    // Zeros stand for every empty place, and for whole subtrees of them: nobody opens those.
    Map<Integer, Hash256> row = new HashMap<>();
    for (int i = 0; i < slots.length; i++) {
      row.put(slots[i], hashes.get(i));
      branches.add(new ByteSink(height * Hash256.SIZE));
    }
    for (int level = 0; level < height; level++) {
      for (int i = 0; i < slots.length; i++) {
        branches.get(i).hash(row.getOrDefault((slots[i] >>> level) ^ 1, Hash256.ZERO));
      }
      Map<Integer, Hash256> above = new HashMap<>();
      for (int at : row.keySet()) {
        above.computeIfAbsent(at >>> 1, parent -> parentOf(row, parent));
      }
      row.clear();
      row.putAll(above);
    }
    return new Committed(
        new AuxCommitment(row.get(0), 1 << height, NONCE),
        branches.stream().map(ByteSink::toBytes).toList());
  }

  private static Hash256 parentOf(Map<Integer, Hash256> row, int parent) {
    byte[] pair =
        new ByteSink(2 * Hash256.SIZE)
            .hash(row.getOrDefault(2 * parent, Hash256.ZERO))
            .hash(row.getOrDefault(2 * parent + 1, Hash256.ZERO))
            .toBytes();
    return Hash256.of(Sha256.twice(pair));
  }

  /**
   * A filled tree.
   *
   * @param branches for each chain the hashes beside its way, from the leaf up, 32 bytes each in
   *     internal order; not copied, never changed
   */
  public record Committed(AuxCommitment commitment, List<byte[]> branches) {}
}
