package io.powerpool.difficulty;

import io.powerpool.bitcoin.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * How hard a share is, as people count it: bigger is harder, fractions allowed. What difficulty 1
 * means is the coin's "difficulty-1 target".
 *
 * @param value positive and finite
 */
public record Difficulty(double value) implements Comparable<Difficulty> {

  public Difficulty {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("a difficulty is a positive finite number, was " + value);
    }
  }

  public static Difficulty of(double value) {
    return new Difficulty(value);
  }

  /** The difficulty of a target: {@code difficultyOne / target}. */
  public static Difficulty ofTarget(Target target, Target difficultyOne) {
    BigInteger divisor = target.toBigInteger().max(BigInteger.ONE);
    return new Difficulty(
        new BigDecimal(difficultyOne.toBigInteger())
            .divide(new BigDecimal(divisor), MathContext.DECIMAL64)
            .doubleValue());
  }

  /**
   * The largest target that is at least this hard: {@code floor(difficultyOne / value)}, computed
   * without rounding the difficulty, and bounded by 2^256 − 1.
   */
  public Target toTarget(Target difficultyOne) {
    BigDecimal exact = new BigDecimal(value);
    BigInteger scaled =
        difficultyOne.toBigInteger().multiply(BigInteger.TEN.pow(Math.max(0, exact.scale())));
    return Target.of(
        scaled.divide(exact.movePointRight(Math.max(0, exact.scale())).toBigIntegerExact()));
  }

  @Override
  public int compareTo(Difficulty other) {
    return Double.compare(value, other.value);
  }

  /** The shortest usual spelling: whole numbers without a fraction. */
  @Override
  public String toString() {
    return value == Math.rint(value) && value < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
