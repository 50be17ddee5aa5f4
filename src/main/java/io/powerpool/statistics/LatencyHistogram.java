package io.powerpool.statistics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long something takes: quantiles, and counts in fixed buckets from a millisecond to a minute.
 * Quantiles are exact to 1 %, buckets exactly. Used by one thread.
 */
public final class LatencyHistogram {

  /** The upper bounds of the buckets in milliseconds; beyond the last there is one more. */
  private static final long[] BOUNDS_MILLIS = {
    1, 2, 5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000
  };

  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int DIGITS = 2;

  private final Histogram micros = new Histogram(MAX_MICROS, DIGITS);
  private final long[] buckets = new long[BOUNDS_MILLIS.length + 1];
  private double sumMillis;

  /** Counts one value; a negative one counts as 0. */
  public void record(long nanos) {
    long value = Math.max(0, nanos);
    micros.recordValue(Math.min(TimeUnit.NANOSECONDS.toMicros(value), MAX_MICROS));
    int bucket = 0;
    while (bucket < BOUNDS_MILLIS.length
        && value > TimeUnit.MILLISECONDS.toNanos(BOUNDS_MILLIS[bucket])) {
      bucket++;
    }
    buckets[bucket]++;
    sumMillis += value / 1e6;
  }

  public long count() {
    return micros.getTotalCount();
  }

  /**
   * {@code count}, {@code sum_ms}, {@code p50_ms}, {@code p95_ms}, {@code max_ms} (without the last
   * three while there is nothing), and {@code buckets}: upper bound in milliseconds, or {@code
   * +Inf}, to how many values were not above it.
   */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("count", count());
    map.put("sum_ms", sumMillis);
    if (count() > 0) {
      map.put("p50_ms", micros.getValueAtPercentile(50) / 1e3);
      map.put("p95_ms", micros.getValueAtPercentile(95) / 1e3);
      map.put("max_ms", micros.getMaxValue() / 1e3);
    }
    Map<String, Long> cumulative = new LinkedHashMap<>();
    long below = 0;
    for (int i = 0; i < buckets.length; i++) {
      below += buckets[i];
      cumulative.put(i < BOUNDS_MILLIS.length ? Long.toString(BOUNDS_MILLIS[i]) : "+Inf", below);
    }
    map.put("buckets", cumulative);
    return map;
  }
}
