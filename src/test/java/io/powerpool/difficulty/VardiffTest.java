package io.powerpool.difficulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times are seconds from the first job; the target is a share every 3 s. */
class VardiffTest {

  private static final VardiffOptions OPTIONS =
      VardiffOptions.DEFAULT.withTiers(DifficultyTiers.between(1e-9, 1e15));

  private final Vardiff vardiff = new Vardiff(OPTIONS, 1000, 1e-9, 1e15);

  @Test
  void jumpsUpAfterFourSharesFarTooFast() {
    vardiff.start(at(0));
    for (int i = 1; i <= 3; i++) {
      assertThat(share(1000, i * 0.1)).isEqualTo(Vardiff.NO_CHANGE);
    }
    // Three gaps of 0.1 s after the first share, and the time before it: 3 shares in 0.4 s.
    assertThat(share(1000, 0.4)).isEqualTo(1000 * 3 / (0.4 / 3));
  }

  @Test
  void connectionsThatShareATargetRateFindAPartOfItEach() {
    vardiff.start(at(0));
    vardiff.crowd(4);
    // On target: 20 shares a minute of four connections are 5 of each.
    for (int i = 1; i <= 300; i++) {
      assertThat(share(1000, i * 12)).isEqualTo(Vardiff.NO_CHANGE);
    }
    for (int i = 1; i <= 40; i++) {
      share(1000, 3600 + i * 3);
    }
    assertThat(vardiff.difficulty()).isBetween(2500.0, 6000.0);
  }

  @Test
  void aJumpIsBounded() {
    vardiff.start(at(0));
    shares(3, 1000, 0, 0.001);
    assertThat(share(1000, 0.004)).isEqualTo(64_000);
    assertThat(vardiff.difficulty()).isEqualTo(64_000);
  }

  @Test
  void sharesStillOnTheirWayDoNotJumpTwice() {
    vardiff.start(at(0));
    shares(3, 1000, 0, 0.001);
    share(1000, 0.004);
    for (int i = 0; i < 500; i++) {
      assertThat(share(1000, 0.004 + i * 0.001)).isEqualTo(Vardiff.NO_CHANGE);
    }
  }

  @Test
  void timeBeforeTheFirstJobDoesNotCount() {
    assertThat(vardiff.retarget(at(1e6))).isEqualTo(Vardiff.NO_CHANGE);
    vardiff.start(at(1e6));
    assertThat(vardiff.retarget(at(1e6 + 5))).isEqualTo(Vardiff.NO_CHANGE);
  }

  @Test
  void easesASilentMinerStepByStepDownToItsMinimum() {
    Vardiff limited = new Vardiff(OPTIONS, 1000, 3, 1e15);
    limited.start(at(0));
    List<Double> eases = new ArrayList<>();
    for (int second = 0; second < 3600; second++) {
      double next = limited.retarget(at(second));
      if (next != Vardiff.NO_CHANGE) {
        eases.add(next);
        assertThat(second).isGreaterThanOrEqualTo(12 * eases.size());
      }
    }
    assertThat(eases).containsExactly(250.0, 62.5, 15.63, 3.908, 3.0);
  }

  @Test
  void aMinerThatHasProvenItselfIsEasedNoFurtherThanTheSilenceLimit() {
    vardiff.start(at(0));
    shares(100, 1000, 0, 3);
    double seconds = 300;
    assertThat(vardiff.retarget(at(seconds + 27))).isEqualTo(Vardiff.NO_CHANGE);
    for (; seconds < 7200; seconds++) {
      vardiff.retarget(at(seconds));
    }
    assertThat(vardiff.difficulty()).isCloseTo(1000 / 256.0, within(0.001));
  }

  @Test
  void aBurstAfterAStalledLineIsNotTakenForAFasterMiner() {
    vardiff.start(at(0));
    shares(100, 1000, 0, 3);
    for (int i = 0; i < 8; i++) {
      assertThat(share(1000, 324)).isEqualTo(Vardiff.NO_CHANGE);
    }
  }

  @Test
  void sharesThatAreHeldBackAndComeAllAtOnceChangeNothing() {
    vardiff.start(at(0));
    // Before the first burst is there nobody can know of it.
    for (int i = 0; i < 10; i++) {
      vardiff.onShare(1000, at(30 + i * 0.01));
    }
    for (int second = 31; second <= 36_000; second++) {
      for (int i = 0; second % 30 == 0 && i < 10; i++) {
        assertThat(share(1000, second + i * 0.01)).isEqualTo(Vardiff.NO_CHANGE);
      }
      assertThat(vardiff.retarget(at(second + 0.5))).isEqualTo(Vardiff.NO_CHANGE);
    }
  }

  @Test
  void aMinerThatHoldsSharesBackIsEasedAllTheSameWhenItStops() {
    vardiff.start(at(0));
    for (int burst = 1; burst <= 20; burst++) {
      shares(10, 1000, burst * 30, 0.01);
    }
    double seconds = 600;
    while (vardiff.retarget(at(seconds)) == Vardiff.NO_CHANGE) {
      seconds++;
    }
    assertThat(seconds).isBetween(640.0, 720.0);
  }

  @Test
  void sharesOfAnEarlierHarderDifficultyCountInFull() {
    vardiff.start(at(0));
    vardiff.assign(100, at(1));
    // 10 times the work of a share each: this is no slow miner.
    for (int i = 1; i <= 10; i++) {
      share(1000, 1 + i * 30);
      assertThat(vardiff.difficulty()).isGreaterThanOrEqualTo(100);
    }
  }

  @Test
  void sharesOfAnEarlierEasierDifficultyCountForWhatTheyAre() {
    vardiff.start(at(0));
    vardiff.assign(10_000, at(1));
    // Ten easy shares where one hard one is due: on target.
    for (int i = 1; i <= 1000; i++) {
      assertThat(share(1000, 1 + i * 0.3)).isEqualTo(Vardiff.NO_CHANGE);
    }
  }

  @ParameterizedTest
  @CsvSource({"1e-9", "1e-3", "1", "1e9"})
  void isTheSameAtEveryScale(double start) {
    Vardiff scaled = new Vardiff(OPTIONS, start, 1e-12, 1e15);
    scaled.start(at(0));
    for (int i = 1; i <= 4; i++) {
      scaled.onShare(start, at(i * 0.1));
    }
    double next = scaled.retarget(at(0.4));
    assertThat(next).isCloseTo(start * 22.5, within(start * 0.001));
  }

  @Test
  void staysWithinTheLimitsOfTheConnection() {
    Vardiff limited = new Vardiff(OPTIONS, 1, 500, 2000);
    assertThat(limited.difficulty()).isEqualTo(500);
    limited.start(at(0));
    for (int i = 1; i <= 10; i++) {
      limited.onShare(500, at(i * 0.001));
    }
    assertThat(limited.retarget(at(0.01))).isEqualTo(2000);
    assertThat(limited.assign(5, at(2))).isEqualTo(500);
    assertThatThrownBy(() -> new Vardiff(OPTIONS, 1, 2, 1)).hasMessageContaining("2.0");
  }

  @Test
  void choosesTiersAndStaysOnThem() {
    Vardiff tiered = new Vardiff(VardiffOptions.DEFAULT, 128, 64, 524_288);
    tiered.start(at(0));
    Random random = new Random(1);
    double seconds = 0;
    for (int i = 0; i < 2000; i++) {
      // Work for a difficulty of 300 every 3 s.
      seconds -= Math.log(1 - random.nextDouble()) * 3 * tiered.difficulty() / 300;
      tiered.onShare(tiered.difficulty(), at(seconds));
      double next = tiered.retarget(at(seconds));
      assertThat(
              next == Vardiff.NO_CHANGE || Double.toString(next).matches("64.0|128.0|256.0|512.0"))
          .isTrue();
    }
    assertThat(tiered.difficulty()).isEqualTo(256);
  }

  /** Γ(1/2) = √π, Γ(n) = (n - 1)!; between them by the recurrence. */
  @Test
  void logGammaIsExactEnough() {
    assertThat(PoissonEvidence.logGamma(0.5)).isCloseTo(0.5 * Math.log(Math.PI), within(1e-8));
    double factorial = 0;
    for (int n = 1; n < 200; n++) {
      assertThat(PoissonEvidence.logGamma(n)).isCloseTo(factorial, within(1e-8));
      factorial += Math.log(n);
    }
    assertThat(PoissonEvidence.logGamma(100_000.5) - PoissonEvidence.logGamma(99_999.5))
        .isCloseTo(Math.log(99_999.5), within(1e-6));
  }

  /** The factor is a mixture of likelihood ratios, so its mean over the Poisson law is 1. */
  @ParameterizedTest
  @CsvSource({"0.1", "1", "7", "60"})
  void evidenceIsAFairBet(double expected) {
    double mean = 0;
    double logProbability = -expected;
    for (int n = 0; n < 2000; n++) {
      mean += Math.exp(logProbability + PoissonEvidence.log(n, expected));
      logProbability += Math.log(expected / (n + 1));
    }
    assertThat(mean).isCloseTo(1, within(0.01));
  }

  @Test
  void isSmallAndAllocatesNothingPerShare() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Vardiff[] many = new Vardiff[1000];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < many.length; i++) {
      many[i] = new Vardiff(OPTIONS, 1000, 1e-9, 1e15);
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / many.length;
    assertThat(each).isLessThan(150);

    vardiff.start(at(0));
    before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 1; i <= 10_000; i++) {
      share(1000, i * 3.0);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
  }

  private void shares(int count, double difficulty, double from, double gap) {
    for (int i = 1; i <= count; i++) {
      share(difficulty, from + i * gap);
    }
  }

  private double share(double difficulty, double seconds) {
    vardiff.onShare(difficulty, at(seconds));
    return vardiff.retarget(at(seconds));
  }

  private static long at(double seconds) {
    return Math.round(seconds * 1e9);
  }
}
