package io.powerpool.difficulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DifficultyTest {

  private static final Target SHA256D =
      Target.ofHex("00000000ffff0000000000000000000000000000000000000000000000000000");
  private static final Target SCRYPT =
      Target.ofHex("0000ffff00000000000000000000000000000000000000000000000000000000");

  @ParameterizedTest
  @CsvSource({
    "1, 00000000ffff0000000000000000000000000000000000000000000000000000",
    "2, 000000007fff8000000000000000000000000000000000000000000000000000",
    "0.5, 00000001fffe0000000000000000000000000000000000000000000000000000",
    "65535, 0000000000010000000000000000000000000000000000000000000000000000",
    "0.000015258789062500, 0000ffff00000000000000000000000000000000000000000000000000000000",
    "3, 0000000055550000000000000000000000000000000000000000000000000000",
    "7, 0000000024922492492492492492492492492492492492492492492492492492",
  })
  void knownTargetsOfSha256d(double difficulty, String target) {
    assertThat(Difficulty.of(difficulty).toTarget(SHA256D)).hasToString(target);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0000ffff00000000000000000000000000000000000000000000000000000000",
    "65536, 00000000ffff0000000000000000000000000000000000000000000000000000",
    "128, 000001fffe000000000000000000000000000000000000000000000000000000",
  })
  void knownTargetsOfScrypt(double difficulty, String target) {
    assertThat(Difficulty.of(difficulty).toTarget(SCRYPT)).hasToString(target);
  }

  /** Block 100,800's bits and difficulty are the worked example of the Bitcoin wiki. */
  @Test
  void networkDifficultyOfCompactBits() {
    Target target = CompactBits.ofHex("1b0404cb").toTarget();
    assertThat(Difficulty.ofTarget(target, SHA256D).value()).isEqualTo(16307.420938523983);
    assertThat(Difficulty.ofTarget(SHA256D, SHA256D)).isEqualTo(Difficulty.of(1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, Double.MIN_VALUE, 1e-300})
  void tooEasyBecomesTheEasiestTarget(double difficulty) {
    assertThat(Difficulty.of(1e-9).toTarget(SCRYPT)).isEqualTo(Target.EASIEST);
    assertThat(Difficulty.of(difficulty).toTarget(SCRYPT)).isEqualTo(Target.EASIEST);
  }

  @Test
  void tooHardBecomesTheHardestTarget() {
    assertThat(Difficulty.of(Double.MAX_VALUE).toTarget(SHA256D).toBigInteger()).isZero();
  }

  @Test
  void everyTargetIsExact() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      double value = Math.exp((random.nextDouble() - 0.3) * 120);
      Target one = random.nextBoolean() ? SHA256D : SCRYPT;
      BigInteger exact =
          new BigDecimal(one.toBigInteger())
              .divide(new BigDecimal(value), 0, RoundingMode.DOWN)
              .toBigInteger();
      assertThat(Difficulty.of(value).toTarget(one)).isEqualTo(Target.of(exact));
    }
  }

  @Test
  void harderNeverGivesALargerTarget() {
    Random random = new Random(2);
    for (int i = 0; i < 1_000; i++) {
      double value = Math.exp((random.nextDouble() - 0.3) * 60);
      Target target = Difficulty.of(value).toTarget(SHA256D);
      assertThat(Difficulty.of(Math.nextUp(value)).toTarget(SHA256D)).isLessThanOrEqualTo(target);
    }
  }

  @Test
  void difficultySurvivesTheWayToATargetAndBack() {
    Random random = new Random(3);
    for (int i = 0; i < 1_000; i++) {
      double value = Math.exp(random.nextDouble() * 60 - 15);
      assertThat(Difficulty.ofTarget(Difficulty.of(value).toTarget(SHA256D), SHA256D).value())
          .isEqualTo(value);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesWhatIsNoDifficulty(double value) {
    assertThatThrownBy(() -> Difficulty.of(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Double.toString(value));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "524288, 524288", "0.25, 0.25", "1e-9, 1.0E-9", "1e14, 100000000000000"})
  void isSpelledWithoutANeedlessFraction(double value, String text) {
    assertThat(Difficulty.of(value)).hasToString(text);
  }
}
