package io.powerpool.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

  private final LatencyHistogram histogram = new LatencyHistogram();

  @Test
  void countsCumulativelyWithTheBoundsIncluded() {
    histogram.record(-5);
    histogram.record(Duration.ofMillis(1).toNanos());
    histogram.record(Duration.ofMillis(1).toNanos() + 1);
    histogram.record(Duration.ofDays(1).toNanos());
    Map<String, Object> map = histogram.toMap();
    assertThat(map).containsEntry("count", 4L);
    Map<?, ?> buckets = (Map<?, ?>) map.get("buckets");
    assertThat(buckets.get("1")).isEqualTo(2L);
    assertThat(buckets.get("2")).isEqualTo(3L);
    assertThat(buckets.get("60000")).isEqualTo(3L);
    assertThat(buckets.get("+Inf")).isEqualTo(4L);
  }

  @Test
  void quantilesAreExactToOnePercent() {
    for (int i = 1; i <= 1000; i++) {
      histogram.record(Duration.ofMillis(i).toNanos());
    }
    Map<String, Object> map = histogram.toMap();
    assertThat((double) map.get("p50_ms")).isBetween(495.0, 505.0);
    assertThat((double) map.get("p95_ms")).isBetween(940.0, 960.0);
    assertThat((double) map.get("max_ms")).isBetween(1000.0, 1010.0);
    assertThat(map).containsEntry("sum_ms", 500_500.0);
  }

  @Test
  void hasNoQuantilesOfNothing() {
    assertThat(histogram.toMap()).containsOnlyKeys("count", "sum_ms", "buckets");
  }
}
