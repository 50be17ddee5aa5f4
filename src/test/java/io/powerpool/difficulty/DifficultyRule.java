package io.powerpool.difficulty;

import java.util.ArrayDeque;

/** A rule that moves one miner's difficulty: ours, or a peer's for comparison. */
interface DifficultyRule {

  /** The first job goes out; returns the difficulty that goes with it. */
  double onStart(long nowNanos);

  /** An accepted share; returns the new difficulty, or 0 if it stays. */
  double onShare(double difficulty, long nowNanos);

  /** The pool's timer; returns the new difficulty, or 0 if it stays. */
  default double onTick(long nowNanos) {
    return 0;
  }

  /** Our own rule. */
  static DifficultyRule powerpool(VardiffOptions options, double start) {
    Vardiff vardiff =
        new Vardiff(options, start, options.tiers().minimum(), options.tiers().maximum());
    return new DifficultyRule() {
      @Override
      public double onStart(long nowNanos) {
        vardiff.start(nowNanos);
        return vardiff.difficulty();
      }

      @Override
      public double onShare(double difficulty, long nowNanos) {
        vardiff.onShare(difficulty, nowNanos);
        return vardiff.retarget(nowNanos);
      }

      @Override
      public double onTick(long nowNanos) {
        return vardiff.retarget(nowNanos);
      }
    };
  }

  /**
   * What ckpool 1.2.0 does in add_submit: decaying averages of the work over one and five minutes,
   * looked at after 72 shares or 240 s; no change while between 0.15 and 0.4 shares a second. Its
   * target is 0.3 shares a second; no rounding here, so that small difficulties can be compared.
   */
  final class Ckpool implements DifficultyRule {
    static final double SHARES_PER_SECOND = 0.3;

    private double difficulty;
    private int sharesSinceChange;
    private double firstShare = -1;
    private double lastChange;
    private double lastShare;
    private double workPerSecond1;
    private double workPerSecond5;

    Ckpool(double start) {
      difficulty = start;
    }

    @Override
    public double onStart(long nowNanos) {
      return difficulty;
    }

    @Override
    public double onShare(double shareDifficulty, long nowNanos) {
      double now = nowNanos / 1e9;
      if (firstShare < 0) {
        firstShare = now;
        lastChange = now;
        lastShare = now;
      }
      double passed = Math.max(now - lastShare, 1e-6);
      workPerSecond1 = decay(workPerSecond1, shareDifficulty, passed, 60);
      workPerSecond5 = decay(workPerSecond5, shareDifficulty, passed, 300);
      lastShare = now;
      sharesSinceChange++;
      if (shareDifficulty != difficulty) {
        sharesSinceChange = 0;
        return 0;
      }
      boolean enoughShares = sharesSinceChange >= 72;
      if (!enoughShares && now - lastChange < 240) {
        return 0;
      }
      double age = now - firstShare;
      double work = enoughShares ? workPerSecond1 / bias(age, 60) : workPerSecond5 / bias(age, 300);
      double rate = work / difficulty;
      double optimal = work * 3.33;
      if ((rate > 0.15 && rate < 0.4) || optimal == difficulty) {
        return 0;
      }
      if (optimal < difficulty && sharesSinceChange == 1) {
        lastChange = now;
        return 0;
      }
      sharesSinceChange = 0;
      lastChange = now;
      difficulty = optimal;
      return optimal;
    }

    private static double bias(double age, double period) {
      return Math.max(1e-9, 1 - Math.exp(-age / period));
    }

    private static double decay(double average, double added, double seconds, double period) {
      double share = 1 - Math.exp(-seconds / period);
      return (average + added / seconds * share) / (1 + share);
    }
  }

  /**
   * What node-stratum-pool (NOMP, and after it many others) does: every 90 s the mean gap of up to
   * 120 shares, in whole seconds; no change within 30 % of the target, which is ours here.
   */
  final class Nomp implements DifficultyRule {
    private static final double TARGET_SECONDS = 3;
    private static final double RETARGET_SECONDS = 90;
    private static final double VARIANCE = 0.3;
    private static final int MOST_GAPS = 120;

    private final double minimum;
    private final double maximum;
    private final ArrayDeque<Long> gaps = new ArrayDeque<>();
    private double difficulty;
    private long sum;
    private long lastShare;
    private double lastRetarget = -1;

    Nomp(double start, double minimum, double maximum) {
      difficulty = start;
      this.minimum = minimum;
      this.maximum = maximum;
    }

    @Override
    public double onStart(long nowNanos) {
      return difficulty;
    }

    @Override
    public double onShare(double shareDifficulty, long nowNanos) {
      long now = nowNanos / 1_000_000_000;
      if (lastRetarget < 0) {
        lastRetarget = Math.max(0, now - RETARGET_SECONDS / 2);
        lastShare = now;
        return 0;
      }
      gaps.add(now - lastShare);
      sum += now - lastShare;
      if (gaps.size() > MOST_GAPS) {
        sum -= gaps.remove();
      }
      lastShare = now;
      if (now - lastRetarget < RETARGET_SECONDS) {
        return 0;
      }
      lastRetarget = now;
      double mean = (double) sum / gaps.size();
      if (Math.abs(mean / TARGET_SECONDS - 1) <= VARIANCE) {
        return 0;
      }
      gaps.clear();
      sum = 0;
      difficulty = Math.max(minimum, Math.min(maximum, difficulty * TARGET_SECONDS / mean));
      return difficulty;
    }
  }
}
