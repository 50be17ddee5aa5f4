package io.powerpool.bitcoin;

import java.util.ArrayList;
import java.util.List;

/**
 * The sibling hashes on the way from the first leaf (the coinbase) of a merkle tree to its root:
 * what a miner needs to compute the root for a coinbase of its own. Immutable.
 */
public final class MerkleBranch {

  /** The steps one behind the other, 32 bytes each, in internal order. */
  private final byte[] steps;

  private MerkleBranch(byte[] steps) {
    this.steps = steps;
  }

  /**
   * The branch for a first leaf that is followed by these leaves, in block order. Rule: emit the
   * hash beside ours; a row of odd length repeats its last hash.
   */
  public static MerkleBranch of(List<Hash256> others) {
    Sha256 sha256 = new Sha256();
    ByteSink steps = new ByteSink(14 * Hash256.SIZE);
    List<Hash256> row = new ArrayList<>(others);
    byte[] pair = new byte[2 * Hash256.SIZE];
    byte[] hash = new byte[Hash256.SIZE];
    while (!row.isEmpty()) {
      steps.hash(row.get(0));
      // Ours is the unseen element before the row, so an even rest means a row of odd length.
      if (row.size() % 2 == 0) {
        row.add(row.get(row.size() - 1));
      }
      List<Hash256> above = new ArrayList<>(row.size() / 2);
      for (int i = 1; i + 1 < row.size(); i += 2) {
        row.get(i).write(pair, 0);
        row.get(i + 1).write(pair, Hash256.SIZE);
        sha256.twice(pair, 0, pair.length, hash, 0);
        above.add(Hash256.of(hash));
      }
      row = above;
    }
    return new MerkleBranch(steps.toBytes());
  }

  /** A branch from its steps one behind the other, 32 bytes each, in internal order. */
  public static MerkleBranch ofBytes(byte[] steps) {
    if (steps.length % Hash256.SIZE != 0) {
      throw new IllegalArgumentException(
          "a merkle branch is a multiple of 32 bytes, got " + steps.length);
    }
    return new MerkleBranch(steps.clone());
  }

  /** How many steps there are. */
  public int size() {
    return steps.length / Hash256.SIZE;
  }

  /** The hash of one step. */
  public Hash256 step(int index) {
    return Hash256.read(steps, index * Hash256.SIZE);
  }

  /** A copy of the steps one behind the other, in internal order. */
  public byte[] toBytes() {
    return steps.clone();
  }

  /**
   * Replaces the leaf in the first 32 bytes of {@code pair}, which has 64, by the root; the other
   * 32 are scratch. Allocates nothing.
   */
  public void fold(byte[] pair, Sha256 sha256) {
    for (int at = 0; at < steps.length; at += Hash256.SIZE) {
      System.arraycopy(steps, at, pair, Hash256.SIZE, Hash256.SIZE);
      sha256.twice(pair, 0, 2 * Hash256.SIZE, pair, 0);
    }
  }

  /** The root of the tree whose first leaf this is. */
  public Hash256 root(Hash256 leaf) {
    byte[] pair = new byte[2 * Hash256.SIZE];
    leaf.write(pair, 0);
    fold(pair, new Sha256());
    return Hash256.read(pair, 0);
  }
}
