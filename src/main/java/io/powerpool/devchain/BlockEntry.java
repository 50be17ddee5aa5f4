package io.powerpool.devchain;

import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import java.math.BigInteger;
import java.util.Arrays;

/** A header in the tree of all headers ever accepted, and what is known of its block. */
final class BlockEntry {

  /** How many blocks the median time looks back over, in Bitcoin's rules. */
  private static final int MEDIAN_SPAN = 11;

  enum Status {
    /** The header is good; its transactions have not been seen, or only in a bad copy. */
    HEADER,
    /** The block is stored, but never was in the active chain. */
    STORED,
    /** The block is or was in the active chain, so it is valid. */
    VALID,
    /** The block, or one before it, breaks a rule. */
    INVALID
  }

  private final Hash256 hash;
  private final BlockHeader header;
  private final BlockEntry parent;
  private final int height;
  private final BigInteger chainWork;

  Status status = Status.HEADER;

  /** Null if never seen or pruned. */
  Block block;

  /** What connecting the block did to the coins; null outside the active chain and when pruned. */
  Coins.Undo undo;

  /** The rule that this block itself breaks; null if none, or if only an older one breaks one. */
  String brokenRule;

  int transactionCount;

  BlockEntry(Hash256 hash, BlockHeader header, BlockEntry parent) {
    this.hash = hash;
    this.header = header;
    this.parent = parent;
    this.height = parent == null ? 0 : parent.height + 1;
    BigInteger work =
        BigInteger.TWO.pow(256).divide(header.bits().toTarget().toBigInteger().add(BigInteger.ONE));
    this.chainWork = parent == null ? work : parent.chainWork.add(work);
  }

  Hash256 hash() {
    return hash;
  }

  BlockHeader header() {
    return header;
  }

  /** Null for the first block. */
  BlockEntry parent() {
    return parent;
  }

  int height() {
    return height;
  }

  /** Hashes that this chain up to here took on average. */
  BigInteger chainWork() {
    return chainWork;
  }

  /** Seconds since 1970. */
  long time() {
    return Integer.toUnsignedLong(header.time());
  }

  /** The median of the times of this block and the ten before it. */
  long medianTime() {
    long[] times = new long[MEDIAN_SPAN];
    int count = 0;
    for (BlockEntry e = this; e != null && count < MEDIAN_SPAN; e = e.parent) {
      times[count++] = e.time();
    }
    Arrays.sort(times, 0, count);
    return times[count / 2];
  }
}
