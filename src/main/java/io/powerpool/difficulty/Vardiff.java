package io.powerpool.difficulty;

/**
 * Decides one miner's next difficulty from the times and difficulties of its shares. Pure: no
 * clock, no timer, no I/O. There is one per connection, so it is small (120 bytes) and allocates
 * nothing per share; for one thread at a time.
 *
 * <p><b>The question asked.</b> At a fixed difficulty, shares are a Poisson process. So from the
 * shares seen in a time it can be computed how much better another rate explains them than the
 * target rate does ({@link PoissonEvidence}). By Ville's inequality a miner that is exactly on
 * target makes that factor ever exceed 20 with a probability of at most 1/20, however often one
 * looks: there is no need to wait for fixed sample sizes, and looking at every share does not make
 * the difficulty swing.
 *
 * <p><b>Two windows</b> are watched, one for too many shares and one for too little work.
 *
 * <ul>
 *   <li>At a new difficulty the miner is <i>settling</i>: the windows begin with the change, and
 *       odds of 20 are enough. A few shares at a far too fast rate make it jump at once (the ramp).
 *   <li>After {@value #SHARES_TO_SETTLE} shares it is <i>settled</i>. A window now begins anew
 *       whenever it holds nothing that speaks for a change, as in a CUSUM chart, so that what a
 *       miner did an hour ago does not hide what it does now. The odds asked for are those of
 *       {@link VardiffOptions#confidence}; as a window begins at most once per share, chance alone
 *       moves a settled miner at most once in {@code 1 / (1 - confidence)} shares (Lorden's bound),
 *       in truth less often. With tiers, the doubt must also lie beyond the middle between two
 *       tiers, and a little further, or a miner in the middle would be sent to and fro.
 * </ul>
 *
 * <p><b>Bursts.</b> Some proxies and firmware hold shares back and send those of half a minute at
 * once, and a line that stalls does the same. When a share comes then tells when it was sent, not
 * when it was found. So a window for too many shares begins when something came last, and a burst
 * falls into it whole; and as many shares as recent bursts had are taken to be on hand before the
 * miner is found too slow. Of a miner that sends each share at once nearly none are, so it is
 * judged as if there were no such thing.
 *
 * <p>Nothing is estimated from the time of connecting: counting begins with {@link #start}, the
 * first job. In the window for too many shares only shares count that are at least as hard as the
 * present difficulty: easier ones were mined before it began. In the window for too little work
 * every share counts by its own difficulty.
 */
public final class Vardiff {

  /** What {@link #retarget} returns if the difficulty stays. */
  public static final double NO_CHANGE = 0;

  /** At the target rate of 20 a minute: three minutes, and a rate known to 13 %. */
  private static final int SHARES_TO_SETTLE = 60;

  /** ln 20: odds for a change while settling. */
  private static final double SETTLING_LOG_ODDS = Math.log(20);

  /** A settled miner's window begins anew unless it shows a deviation of 10 % at least. */
  private static final double WORTH_WATCHING = 1.1;

  /** How far beyond the middle between two tiers a settled miner must be. */
  private static final double TIER_MARGIN = 1.05;

  /**
   * How many missing shares a window for too many shares may begin with, besides those that the
   * miner uses to hold back: so that what comes after a long silence is looked at for itself.
   */
  private static final double MOST_SHARES_BELATED = 10;

  /** With how many shares in advance of their time a window for too little work may begin. */
  private static final double MOST_SHARES_EARLY = 3;

  /** Shares that follow each other within this part of the target time are one burst: 0.2 s. */
  private static final double BURST_GAP = 1 / 16.0;

  /** With each burst that is smaller, this part of what larger ones have shown is forgotten. */
  private static final double FORGET = 1 / 8.0;

  /** While settling, a window begins anew if it is so many shares on the wrong side. */
  private static final double WRONG_SIDE = 3;

  /** A settled miner is not moved up for a burst: so many shares' time must have passed ... */
  private static final double LEAST_EXPECTED = 3;

  /** ... unless there are so many shares that no stalled line explains them. */
  private static final double NO_MERE_BURST = 32;

  /** A miner so many times too fast does not wait for the interval between changes. */
  private static final double MUCH_TOO_FAST = 2;

  /** Shares' difficulties have come through text and back. */
  private static final double ROUNDING = 1 - 1e-9;

  private final VardiffOptions options;
  private final double minimum;
  private final double maximum;
  private double difficulty;

  /** When this difficulty began, and how many shares at least as hard came until settled. */
  private long changedNanos;

  private int shares;

  /** The window for too many shares: when it began, and shares at least as hard as we ask for. */
  private long fastSince;

  private int fastShares;

  /** The window for too little work: when it began, and work in shares of our difficulty. */
  private long slowSince;

  private double slowWork;

  /** The difficulty of the last share; 0 before the first. */
  private double provenDifficulty;

  /** When the last share came, and when the last one before the burst that it belongs to. */
  private long lastNanos;

  private long beforeBurstNanos;

  /** The work of the last burst so far, in difficulty. */
  private float burstWork;

  /** The work that the miner holds back at most, in difficulty: by its bursts so far. */
  private float heldBack;

  private boolean started;

  /** How many connections find the target's shares together. */
  private int crowd = 1;

  /**
   * A miner that has no work yet.
   *
   * @param start its first difficulty; brought between the limits
   * @param minimum the least difficulty for this connection; wins over the tiers
   * @param maximum the greatest for this connection, not below the minimum
   */
  public Vardiff(VardiffOptions options, double start, double minimum, double maximum) {
    this.options = options;
    if (!(minimum > 0 && minimum <= maximum && !Double.isInfinite(maximum))) {
      throw new IllegalArgumentException(
          "difficulty limits are positive and rising, were " + minimum + " to " + maximum);
    }
    this.minimum = minimum;
    this.maximum = maximum;
    this.difficulty = between(Difficulty.of(start).value());
  }

  /** The difficulty in force: of the next job. */
  public double difficulty() {
    return difficulty;
  }

  /**
   * The miner has work from now on. To be called with its first job, and again when work goes on
   * after a time when there was none to be had; the time before does not count.
   */
  public void start(long nowNanos) {
    started = true;
    lastNanos = nowNanos;
    beforeBurstNanos = nowNanos;
    restart(nowNanos);
  }

  /**
   * Counts an accepted share.
   *
   * @param shareDifficulty the difficulty of the job it was found for, not what its hash would meet
   */
  public void onShare(double shareDifficulty, long nowNanos) {
    if (!started) {
      start(nowNanos);
      return;
    }
    boolean settled = isSettled();
    boolean newBurst = countBurst(shareDifficulty, nowNanos);
    double work = shareDifficulty / difficulty;
    if (work >= ROUNDING) {
      countFast(settled, newBurst, nowNanos);
      if (!settled) {
        shares++;
      }
    }
    countSlow(settled, work, nowNanos);
    provenDifficulty = shareDifficulty;
  }

  /**
   * Looks whether the difficulty should change. To be called after each share, and every few
   * seconds for the sake of those that send none. A change is in force from this moment: it is to
   * be told to the miner at once, together with a job.
   *
   * @return the new difficulty, or {@link #NO_CHANGE}
   */
  public double retarget(long nowNanos) {
    if (!started) {
      return NO_CHANGE;
    }
    double next = faster(nowNanos);
    if (next > difficulty) {
      difficulty = next;
      restart(nowNanos);
      return next;
    }
    boolean silent = shares == 0 && slowWork == 0;
    next = slower(silent, nowNanos);
    if (next < difficulty) {
      difficulty = next;
      restart(nowNanos);
      return next;
    }
    return NO_CHANGE;
  }

  /**
   * The difficulty is set from outside (a request of the miner, a resumed session): brought between
   * the limits, and in force from now on. Returns what it has become.
   */
  public double assign(double wanted, long nowNanos) {
    difficulty = between(Difficulty.of(wanted).value());
    restart(nowNanos);
    return difficulty;
  }

  /** Tells bursts apart; returns whether this share begins one. */
  private boolean countBurst(double shareDifficulty, long nowNanos) {
    boolean newBurst = nowNanos - lastNanos > BURST_GAP * nanosPerShare();
    if (newBurst) {
      double excess = burstExcess();
      heldBack = (float) Math.max(excess, heldBack + (excess - heldBack) * FORGET);
      beforeBurstNanos = lastNanos;
      burstWork = 0;
    }
    burstWork += (float) shareDifficulty;
    lastNanos = nowNanos;
    return newBurst;
  }

  /** A share that comes alone is found when it comes: only the others had been held back. */
  private double burstExcess() {
    return Math.max(0, burstWork - provenDifficulty);
  }

  /**
   * How many shares the miner may have found and not sent yet: no more than at the difficulty that
   * it had, so that one that has stopped is not waited for ever longer.
   */
  private double sharesHeldBack() {
    return Math.max(heldBack, burstExcess()) / Math.max(difficulty, provenDifficulty);
  }

  private void countFast(boolean settled, boolean newBurst, long nowNanos) {
    if (newBurst) {
      double expected = expected(fastSince, nowNanos);
      double seen = fastShares + sharesHeldBack();
      boolean nothingToSee =
          settled ? seen < expected * upperEdge() * WORTH_WATCHING : seen < expected - WRONG_SIDE;
      if (nothingToSee) {
        // What comes now may have been found at any time since something came last.
        double belated = MOST_SHARES_BELATED + sharesHeldBack();
        fastSince = Math.max(beforeBurstNanos, nowNanos - (long) (belated * nanosPerShare()));
        fastShares = 0;
      }
    }
    fastShares++;
  }

  private void countSlow(boolean settled, double work, long nowNanos) {
    slowWork += work;
    double expected = expected(slowSince, nowNanos);
    boolean nothingToSee =
        settled
            ? slowWork > expected * lowerEdge() / WORTH_WATCHING
            : slowWork > expected + WRONG_SIDE;
    if (nothingToSee) {
      slowWork = Math.max(0, Math.min(MOST_SHARES_EARLY, slowWork - expected));
      slowSince = nowNanos;
    }
  }

  /** The difficulty for a miner that is too fast; NaN or not above the present one if it is not. */
  private double faster(long nowNanos) {
    double expected = expected(fastSince, nowNanos);
    if (fastShares <= expected || difficulty >= maximum) {
      return Double.NaN;
    }
    // Unbiased where the time of the last share ends the count.
    double ratio = (fastShares - 1) / expected;
    boolean settled = isSettled();
    boolean ramp = !settled && fastShares >= options.rampShares() && ratio >= options.rampRatio();
    if (!ramp) {
      boolean mayBeBurst = expected < LEAST_EXPECTED && fastShares < NO_MERE_BURST;
      if ((settled && mayBeBurst) || (ratio < MUCH_TOO_FAST && isTooEarly(nowNanos))) {
        return Double.NaN;
      }
      double edge = settled ? upperEdge() : 1;
      if (!(fastShares > expected * edge) || !isSure(fastShares, expected * edge, settled)) {
        return Double.NaN;
      }
    }
    return nearest(difficulty * Math.min(ratio, options.rampLimit()));
  }

  /** The difficulty for a miner that is too slow; NaN or not below the present one if it is not. */
  private double slower(boolean silent, long nowNanos) {
    double expected = expected(slowSince, nowNanos);
    if (slowWork >= expected || difficulty <= minimum || (!silent && isTooEarly(nowNanos))) {
      return Double.NaN;
    }
    boolean settled = isSettled();
    double edge = settled ? lowerEdge() : 1;
    double done = slowWork + sharesHeldBack();
    if (!(done < expected * edge) || !isSure(done, expected * edge, settled)) {
      return Double.NaN;
    }
    // As if the next share came now: so that silence, too, gives a rate to go by.
    double ratio = Math.max((done + 1) / expected, 1 / options.easeLimit());
    double floor = silent ? provenDifficulty / options.silenceLimit() : 0;
    return nearest(Math.max(floor, difficulty * ratio));
  }

  private boolean isSettled() {
    return shares >= SHARES_TO_SETTLE;
  }

  private boolean isTooEarly(long nowNanos) {
    return nowNanos - changedNanos < options.interval().toNanos();
  }

  private boolean isSure(double seen, double expected, boolean settled) {
    double logOdds = settled ? -Math.log1p(-options.confidence()) : SETTLING_LOG_ODDS;
    return PoissonEvidence.isAtLeast(logOdds, seen, expected);
  }

  private double nearest(double wanted) {
    return options.tiers().nearest(wanted, minimum, maximum);
  }

  private double between(double wanted) {
    return Math.max(minimum, Math.min(maximum, wanted));
  }

  /** As a factor of the present difficulty: from where the next tier is the better choice. */
  private double upperEdge() {
    if (difficulty >= maximum) {
      return Double.POSITIVE_INFINITY;
    }
    if (!options.tiers().isStepped()) {
      return 1;
    }
    double next = options.tiers().above(difficulty, maximum);
    return Double.isNaN(next)
        ? Double.POSITIVE_INFINITY
        : Math.sqrt(next / difficulty) * TIER_MARGIN;
  }

  /** As a factor of the present difficulty: to where the next tier is the better choice. */
  private double lowerEdge() {
    if (difficulty <= minimum) {
      return 0;
    }
    if (!options.tiers().isStepped()) {
      return 1;
    }
    double next = options.tiers().below(difficulty, minimum);
    return Double.isNaN(next) ? 0 : Math.sqrt(next / difficulty) / TIER_MARGIN;
  }

  private void restart(long nowNanos) {
    changedNanos = nowNanos;
    shares = 0;
    // Not now: what comes next may have been found before, and waited for more.
    fastSince = lastNanos;
    fastShares = 0;
    slowSince = nowNanos;
    slowWork = 0;
  }

  /**
   * The target rate is one of so many connections together: each is to find its part of it.
   *
   * @param connections this one included
   */
  public void crowd(int connections) {
    crowd = Math.max(1, connections);
  }

  private double nanosPerShare() {
    return 60e9 * crowd / options.sharesPerMinute();
  }

  /** How many shares a miner on target finds in this time. */
  private double expected(long sinceNanos, long nowNanos) {
    return (nowNanos - sinceNanos) / nanosPerShare();
  }
}
