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

  private static final int MANTISSA_BITS = 52;

  public Difficulty {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException("a difficulty is a positive finite number, was " + value);
    }
  }

  public static Difficulty of(double value) {
    return new Difficulty(value);
  }

  /** The difficulty of a target: the double nearest to {@code difficultyOne / target}. */
  public static Difficulty ofTarget(Target target, Target difficultyOne) {
    BigInteger divisor = target.toBigInteger().max(BigInteger.ONE);
    return new Difficulty(
        new BigDecimal(difficultyOne.toBigInteger())
            .divide(new BigDecimal(divisor), MathContext.DECIMAL128)
            .doubleValue());
  }

  /**
   * The largest target that is at least this hard: {@code floor(difficultyOne / value)}, computed
   * without rounding the difficulty, and bounded by 2^256 − 1.
   */
  public Target toTarget(Target difficultyOne) {
    // A double is a whole number times a power of two: nothing is lost on the way.
    int exponent = Math.max(Math.getExponent(value), Double.MIN_EXPONENT) - MANTISSA_BITS;
    BigInteger mantissa = BigInteger.valueOf((long) Math.scalb(value, -exponent));
    BigInteger one = difficultyOne.toBigInteger();
    return Target.of(
        exponent < 0
            ? one.shiftLeft(-exponent).divide(mantissa)
            : one.divide(mantissa.shiftLeft(exponent)));
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
