package io.powerpool.statistics;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One number that only grows, with what it grew by in the last minute and hour. A second counter
 * keeps the last 60 seconds as well; a minute counter only the last 60 minutes. Used by one thread.
 */
public final class RollingCounter {
  private static final int HISTORY = 60;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final String name;
  private final RollingSum minutes;
  private final RollingSum seconds; // null in a minute counter
  private double total;

  private RollingCounter(String name, RollingSum minutes, RollingSum seconds) {
    this.name = name;
    this.minutes = minutes;
    this.seconds = seconds;
  }

  /** A counter of the last 60 seconds and 60 minutes. */
  public static RollingCounter perSecond(String name, long nowNanos) {
    return new RollingCounter(name, ring(MINUTE, nowNanos), ring(SECOND, nowNanos));
  }

  /** A counter of the last 60 minutes: for rare events, at half the memory. */
  public static RollingCounter perMinute(String name, long nowNanos) {
    return new RollingCounter(name, ring(MINUTE, nowNanos), null);
  }

  // One slot more than the history, for the one that is filling.
  private static RollingSum ring(Duration slot, long nowNanos) {
    return new RollingSum(slot, HISTORY + 1, nowNanos);
  }

  public String name() {
    return name;
  }

  public void increment(long nowNanos) {
    add(1, nowNanos);
  }

  /** Adds an amount, which may be fractional: the {@code _n1} counters sum difficulty. */
  public void add(double amount, long nowNanos) {
    total += amount;
    minutes.add(amount, nowNanos);
    if (seconds != null) {
      seconds.add(amount, nowNanos);
    }
  }

  /** Everything since the start. */
  public double total() {
    return total;
  }

  /** The last complete minute, 0 before there is one. Minutes are counted from the start. */
  public double minTotal(long nowNanos) {
    return minutes.lastComplete(nowNanos);
  }

  /** The last 60 complete minutes, or as many as there are. */
  public double hourTotal(long nowNanos) {
    return minutes.sumComplete(nowNanos);
  }

  /** {@link #hourTotal} by 60, as the original has it: too low during the first hour. */
  public double minAvg(long nowNanos) {
    return hourTotal(nowNanos) / HISTORY;
  }

  /**
   * The average per second over the last 60 complete seconds, or over as many as there are. A
   * minute counter has it from its minutes.
   */
  public double secondAvg(long nowNanos) {
    if (seconds != null) {
      long count = seconds.completeSlots(nowNanos);
      return count == 0 ? 0 : seconds.sumComplete(nowNanos) / count;
    }
    return minutes.lastComplete(nowNanos) / MINUTE.toSeconds();
  }

  /**
   * The fields that the monitor lists, under the original's names and one of our own ({@code
   * second_avg}). Whole numbers are {@link Long}, so that counts print without a fraction.
   */
  public Map<String, Object> toMap(String owner, long nowNanos) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("owner", owner);
    map.put("total", number(total));
    map.put("min_total", number(minTotal(nowNanos)));
    map.put("hour_total", number(hourTotal(nowNanos)));
    map.put("min_avg", number(minAvg(nowNanos)));
    map.put("second_avg", number(secondAvg(nowNanos)));
    return map;
  }

  private static Number number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? (Number) (long) value
        : (Number) value;
  }
}
