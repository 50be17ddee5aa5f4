package io.powerpool.devchain;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Target;
import java.math.BigInteger;

/**
 * Which bits a block must have: those of its parent, or with a block interval the average target of
 * the last blocks times how slowly they came, the newest counting most (the rule that small coins
 * know as LWMA). Pure arithmetic on the headers before, so every block has exactly one right value.
 */
final class Retarget {

  /** Blocks looked back over: more follows the miners later, fewer trembles more. */
  private static final int WINDOW = 16;

  /** A pause longer than this many intervals says nothing about the miners' speed. */
  private static final int LONGEST_GAP = 6;

  private Retarget() {}

  /** The bits of the block after {@code parent}. */
  static CompactBits bitsAfter(BlockEntry parent, DevChainOptions options) {
    long intervalMillis = options.blockInterval().toMillis();
    // The first block's time says when the miners came, not how fast they are.
    int count = Math.min(WINDOW, parent.height() - 1);
    if (intervalMillis == 0 || count < 1) {
      return options.firstBits();
    }
    BigInteger targets = BigInteger.ZERO;
    long weightedMillis = 0;
    BlockEntry entry = parent;
    for (int weight = count; weight > 0; weight--) {
      long millis = (entry.time() - entry.parent().time()) * 1_000;
      weightedMillis += weight * Math.max(0, Math.min(millis, LONGEST_GAP * intervalMillis));
      targets = targets.add(entry.header().bits().toTarget().toBigInteger());
      entry = entry.parent();
    }
    long weightedIntervals = intervalMillis * count * (count + 1) / 2;
    BigInteger next =
        targets
            .multiply(BigInteger.valueOf(weightedMillis))
            .divide(BigInteger.valueOf(weightedIntervals).multiply(BigInteger.valueOf(count)));
    BigInteger last = parent.header().bits().toTarget().toBigInteger();
    BigInteger bounded = next.max(last.shiftRight(1)).min(last.shiftLeft(1));
    BigInteger easiest = DevChainOptions.EASIEST_BITS.toTarget().toBigInteger();
    return CompactBits.of(Target.of(bounded.min(easiest).max(BigInteger.ONE)));
  }
}
