package io.powerpool.statistics;

import java.time.Duration;
import java.util.Arrays;

/**
 * A sum over the recent past, kept in a ring of equally long slots. The newest slot is still
 * filling; the others are complete. Used by one thread.
 */
final class RollingSum {
  private final long slotNanos;
  private final double[] slots;
  private final long startNanos;

  /** Slots passed since {@link #startNanos}; the slot being filled is this modulo the ring. */
  private long slot;

  RollingSum(Duration slotLength, int slotCount, long nowNanos) {
    this.slotNanos = slotLength.toNanos();
    this.slots = new double[slotCount];
    this.startNanos = nowNanos;
  }

  void add(double amount, long nowNanos) {
    advance(nowNanos);
    slots[index(slot)] += amount;
  }

  /** The sum of every slot in the ring, the unfinished one included. */
  double sum(long nowNanos) {
    advance(nowNanos);
    double sum = 0;
    for (double value : slots) {
      sum += value;
    }
    return sum;
  }

  /** How much time {@link #sum} covers: less than the whole ring while young. */
  long coveredNanos(long nowNanos) {
    advance(nowNanos);
    long firstSlot = Math.max(0, slot - slots.length + 1);
    return Math.max(0, nowNanos - startNanos - firstSlot * slotNanos);
  }

  /** The newest complete slot, 0 before there is one. */
  double lastComplete(long nowNanos) {
    advance(nowNanos);
    return slot == 0 ? 0 : slots[index(slot - 1)];
  }

  /** The sum of the complete slots only: one fewer than the ring has. */
  double sumComplete(long nowNanos) {
    double sum = sum(nowNanos);
    return sum - slots[index(slot)];
  }

  /** How many complete slots there are by now, at most one fewer than the ring has. */
  long completeSlots(long nowNanos) {
    advance(nowNanos);
    return Math.min(slot, slots.length - 1L);
  }

  private void advance(long nowNanos) {
    // A reading taken a little earlier than the last one counts in the slot being filled.
    long target = Math.max(slot, Math.floorDiv(nowNanos - startNanos, slotNanos));
    if (target - slot >= slots.length) {
      Arrays.fill(slots, 0);
    } else {
      for (long next = slot + 1; next <= target; next++) {
        slots[index(next)] = 0;
      }
    }
    slot = target;
  }

  private int index(long slotNumber) {
    return (int) (slotNumber % slots.length);
  }
}
