package io.powerpool.testing.cluster;

import java.util.Arrays;

/** When jobs came to one miner, and of which term they were. Belongs to one event loop. */
final class Arrivals {

  private long[] nanos = new long[256];
  private long[] terms = new long[256];
  private int count;

  void add(long nowNanos, long term) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
      terms = Arrays.copyOf(terms, 2 * count);
    }
    nanos[count] = nowNanos;
    terms[count] = term;
    count++;
  }

  int count() {
    return count;
  }

  /** The term of the newest job that came before this moment; 0 if none did. */
  long termBefore(long momentNanos) {
    int at = firstFrom(momentNanos);
    return at == 0 ? 0 : terms[at - 1];
  }

  /** The longest time without a job that touches the time between these moments. */
  long longestGap(long fromNanos, long toNanos) {
    int first = firstFrom(fromNanos);
    long before = first == 0 ? fromNanos : nanos[first - 1];
    long longest = 0;
    for (int i = first; i < count && before < toNanos; i++) {
      longest = Math.max(longest, nanos[i] - before);
      before = nanos[i];
    }
    return before < toNanos ? Math.max(longest, toNanos - before) : longest;
  }

  /**
   * From a moment until the first job after it of another term than this one; the longest that can
   * be told if none has come.
   */
  long untilOtherTerm(long fromNanos, long term) {
    for (int i = firstFrom(fromNanos); i < count; i++) {
      if (terms[i] != term) {
        return nanos[i] - fromNanos;
      }
    }
    return Long.MAX_VALUE;
  }

  private int firstFrom(long momentNanos) {
    int at = Arrays.binarySearch(nanos, 0, count, momentNanos);
    return at >= 0 ? at : -at - 1;
  }
}
