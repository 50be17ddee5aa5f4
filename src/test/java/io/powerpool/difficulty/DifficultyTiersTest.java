package io.powerpool.difficulty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DifficultyTiersTest {

  private final DifficultyTiers doubling = DifficultyTiers.doubling(64, 524_288);

  @ParameterizedTest
  @CsvSource({
    "1, 64, 64",
    "64, 64, 64",
    "90, 64, 64",
    "91, 128, 64",
    "127.9, 128, 64",
    "128, 128, 128",
    "100000, 131072, 65536",
    "1e9, 524288, 524288"
  })
  void nearestByRatioAndAtOrBelow(double wanted, double nearest, double atOrBelow) {
    assertThat(doubling.nearest(wanted)).isEqualTo(nearest);
    assertThat(doubling.atOrBelow(wanted)).isEqualTo(atOrBelow);
  }

  @Test
  void doublesAsFarAsTheMaximumAllows() {
    assertThat(DifficultyTiers.doubling(0.001, 0.001)).hasToString("0.001..0.001 in 1 tiers");
    assertThat(DifficultyTiers.doubling(3, 23).maximum()).isEqualTo(12);
    assertThat(DifficultyTiers.doubling(3, 24).maximum()).isEqualTo(24);
    assertThat(DifficultyTiers.doubling(1e-9, 1e15).maximum()).isEqualTo(0x1p79 * 1e-9);
  }

  @Test
  void takesGivenTiersInAnyOrder() {
    DifficultyTiers tiers = DifficultyTiers.of(List.of(100.0, 0.5, 10.0, 10.0));
    assertThat(tiers).hasToString("0.5..100 in 3 tiers");
    assertThat(tiers.nearest(2)).isEqualTo(0.5);
    assertThat(tiers.nearest(3)).isEqualTo(10);
    assertThat(tiers.nearest(40)).isEqualTo(100);
  }

  @Test
  void aConnectionsLimitsCutTheTiers() {
    assertThat(doubling.nearest(1, 100, 1000)).isEqualTo(128);
    assertThat(doubling.nearest(1e9, 100, 1000)).isEqualTo(512);
  }

  @Test
  void limitsBetweenTwoTiersWin() {
    assertThat(doubling.nearest(1, 140, 200)).isEqualTo(140);
    assertThat(doubling.nearest(150, 140, 200)).isEqualTo(150);
    assertThat(doubling.nearest(999, 150, 150)).isEqualTo(150);
  }

  @Test
  void anyDifficultyIsRoundedWithinItsBounds() {
    DifficultyTiers any = DifficultyTiers.between(0.000012345678, 99_999.9);
    assertThat(any.nearest(1234.5678)).isEqualTo(1235);
    assertThat(any.nearest(0.00043219)).isEqualTo(0.0004322);
    assertThat(any.nearest(1e-9)).isEqualTo(0.000012345678);
    assertThat(any.nearest(1e9)).isEqualTo(99_999.9);
    assertThat(any.nearest(5, 6, 7)).isEqualTo(6);
    assertThat(any.atOrBelow(77.77)).isEqualTo(77.77);
  }

  @Test
  void refusesWhatIsNoTier() {
    assertThatThrownBy(() -> DifficultyTiers.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DifficultyTiers.of(List.of(1.0, -2.0))).hasMessageContaining("-2");
    assertThatThrownBy(() -> DifficultyTiers.doubling(2, 1)).hasMessageContaining("below");
    assertThatThrownBy(() -> DifficultyTiers.between(0, 1)).hasMessageContaining("0.0");
  }
}
