package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int STEP_MILLIS = 10;

  /** The milliseconds at which each becomes due. */
  private static List<Integer> times(Spread spread) {
    List<Integer> times = new ArrayList<>();
    for (int millis = 0; millis <= MINUTE.toMillis(); millis += STEP_MILLIS) {
      int due = spread.due(Duration.ofMillis(millis).toNanos());
      assertThat(due).isGreaterThanOrEqualTo(times.size());
      while (times.size() < due) {
        times.add(millis);
      }
    }
    return times;
  }

  private static int longestGap(List<Integer> times) {
    int last = 0;
    int longest = 0;
    for (int time : times) {
      longest = Math.max(longest, time - last);
      last = time;
    }
    return Math.max(longest, (int) MINUTE.toMillis() - last);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 300, 60_000})
  void allAreDueAtTheEndAndEachInItsOwnShareOfTheTime(int count) {
    for (int instance = 0; instance < 8; instance++) {
      List<Integer> times = times(Spread.of(count, MINUTE, instance));
      assertThat(times).hasSize(count);
      for (int i = 0; i < count; i++) {
        double share = (double) MINUTE.toMillis() / count;
        assertThat((double) times.get(i))
            .isBetween(i * share - STEP_MILLIS, (i + 1) * share + STEP_MILLIS);
      }
    }
  }

  @Test
  void thoseOfSeveralEventLoopsFallBetweenEachOther() {
    List<Integer> all = new ArrayList<>();
    for (int instance = 0; instance < 8; instance++) {
      all.addAll(times(Spread.of(10, MINUTE, instance)));
    }
    all.sort(null);
    // Even would be 750 ms; all at once, as without a phase, 6 s.
    assertThat(longestGap(all)).isLessThan(1_500);
  }

  @Test
  void nobodyIsDueWhereNobodyIs() {
    assertThat(Spread.of(0, MINUTE, 0).due(MINUTE.toNanos())).isZero();
    assertThat(Spread.of(3, MINUTE, 0).due(10 * MINUTE.toNanos())).isEqualTo(3);
  }
}
