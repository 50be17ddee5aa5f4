package io.powerpool.difficulty;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DifficultyOptionsTest {

  private final Faults faults = new Faults();

  @Test
  void nothingSaidGivesVardiffInDoubledTiers() {
    DifficultyOptions options = read(Map.of());
    assertThat(options.start()).isEqualTo(128);
    assertThat(options.minimumManual()).isEqualTo(64);
    assertThat(options.minimum()).isEqualTo(64);
    assertThat(options.maximum()).isEqualTo(524_288);
    assertThat(options.vardiff()).contains(VardiffOptions.DEFAULT);
    faults.throwIfAny();
  }

  @Test
  void everyKeyIsRead() {
    DifficultyOptions options =
        read(
            Map.of(
                "start_difficulty",
                0.5,
                "minimum_manual_diff",
                0.25,
                "vardiff",
                Map.of(
                    "spm_per", "address",
                    "spm_target", 15,
                    "interval", "1m",
                    "tiers", List.of(0.25, 0.5, 4),
                    "confidence", 0.99,
                    "ramp_shares", 5,
                    "ramp_ratio", 10,
                    "ramp_limit", 16,
                    "ease_limit", 2,
                    "silence_limit", 64)));
    assertThat(options)
        .isEqualTo(
            new DifficultyOptions(
                0.5,
                Optional.of(
                    new VardiffOptions(
                        15,
                        Duration.ofMinutes(1),
                        DifficultyTiers.of(List.of(0.25, 0.5, 4.0)),
                        0.99,
                        5,
                        10,
                        16,
                        2,
                        64,
                        true)),
                0.25,
                4,
                0.25));
    faults.throwIfAny();
  }

  @Test
  void aSmallMinimumLowersTheFloorForUsersAndTheStart() {
    DifficultyOptions options =
        read(
            Map.of(
                "vardiff",
                Map.of("minimum_difficulty", 1e-6, "maximum_difficulty", 1, "steps", "any")));
    assertThat(options.start()).isEqualTo(1);
    assertThat(options.manual(1e-9)).isEqualTo(1e-6);
    assertThat(options.manual(7)).isEqualTo(7);
    assertThat(options.vardiff().orElseThrow().tiers()).isEqualTo(DifficultyTiers.between(1e-6, 1));
    faults.throwIfAny();
  }

  @Test
  void vardiffCanBeOff() {
    DifficultyOptions options =
        read(Map.of("start_difficulty", 8, "vardiff", Map.of("enabled", false)));
    assertThat(options.vardiff()).isEmpty();
    assertThat(options.start()).isEqualTo(8);
    assertThat(options.minimumManual()).isEqualTo(8);
    faults.throwIfAny();
  }

  @Test
  void everyFaultNamesKeyValueAndExpectation() {
    read(
        Map.of(
            "start_difficulty",
            -1,
            "minimum_manual_diff",
            "low",
            "vardiff",
            Map.of(
                "spm_target", 0,
                "interval", "soon",
                "minimum_difficulty", 100,
                "maximum_difficulty", 99,
                "steps", "tripling",
                "confidence", 1)));
    assertThat(faults.found())
        .extracting(Fault::toString)
        .containsExactlyInAnyOrder(
            "start_difficulty: is -1, expected a number from 0.000000001 to 1000000000000000",
            "minimum_manual_diff: is 'low', expected a number from 0.000000001 to 1000000000000000",
            "vardiff.spm_target: is 0, expected a number from 0.1 to 6000",
            "vardiff.interval: is 'soon', expected a duration like 250ms, 30s, 10m or 2h, from 0s"
                + " to 1h",
            "vardiff.maximum_difficulty: is 99, expected a difficulty not below"
                + " minimum_difficulty, which is 100",
            "vardiff.steps: is 'tripling', expected one of doubling, any",
            "vardiff.confidence: is 1, expected a number from 0.9 to 0.999999");
  }

  @Test
  void tiersExcludeBoundsAndMustContainTheStart() {
    read(
        Map.of(
            "start_difficulty",
            1024,
            "vardiff",
            Map.of("tiers", List.of(64, 128), "maximum_difficulty", 256)));
    assertThat(faults.found())
        .extracting(Fault::toString)
        .containsExactlyInAnyOrder(
            "vardiff.tiers: is [64, 128], expected no tiers where maximum_difficulty is set",
            "start_difficulty: is 1024, expected a difficulty among those of vardiff, from 64 to"
                + " 128");
  }

  private DifficultyOptions read(Map<String, ?> values) {
    return DifficultyOptions.from(Section.root(values, faults));
  }
}
