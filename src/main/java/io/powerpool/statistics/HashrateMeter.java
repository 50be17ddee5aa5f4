package io.powerpool.statistics;

import java.time.Duration;

/**
 * Hash rate from the difficulty of accepted shares: {@code Σ difficulty × hashes per difficulty-1
 * share / seconds}, over one minute, ten minutes and one hour. While a window is not yet full it
 * divides by the time that has really passed, so a young figure is noisy but not too low. Make the
 * meter when the miner arrives, not with its first share, else early figures are too high. Used by
 * one thread.
 */
public final class HashrateMeter {

  /** How far back a figure looks. */
  public enum Window {
    MINUTE(Duration.ofMinutes(1)),
    TEN_MINUTES(Duration.ofMinutes(10)),
    HOUR(Duration.ofHours(1));

    private final Duration length;

    Window(Duration length) {
      this.length = length;
    }

    public Duration length() {
      return length;
    }
  }

  private static final int SLOTS_PER_WINDOW = 60;
  private static final double NANOS_PER_SECOND = 1e9;

  private final RollingSum minute;
  private final RollingSum tenMinutes;
  private final RollingSum hour;

  public HashrateMeter(long nowNanos) {
    minute = ring(Window.MINUTE, nowNanos);
    tenMinutes = ring(Window.TEN_MINUTES, nowNanos);
    hour = ring(Window.HOUR, nowNanos);
  }

  private static RollingSum ring(Window window, long nowNanos) {
    return new RollingSum(
        window.length().dividedBy(SLOTS_PER_WINDOW), SLOTS_PER_WINDOW + 1, nowNanos);
  }

  /** Counts an accepted share of this difficulty. */
  public void add(double difficulty, long nowNanos) {
    minute.add(difficulty, nowNanos);
    tenMinutes.add(difficulty, nowNanos);
    hour.add(difficulty, nowNanos);
  }

  /**
   * Hashes per second over the window.
   *
   * @param hashesPerDifficultyOne the expected number of hashes for a share of difficulty 1: 2^256
   *     divided by the target of difficulty 1
   */
  public double hps(Window window, double hashesPerDifficultyOne, long nowNanos) {
    return difficultyPerSecond(window, nowNanos) * hashesPerDifficultyOne;
  }

  /** Accepted difficulty per second over the window. */
  public double difficultyPerSecond(Window window, long nowNanos) {
    RollingSum ring = ring(window);
    // In its first second a share would look like a huge rate: no figure is drawn from less.
    double seconds = Math.max(1, ring.coveredNanos(nowNanos) / NANOS_PER_SECOND);
    return ring.sum(nowNanos) / seconds;
  }

  private RollingSum ring(Window window) {
    return switch (window) {
      case MINUTE -> minute;
      case TEN_MINUTES -> tenMinutes;
      case HOUR -> hour;
    };
  }
}
