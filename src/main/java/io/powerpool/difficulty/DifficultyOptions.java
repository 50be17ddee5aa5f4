package io.powerpool.difficulty;

import io.powerpool.config.Section;
import java.util.Optional;

/**
 * The difficulties of one Stratum port.
 *
 * @param start the difficulty of a new connection; without vardiff, of all its life
 * @param vardiff how difficulties follow the miners; empty if they do not
 * @param minimum the least difficulty handed out unasked
 * @param maximum the greatest difficulty handed out unasked
 * @param minimumManual the least difficulty that a user gets by asking for it
 */
public record DifficultyOptions(
    double start,
    Optional<VardiffOptions> vardiff,
    double minimum,
    double maximum,
    double minimumManual) {

  private static final double START = 128;
  private static final double MINIMUM_MANUAL = 64;

  public DifficultyOptions {
    Difficulty.of(start);
    Difficulty.of(minimumManual);
    if (Difficulty.of(minimum).compareTo(Difficulty.of(maximum)) > 0) {
      throw new IllegalArgumentException(
          "the maximum difficulty is not below the minimum, were " + maximum + " and " + minimum);
    }
  }

  /**
   * From the section of a Stratum port: {@code start_difficulty}, {@code minimum_manual_diff} and
   * the section {@code vardiff}. Wrong values are noted as faults there, and the default takes
   * their place.
   */
  public static DifficultyOptions from(Section section) {
    Section variable = section.section("vardiff");
    boolean enabled = variable.flag("enabled", true);
    VardiffOptions vardiff = VardiffOptions.from(variable);
    double minimum = enabled ? vardiff.tiers().minimum() : VardiffOptions.LEAST_DIFFICULTY;
    double maximum = enabled ? vardiff.tiers().maximum() : VardiffOptions.MOST_DIFFICULTY;
    double start =
        section.number(
            "start_difficulty",
            Math.max(minimum, Math.min(maximum, START)),
            VardiffOptions.LEAST_DIFFICULTY,
            VardiffOptions.MOST_DIFFICULTY);
    if (start < minimum || start > maximum) {
      section.fault(
          "start_difficulty",
          start,
          "a difficulty among those of vardiff, from %s to %s"
              .formatted(Difficulty.of(minimum), Difficulty.of(maximum)));
    }
    // Where the pool itself hands out less than 64, its users may ask for that.
    double minimumManual =
        section.number(
            "minimum_manual_diff",
            Math.min(MINIMUM_MANUAL, enabled ? minimum : start),
            VardiffOptions.LEAST_DIFFICULTY,
            VardiffOptions.MOST_DIFFICULTY);
    return new DifficultyOptions(
        start, enabled ? Optional.of(vardiff) : Optional.empty(), minimum, maximum, minimumManual);
  }

  /** What a user gets who asks for this difficulty. */
  public double manual(double asked) {
    return Math.max(minimumManual, asked);
  }

  /** Whether vardiff's target rate is for all connections of an address together. */
  public boolean isPerAddress() {
    return vardiff.isPresent() && vardiff.get().perAddress();
  }
}
