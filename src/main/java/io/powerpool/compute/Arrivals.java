package io.powerpool.compute;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/** When the last headers came, to tell how soon the next will. Thread safe, without locks. */
final class Arrivals {

  private static final int KEPT = 16;

  /** In a ring; a reader that is overtaken by a writer is a little wrong, and no worse. */
  private final AtomicLongArray nanos = new AtomicLongArray(KEPT);

  private final AtomicInteger count = new AtomicInteger();

  void add(long nowNanos) {
    nanos.set(count.getAndIncrement() & KEPT - 1, nowNanos);
  }

  /**
   * The mean time between two of the last, or to now; as good as never as long as there are few.
   */
  long gapNanos(long nowNanos) {
    int next = count.get();
    return next < KEPT
        ? Integer.MAX_VALUE
        : Math.max(0, nowNanos - nanos.get(next & KEPT - 1)) / KEPT;
  }
}
