package io.powerpool.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RollingCounterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MINUTE = 60 * SECOND;

  /** A minute and a half before a monotonic clock wraps: any origin is legal. */
  private static final long START = Duration.ofSeconds(Long.MAX_VALUE / SECOND - 90).toNanos();

  @Test
  void countsTotalAtOnceButMinutesOnlyWhenComplete() {
    RollingCounter counter = RollingCounter.perSecond("acc_share_count", START);
    counter.add(3, START);
    counter.increment(START + 59 * SECOND);

    assertThat(counter.total()).isEqualTo(4);
    assertThat(counter.minTotal(START + 59 * SECOND)).isZero();
    assertThat(counter.minTotal(START + MINUTE)).isEqualTo(4);
    assertThat(counter.hourTotal(START + MINUTE)).isEqualTo(4);
    assertThat(counter.minTotal(START + 2 * MINUTE)).isZero();
    assertThat(counter.hourTotal(START + 2 * MINUTE)).isEqualTo(4);
    assertThat(counter.minAvg(START + 2 * MINUTE)).isEqualTo(4 / 60.0);
  }

  @Test
  void forgetsAfterAnHourWithoutTouchingTheTotal() {
    RollingCounter counter = RollingCounter.perMinute("work_restarts", 0);
    counter.increment(30 * SECOND);
    counter.increment(90 * SECOND);

    assertThat(counter.hourTotal(60 * MINUTE)).isEqualTo(2);
    assertThat(counter.hourTotal(60 * MINUTE + MINUTE)).isEqualTo(1);
    assertThat(counter.hourTotal(62 * MINUTE)).isZero();
    assertThat(counter.total()).isEqualTo(2);
  }

  @Test
  void averagesTheSecondsThatHavePassed() {
    RollingCounter counter = RollingCounter.perSecond("acc_share_count", 0);
    for (int second = 0; second < 300; second++) {
      counter.add(5, second * SECOND);
    }

    assertThat(counter.secondAvg(300 * SECOND)).isEqualTo(5);
    assertThat(counter.secondAvg(330 * SECOND)).isEqualTo(2.5);
    assertThat(counter.secondAvg(361 * SECOND)).isZero();

    RollingCounter young = RollingCounter.perSecond("acc_share_count", 0);
    young.add(10, 0);
    young.add(20, SECOND);
    assertThat(young.secondAvg(2 * SECOND)).isEqualTo(15);
  }

  @Test
  void survivesALongSilenceAndAClockReadALittleEarly() {
    RollingCounter counter = RollingCounter.perSecond("unk_err", 0);
    counter.add(7, 10 * SECOND);
    counter.add(1, 100_000 * MINUTE);
    counter.add(1, 100_000 * MINUTE - SECOND);

    assertThat(counter.total()).isEqualTo(9);
    assertThat(counter.hourTotal(100_001 * MINUTE)).isEqualTo(2);
  }

  @Test
  void listsTheFieldsThatFrontEndsRead() {
    Counters counters = new Counters("StratumServer_3333");
    RollingCounter n1 = counters.perSecond("acc_share_n1", 0);
    n1.add(0.25, 0);
    counters.perMinute("agent_connects", 0).add(2, 0);
    assertThat(counters.perSecond("acc_share_n1", 0)).isSameAs(n1);

    List<Map<String, Object>> list = counters.toList(MINUTE);
    assertThat(list)
        .extracting(map -> map.get("name"))
        .containsExactly("acc_share_n1", "agent_connects");
    assertThat(list.get(0))
        .containsEntry("owner", "StratumServer_3333")
        .containsEntry("total", 0.25)
        .containsEntry("min_total", 0.25)
        .containsEntry("hour_total", 0.25)
        .containsEntry("min_avg", 0.25 / 60);
    assertThat(list.get(1)).containsEntry("total", 2L).containsEntry("second_avg", 2 / 60.0);
  }

  @Test
  void sumsFractionsWithoutDrift() {
    RollingCounter counter = RollingCounter.perSecond("acc_share_n1", 0);
    for (int i = 0; i < 100_000; i++) {
      counter.add(0.001, i * SECOND / 1000);
    }
    assertThat(counter.total()).isCloseTo(100, within(1e-6));
    assertThat(counter.minTotal(100 * SECOND)).isCloseTo(60, within(1e-6));
  }
}
