package io.powerpool.share;

import java.util.Arrays;

/**
 * The accepted shares of one channel, per job, to know a duplicate. A share is remembered as 64
 * bits mixed from all that makes its header differ: that two different ones of a job agree has a
 * chance of one in 10^13 per thousand shares. Small: nothing is held before the first share.
 */
final class SeenShares {

  /** What an empty place holds; the mixer's one value that happens to be it is moved. */
  private static final long EMPTY = 0;

  private static final int SMALLEST = 8;

  private static final long[] NO_JOBS = {};
  private static final long[][] NO_SETS = {};
  private static final int[] NO_SIZES = {};

  private long[] jobs = NO_JOBS;
  private long[][] sets = NO_SETS;
  private int[] sizes = NO_SIZES;

  /** Whether this share of the job was added before. */
  boolean contains(long jobId, long key) {
    int at = indexOf(jobId);
    if (at < 0) {
      return false;
    }
    long[] set = sets[at];
    return set[place(set, key)] == key;
  }

  /**
   * Remembers a share.
   *
   * @return false if it was there already
   */
  boolean add(long jobId, long key) {
    int at = indexOf(jobId);
    if (at < 0) {
      at = newSet(jobId);
    }
    long[] set = sets[at];
    int place = place(set, key);
    if (set[place] == key) {
      return false;
    }
    set[place] = key;
    if (++sizes[at] * 4 > set.length * 3) {
      sets[at] = grown(set);
    }
    return true;
  }

  /** How many shares of the job are remembered. */
  int size(long jobId) {
    int at = indexOf(jobId);
    return at < 0 ? 0 : sizes[at];
  }

  /** Forgets the jobs with smaller ids. */
  void forgetBefore(long oldestJobId) {
    int kept = 0;
    for (int i = 0; i < jobs.length; i++) {
      if (jobs[i] >= oldestJobId) {
        jobs[kept] = jobs[i];
        sets[kept] = sets[i];
        sizes[kept++] = sizes[i];
      }
    }
    if (kept < jobs.length) {
      jobs = Arrays.copyOf(jobs, kept);
      sets = Arrays.copyOf(sets, kept);
      sizes = Arrays.copyOf(sizes, kept);
    }
  }

  /** Sixty-four bits of all that a miner can vary within a job. */
  static long key(long extranonce2, long time, int nonce, int version) {
    long key = mix(extranonce2);
    key = mix(key ^ time);
    return keep(mix(key ^ ((long) version << 32 | (nonce & 0xffffffffL))));
  }

  private static long keep(long key) {
    return key == EMPTY ? 1 : key;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads every bit. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private int indexOf(long jobId) {
    for (int i = jobs.length - 1; i >= 0; i--) {
      if (jobs[i] == jobId) {
        return i;
      }
    }
    return -1;
  }

  private int newSet(long jobId) {
    int at = jobs.length;
    jobs = Arrays.copyOf(jobs, at + 1);
    sets = Arrays.copyOf(sets, at + 1);
    sizes = Arrays.copyOf(sizes, at + 1);
    jobs[at] = jobId;
    sets[at] = new long[SMALLEST];
    return at;
  }

  private static int place(long[] set, long key) {
    int mask = set.length - 1;
    int at = (int) key & mask;
    while (set[at] != EMPTY && set[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private static long[] grown(long[] set) {
    long[] larger = new long[set.length * 2];
    for (long key : set) {
      if (key != EMPTY) {
        larger[place(larger, key)] = key;
      }
    }
    return larger;
  }
}
