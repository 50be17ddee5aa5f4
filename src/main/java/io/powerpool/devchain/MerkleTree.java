package io.powerpool.devchain;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * The root of a whole merkle tree, computed row by row. On purpose not the branch that the pool
 * works with: a chain that shared it would not notice an error in it.
 *
 * @param hasTwins whether two equal hashes stood side by side, which lets a transaction be listed
 *     twice without changing the root (CVE-2012-2459)
 */
record MerkleTree(Hash256 root, boolean hasTwins) {

  static MerkleTree of(List<Hash256> leaves) {
    boolean twins = false;
    List<Hash256> row = new ArrayList<>(leaves);
    while (row.size() > 1) {
      for (int i = 0; i + 1 < row.size(); i += 2) {
        twins |= row.get(i).equals(row.get(i + 1));
      }
      List<Hash256> above = new ArrayList<>();
      for (int i = 0; i < row.size(); i += 2) {
        Hash256 right = row.get(Math.min(i + 1, row.size() - 1));
        byte[] pair = new ByteSink(64).hash(row.get(i)).hash(right).toBytes();
        above.add(Hash256.of(Sha256.twice(pair)));
      }
      row = above;
    }
    return new MerkleTree(row.isEmpty() ? Hash256.ZERO : row.get(0), twins);
  }
}
