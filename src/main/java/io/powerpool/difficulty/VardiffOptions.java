package io.powerpool.difficulty;

import io.powerpool.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * How difficulties follow the miners.
 *
 * @param sharesPerMinute how many shares a miner should find
 * @param interval the least time between two changes, except for miners that are at least twice too
 *     fast or silent
 * @param tiers the difficulties to choose from
 * @param confidence how sure we must be that a settled miner's rate is off before it is moved: one
 *     change in {@code 1 / (1 - confidence)} shares or more is by mere chance
 * @param rampShares after how many shares a new difficulty may be found far too low
 * @param rampRatio how many times too fast these shares must be
 * @param rampLimit the largest factor of a single change upward
 * @param easeLimit the largest factor of a single change downward
 * @param silenceLimit how far a miner may be eased while no share of it arrives, as a factor below
 *     the difficulty of its last share; a miner that has never sent one is eased down to its
 *     minimum
 * @param perAddress whether {@code sharesPerMinute} is for all connections of an address together
 */
public record VardiffOptions(
    double sharesPerMinute,
    Duration interval,
    DifficultyTiers tiers,
    double confidence,
    int rampShares,
    double rampRatio,
    double rampLimit,
    double easeLimit,
    double silenceLimit,
    boolean perAddress) {

  /** What the configuration takes for a difficulty: from here ... */
  static final double LEAST_DIFFICULTY = 1e-9;

  /** ... to here. */
  static final double MOST_DIFFICULTY = 1e15;

  /** 20 shares a minute between 64 and 524,288, doubling. */
  public static final VardiffOptions DEFAULT =
      new VardiffOptions(
          20,
          Duration.ofSeconds(30),
          DifficultyTiers.doubling(64, 524_288),
          0.9998,
          4,
          8,
          64,
          4,
          256,
          false);

  public VardiffOptions {
    check(sharesPerMinute > 0 && sharesPerMinute <= 6000, "sharesPerMinute", sharesPerMinute);
    check(!interval.isNegative(), "interval", interval);
    check(confidence >= 0.9 && confidence < 1, "confidence", confidence);
    check(rampShares >= 2, "rampShares", rampShares);
    check(rampRatio >= 2, "rampRatio", rampRatio);
    check(rampLimit >= 2, "rampLimit", rampLimit);
    check(easeLimit > 1, "easeLimit", easeLimit);
    check(silenceLimit >= 1, "silenceLimit", silenceLimit);
  }

  /**
   * From the section {@code vardiff}. Wrong values are noted as faults there, and the default takes
   * their place.
   */
  public static VardiffOptions from(Section section) {
    return new VardiffOptions(
        section.number("spm_target", DEFAULT.sharesPerMinute, 0.1, 6000),
        section.duration("interval", DEFAULT.interval, Duration.ZERO, Duration.ofHours(1)),
        tiers(section),
        section.number("confidence", DEFAULT.confidence, 0.9, 0.999999),
        section.integer("ramp_shares", DEFAULT.rampShares, 2, 1000),
        section.number("ramp_ratio", DEFAULT.rampRatio, 2, 1000),
        section.number("ramp_limit", DEFAULT.rampLimit, 2, 65_536),
        section.number("ease_limit", DEFAULT.easeLimit, 1.5, 64),
        section.number("silence_limit", DEFAULT.silenceLimit, 1, MOST_DIFFICULTY),
        section
            .choice("spm_per", "connection", List.of("connection", "address"))
            .equals("address"));
  }

  /** The same with other tiers. */
  public VardiffOptions withTiers(DifficultyTiers others) {
    return new VardiffOptions(
        sharesPerMinute,
        interval,
        others,
        confidence,
        rampShares,
        rampRatio,
        rampLimit,
        easeLimit,
        silenceLimit,
        perAddress);
  }

  private static DifficultyTiers tiers(Section section) {
    List<Double> given = section.numbers("tiers", List.of(), LEAST_DIFFICULTY, MOST_DIFFICULTY);
    double minimum = section.number("minimum_difficulty", 64, LEAST_DIFFICULTY, MOST_DIFFICULTY);
    double maximum =
        section.number("maximum_difficulty", 524_288, LEAST_DIFFICULTY, MOST_DIFFICULTY);
    String steps = section.choice("steps", "doubling", List.of("doubling", "any"));
    if (!given.isEmpty()) {
      for (String other : List.of("minimum_difficulty", "maximum_difficulty", "steps")) {
        if (section.has(other)) {
          section.fault("tiers", given, "no tiers where " + other + " is set");
        }
      }
      return DifficultyTiers.of(given);
    }
    if (minimum > maximum) {
      section.fault(
          "maximum_difficulty",
          maximum,
          "a difficulty not below minimum_difficulty, which is " + Difficulty.of(minimum));
      return DEFAULT.tiers;
    }
    return steps.equals("any")
        ? DifficultyTiers.between(minimum, maximum)
        : DifficultyTiers.doubling(minimum, maximum);
  }

  private static void check(boolean condition, String name, Object value) {
    if (!condition) {
      throw new IllegalArgumentException("vardiff " + name + " cannot be " + value);
    }
  }
}
