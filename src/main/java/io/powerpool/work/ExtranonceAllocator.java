package io.powerpool.work;

import java.util.BitSet;
import java.util.OptionalLong;

/**
 * Hands out the first extranonces of one node: the node's prefix in the high bits, a counter in the
 * low ones. A number is not handed out again before it is given back. Thread safe.
 */
public final class ExtranonceAllocator {

  private final int size;
  private final long prefix;
  private final int counterBits;
  private final BitSet taken = new BitSet();
  private int next;

  /**
   * @param size bytes of an extranonce1, 2 to 8
   * @param prefixBits how many high bits tell the node
   * @param prefix the node's number, of that many bits
   */
  public ExtranonceAllocator(int size, int prefixBits, long prefix) {
    int counterBits = Math.min(8 * size - prefixBits, 24);
    if (size < 2 || size > 8 || prefixBits < 0 || counterBits < 1) {
      throw new IllegalArgumentException(
          "an extranonce1 of " + size + " bytes with a prefix of " + prefixBits + " bits");
    }
    if (prefix < 0 || prefix >>> prefixBits != 0) {
      throw new IllegalArgumentException(
          "extranonce prefix " + prefix + " has more than " + prefixBits + " bits");
    }
    this.size = size;
    this.counterBits = counterBits;
    this.prefix = prefix << (8 * size - prefixBits);
  }

  /** The node's number in an extranonce1 of {@code size} bytes. */
  public static int prefix(long extranonce1, int size, int prefixBits) {
    return prefixBits == 0 ? 0 : (int) (extranonce1 >>> (8 * size - prefixBits));
  }

  /** A free extranonce1 as a big-endian number of {@code size} bytes; empty if all are taken. */
  public synchronized OptionalLong take() {
    int limit = 1 << counterBits;
    int free = taken.nextClearBit(next);
    if (free >= limit) {
      free = taken.nextClearBit(0);
    }
    if (free >= limit) {
      return OptionalLong.empty();
    }
    taken.set(free);
    // Round and round, so that a number rests as long as possible before its next use.
    next = free + 1 == limit ? 0 : free + 1;
    return OptionalLong.of(prefix | free);
  }

  /** Gives an extranonce1 back. */
  public synchronized void release(long extranonce1) {
    taken.clear((int) (extranonce1 & ((1L << counterBits) - 1)));
  }

  /** How many are in use. */
  public synchronized int inUse() {
    return taken.cardinality();
  }

  /** The bytes of an extranonce1, most significant first. */
  public byte[] bytes(long extranonce1) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (extranonce1 >>> (8 * (size - 1 - i)));
    }
    return bytes;
  }
}
