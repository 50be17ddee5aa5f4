package io.powerpool.difficulty;

/**
 * How much better another rate explains a count of events than the expected rate does: Robbins'
 * mixture of Poisson likelihoods, over a Gamma(1/2, 1/2) prior of the ratio of the two rates.
 */
final class PoissonEvidence {

  private static final double PRIOR = 0.5;
  private static final double LOG_PRIOR_SCALE =
      PRIOR * Math.log(PRIOR) - 0.5 * Math.log(Math.PI); // ln(b^a / Γ(a)), Γ(1/2) = √π
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private PoissonEvidence() {}

  /**
   * Whether the evidence is so great.
   *
   * @param logOdds the natural logarithm of the factor asked for
   */
  static boolean isAtLeast(double logOdds, double seen, double expected) {
    // The factor never exceeds exp((seen - expected)^2 / expected): saves the logarithms, mostly.
    double excess = seen - expected;
    return excess * excess >= logOdds * expected && log(seen, expected) >= logOdds;
  }

  /**
   * The logarithm of the factor by which the mixture of all rates explains the events better than
   * the expected rate: with a = b = 1/2, {@code b^a / Γ(a) · Γ(n + a) / (m + b)^(n + a) · e^m}.
   */
  static double log(double seen, double expected) {
    return LOG_PRIOR_SCALE
        + logGamma(seen + PRIOR)
        - (seen + PRIOR) * Math.log(expected + PRIOR)
        + expected;
  }

  /** ln Γ(x) for x of 1/2 and more: Stirling's series, after moving the argument up by 6. */
  static double logGamma(double x) {
    double product = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5);
    double moved = x + 6;
    double inverse = 1 / moved;
    double square = inverse * inverse;
    double series = inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
    return (moved - 0.5) * Math.log(moved) - moved + HALF_LOG_TWO_PI + series - Math.log(product);
  }
}
