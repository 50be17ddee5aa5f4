package io.powerpool.compute;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatheringTest {

  /** Times in microseconds. */
  @ParameterizedTest
  @CsvSource({
    "7, 100, 0, 200, full in 0.7 ms",
    "7, 285, 0, 570, just full within 2 ms",
    "7, 286, 0, 0, not full within 2 ms",
    "1, 1900, 0, 2000, never for longer than 2 ms",
    "1, 300, 1500, 500, never for longer than what is left of them",
    "1, 300, 1701, 0, too late for another one",
    "1, 0, 2000, 0, the time is over",
    "1, 0, 2500, 0, the time was over before",
    "1, 2147483, 0, 0, a lonely header"
  })
  void waitsWhileTheBatchIsLikelyToFill(
      int missing, long gap, long waited, long expected, String why) {
    long nanos = Gathering.WHILE_LIKELY_TO_FILL.waitNanos(missing, gap * 1000, waited * 1000);

    assertThat(Math.max(0, nanos)).as(why).isEqualTo(expected * 1000);
  }

  @Test
  void theGapIsThatOfTheLastHeadersAndGrowsWithSilence() {
    Arrivals arrivals = new Arrivals();
    for (int i = 0; i < 15; i++) {
      arrivals.add(1_000_000 + i * 100);
    }
    assertThat(arrivals.gapNanos(1_001_500)).isGreaterThan(2_000_000_000);

    arrivals.add(1_001_500);

    assertThat(arrivals.gapNanos(1_001_600)).isEqualTo(100);
    assertThat(arrivals.gapNanos(1_017_600)).isEqualTo(1_100);
    for (int i = 0; i < 100; i++) {
      arrivals.add(2_000_000 + i * 300);
    }
    assertThat(arrivals.gapNanos(2_030_000)).isEqualTo(300);
  }
}
