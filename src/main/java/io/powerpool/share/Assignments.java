package io.powerpool.share;

import io.powerpool.bitcoin.Target;
import java.util.Arrays;

/**
 * With which difficulty a channel was handed which job. Every channel gets every job, so it is
 * enough to remember from which job on a difficulty holds.
 */
final class Assignments {

  private static final long[] NO_KEYS = {};
  private static final double[] NO_DIFFICULTIES = {};
  private static final Target[] NO_TARGETS = {};

  private long[] from = NO_KEYS;
  private double[] difficulties = NO_DIFFICULTIES;
  private Target[] targets = NO_TARGETS;

  /**
   * From the job with this key on, this difficulty holds. Keys never fall: they are {@link
   * MiningChannel#key} of a job and its issue.
   */
  void add(long key, double difficulty, Target target) {
    int size = from.length;
    if (size > 0 && difficulties[size - 1] == difficulty && targets[size - 1].equals(target)) {
      return;
    }
    if (size > 0 && from[size - 1] == key) {
      size--;
    }
    from = Arrays.copyOf(from, size + 1);
    difficulties = Arrays.copyOf(difficulties, size + 1);
    targets = Arrays.copyOf(targets, size + 1);
    from[size] = key;
    difficulties[size] = difficulty;
    targets[size] = target;
  }

  /** Which entry holds for the job with this key, or −1 if the channel was never handed it. */
  int find(long key) {
    for (int i = from.length - 1; i >= 0; i--) {
      if (from[i] <= key) {
        return i;
      }
    }
    return -1;
  }

  double difficulty(int index) {
    return difficulties[index];
  }

  Target target(int index) {
    return targets[index];
  }

  /** Forgets what held only for jobs with smaller keys. */
  void forgetBefore(long key) {
    int first = Math.max(find(key), 0);
    if (first > 0) {
      from = Arrays.copyOfRange(from, first, from.length);
      difficulties = Arrays.copyOfRange(difficulties, first, difficulties.length);
      targets = Arrays.copyOfRange(targets, first, targets.length);
    }
  }
}
