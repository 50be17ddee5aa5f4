package io.powerpool.testing.cluster;

import java.util.Arrays;

/**
 * When jobs came to one miner, of which term they were, and from which node. Belongs to one event
 * loop.
 */
final class Arrivals {

  private long[] nanos = new long[256];
  private long[] terms = new long[256];
  private int[] nodes = new int[256];
  private int count;

  void add(long nowNanos, long term, int node) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
      terms = Arrays.copyOf(terms, 2 * count);
      nodes = Arrays.copyOf(nodes, 2 * count);
    }
    nanos[count] = nowNanos;
    terms[count] = term;
    nodes[count] = node;
    count++;
  }

  /** The term of the newest job that came before this moment; 0 if none did. */
  long termBefore(long momentNanos) {
    int at = firstFrom(momentNanos);
    return at == 0 ? 0 : terms[at - 1];
  }

  /** The node that the newest job before this moment came from; −1 if none did. */
  int nodeBefore(long momentNanos) {
    int at = firstFrom(momentNanos);
    return at == 0 ? -1 : nodes[at - 1];
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

  /**
   * From a moment until the first job after it from another node; the longest, if none has come.
   */
  long untilOtherNode(long fromNanos, int node) {
    for (int i = firstFrom(fromNanos); i < count; i++) {
      if (nodes[i] != node) {
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
