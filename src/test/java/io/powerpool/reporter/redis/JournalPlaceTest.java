package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.JournalProgress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JournalPlaceTest {

  @Test
  void whatAServerIsFoundWithMayBeInItsMemoryOnly() {
    JournalPlace place = new JournalPlace(1200, 0, 10_000);
    assertThat(place.progress()).isEqualTo(new JournalProgress(1200, 1200, 0));
    place.onDurable(10_000);
    assertThat(place.progress().stored()).isZero();
    place.onDurable(10_001);
    assertThat(place.progress()).isEqualTo(JournalProgress.storedUpTo(1200));
  }

  @Test
  void whatIsKnownToBeOnDiskIsThereUnlessTheServerHasLess() {
    assertThat(new JournalPlace(1200, 700, 1).progress().stored()).isEqualTo(700);
    assertThat(new JournalPlace(600, 700, 1).progress()).isEqualTo(JournalProgress.storedUpTo(600));
  }

  @Test
  void whatFollowsWithoutAPauseIsToldAllTheSame() {
    JournalPlace place = new JournalPlace(0, 0, 0);
    for (int millis = 100; millis <= 10_000; millis += 100) {
      place.onStored(millis, millis);
    }
    place.onDurable(5_001);
    assertThat(place.progress().stored()).isBetween(4_800L, 5_000L);
  }

  @Test
  void aPlaceIsForgottenADayAfterTheLastWordIfAllIsOnDisk() {
    long day = Duration.ofDays(1).toMillis();
    JournalPlace place = new JournalPlace(0, 0, 0);
    assertThat(place.isIdle(day)).isFalse();
    assertThat(place.isIdle(day + 1)).isTrue();
    place.touch(5);
    assertThat(place.isIdle(day + 5)).isFalse();
    place.onStored(7, 10);
    assertThat(place.isIdle(2 * day)).isFalse();
    place.onDurable(11);
    assertThat(place.isIdle(2 * day)).isTrue();
  }
}
