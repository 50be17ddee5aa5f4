package io.powerpool.merged;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import java.util.Arrays;

/**
 * What the coinbase of the main chain's block says about the auxiliary chains.
 *
 * @param root of their tree
 * @param size its number of leaves, a power of two
 * @param nonce of which their places follow
 */
public record AuxCommitment(Hash256 root, int size, int nonce) {

  /** Bytes in a coinbase script, without a push opcode in front. */
  public static final int SIZE = 44;

  /** Tells nodes where it is (pchMergedMiningHeader); may be in a script only once. */
  private static final byte[] MAGIC = {(byte) 0xfa, (byte) 0xbe, 0x6d, 0x6d};

  /** The magic, the root in display order, size and nonce little-endian. */
  public byte[] toBytes() {
    byte[] reversed = root.toBytes();
    for (int i = 0; i < reversed.length / 2; i++) {
      byte swapped = reversed[i];
      reversed[i] = reversed[reversed.length - 1 - i];
      reversed[reversed.length - 1 - i] = swapped;
    }
    return new ByteSink(SIZE).bytes(MAGIC).bytes(reversed).u32(size).u32(nonce).toBytes();
  }

  /** How often the magic is found in these bytes. */
  public static int occurrences(byte[] bytes) {
    int found = 0;
    for (int at = 0; at + MAGIC.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)) {
        found++;
      }
    }
    return found;
  }
}
