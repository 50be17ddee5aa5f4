package io.powerpool.difficulty;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;

/**
 * The difficulties that may be handed out: a rising list of tiers, or any value between two bounds.
 * Distance is measured as a ratio, so 95 is nearer to 128 than to 64. Immutable.
 */
public final class DifficultyTiers {

  /** More would be a mistake in the configuration, not a wish. */
  private static final int MOST_TIERS = 4096;

  /** 1234 is easier to read than 1233.8127, and the error is far below that of any estimate. */
  private static final MathContext READABLE = new MathContext(4);

  private final double minimum;
  private final double maximum;

  /** Rising; empty if any difficulty between the bounds will do. */
  private final double[] tiers;

  private DifficultyTiers(double minimum, double maximum, double[] tiers) {
    this.minimum = minimum;
    this.maximum = maximum;
    this.tiers = tiers;
  }

  /**
   * Exactly these tiers, in any order.
   *
   * @throws IllegalArgumentException if there is none (or more than 4,096), or one of them is not
   *     positive and finite
   */
  public static DifficultyTiers of(List<Double> values) {
    if (values.isEmpty() || values.size() > MOST_TIERS) {
      throw new IllegalArgumentException(
          "tiers are 1 to " + MOST_TIERS + " difficulties, were " + values.size());
    }
    double[] tiers =
        values.stream()
            .mapToDouble(value -> Difficulty.of(value).value())
            .sorted()
            .distinct()
            .toArray();
    return new DifficultyTiers(tiers[0], tiers[tiers.length - 1], tiers);
  }

  /**
   * The minimum and its doublings up to the maximum.
   *
   * @throws IllegalArgumentException if a bound is not positive and finite, or the maximum is below
   *     the minimum
   */
  public static DifficultyTiers doubling(double minimum, double maximum) {
    checkOrder(minimum, maximum);
    int count = Math.getExponent(maximum / minimum) + 1;
    double[] tiers = new double[count];
    for (int i = 0; i < count; i++) {
      tiers[i] = Math.scalb(minimum, i);
    }
    return new DifficultyTiers(minimum, tiers[count - 1], tiers);
  }

  /**
   * Any difficulty between the bounds, rounded to four digits.
   *
   * @throws IllegalArgumentException if a bound is not positive and finite, or the maximum is below
   *     the minimum
   */
  public static DifficultyTiers between(double minimum, double maximum) {
    checkOrder(minimum, maximum);
    return new DifficultyTiers(minimum, maximum, new double[0]);
  }

  public double minimum() {
    return minimum;
  }

  public double maximum() {
    return maximum;
  }

  /** The difficulty if it lies between minimum and maximum, else the bound that it has passed. */
  public double clamp(double difficulty) {
    return Math.max(minimum, Math.min(maximum, difficulty));
  }

  /** The tier nearest to a positive difficulty; of two equally near the lower. */
  public double nearest(double difficulty) {
    return nearest(difficulty, minimum, maximum);
  }

  /**
   * The tier nearest to a positive difficulty among those from {@code low} to {@code high}. Where
   * no tier lies between these, a connection's own limits win over the tiers: the answer is then
   * the difficulty itself, brought between them.
   */
  public double nearest(double difficulty, double low, double high) {
    double wanted = Math.max(low, Math.min(high, clamp(difficulty)));
    if (tiers.length == 0) {
      double least = Math.max(low, minimum);
      double most = Math.min(high, maximum);
      // The bounds themselves are not rounded: a miner must be able to reach them.
      return wanted != difficulty || wanted == least || wanted == most
          ? wanted
          : Math.max(least, Math.min(most, round(wanted)));
    }
    double upper = above(wanted, high);
    double lower = atOrBelow(wanted, low);
    if (Double.isNaN(lower)) {
      return Double.isNaN(upper) ? wanted : upper;
    }
    return Double.isNaN(upper) || wanted / lower <= upper / wanted ? lower : upper;
  }

  /** The largest tier not above the difficulty; the smallest of all if there is none. */
  public double atOrBelow(double difficulty) {
    if (tiers.length == 0) {
      return clamp(difficulty);
    }
    double tier = atOrBelow(difficulty, minimum);
    return Double.isNaN(tier) ? minimum : tier;
  }

  /** Whether only certain difficulties are handed out, so that a miner may lie between two. */
  boolean isStepped() {
    return tiers.length > 0;
  }

  /** The next tier above the difficulty and not above {@code high}; NaN if there is none. */
  double above(double difficulty, double high) {
    int found = Arrays.binarySearch(tiers, difficulty);
    int next = found >= 0 ? found + 1 : -found - 1;
    return next < tiers.length && tiers[next] <= high ? tiers[next] : Double.NaN;
  }

  /** The next tier below the difficulty and not below {@code low}; NaN if there is none. */
  double below(double difficulty, double low) {
    int found = Arrays.binarySearch(tiers, difficulty);
    int next = found >= 0 ? found - 1 : -found - 2;
    return next >= 0 && tiers[next] >= low ? tiers[next] : Double.NaN;
  }

  private double atOrBelow(double difficulty, double low) {
    return Arrays.binarySearch(tiers, difficulty) >= 0 && difficulty >= low
        ? difficulty
        : below(difficulty, low);
  }

  private static double round(double difficulty) {
    return new BigDecimal(difficulty).round(READABLE).doubleValue();
  }

  private static void checkOrder(double minimum, double maximum) {
    if (Difficulty.of(minimum).compareTo(Difficulty.of(maximum)) > 0) {
      throw new IllegalArgumentException(
          "the maximum difficulty is not below the minimum, were " + maximum + " and " + minimum);
    }
  }

  /** Minimum and maximum, and how many tiers there are. */
  @Override
  public String toString() {
    return Difficulty.of(minimum)
        + ".."
        + Difficulty.of(maximum)
        + (tiers.length == 0 ? "" : " in " + tiers.length + " tiers");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DifficultyTiers that
        && minimum == that.minimum
        && maximum == that.maximum
        && Arrays.equals(tiers, that.tiers);
  }

  @Override
  public int hashCode() {
    return Double.hashCode(minimum) * 31 + Arrays.hashCode(tiers);
  }
}
