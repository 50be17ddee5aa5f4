package io.powerpool.statistics;

import static io.powerpool.statistics.HashrateMeter.Window.HOUR;
import static io.powerpool.statistics.HashrateMeter.Window.MINUTE;
import static io.powerpool.statistics.HashrateMeter.Window.TEN_MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashrateMeterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final double SCRYPT_HASHES = 65_536;

  @Test
  void convertsDifficultyToHashesPerSecond() {
    HashrateMeter meter = new HashrateMeter(0);
    for (int second = 0; second < 7200; second++) {
      meter.add(16, second * SECOND);
    }

    assertThat(meter.hps(MINUTE, SCRYPT_HASHES, 7200 * SECOND - 1))
        .isCloseTo(16 * SCRYPT_HASHES, within(2.0 * SCRYPT_HASHES));
    assertThat(meter.hps(HOUR, SCRYPT_HASHES, 7200 * SECOND - 1))
        .isCloseTo(16 * SCRYPT_HASHES, within(0.02 * SCRYPT_HASHES));
  }

  @Test
  void forgetsAWindowLater() {
    HashrateMeter meter = new HashrateMeter(0);
    meter.add(60, 0);

    assertThat(meter.difficultyPerSecond(MINUTE, 62 * SECOND)).isZero();
    assertThat(meter.difficultyPerSecond(TEN_MINUTES, 62 * SECOND))
        .isCloseTo(60 / 62.0, within(1e-9));
    assertThat(meter.difficultyPerSecond(TEN_MINUTES, 611 * SECOND)).isZero();
    assertThat(meter.difficultyPerSecond(HOUR, 611 * SECOND)).isGreaterThan(0);
  }

  @Test
  void isFiniteInTheFirstInstant() {
    HashrateMeter meter = new HashrateMeter(5);
    meter.add(8, 5);
    assertThat(meter.difficultyPerSecond(MINUTE, 5)).isEqualTo(8);
    assertThat(new HashrateMeter(5).difficultyPerSecond(HOUR, 5)).isZero();
  }

  /** Shares arrive at random; the mean of many meters must be the true rate at any age. */
  @Test
  void isUnbiasedAtEveryAge() {
    SplittableRandom random = new SplittableRandom(42);
    long[] ages = {3 * SECOND, 37 * SECOND + 123, 200 * SECOND, 1800 * SECOND};
    for (HashrateMeter.Window window : HashrateMeter.Window.values()) {
      for (long age : ages) {
        double sum = 0;
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
          HashrateMeter meter = new HashrateMeter(0);
          double at = 0;
          while ((at += -Math.log(1 - random.nextDouble()) / 0.5) < age / 1e9) {
            meter.add(4, (long) (at * SECOND));
          }
          sum += meter.difficultyPerSecond(window, age);
        }
        // 0.5 shares a second of difficulty 4; four standard errors of the noisiest case.
        double tolerance = 4 * 4 * Math.sqrt(0.5 / Math.min(60, age / 1e9)) / Math.sqrt(rounds);
        assertThat(sum / rounds).as("%s at %d ns", window, age).isCloseTo(2, within(tolerance));
      }
    }
  }
}
