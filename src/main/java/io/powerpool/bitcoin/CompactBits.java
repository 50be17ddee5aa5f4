package io.powerpool.bitcoin;

import java.math.BigInteger;

/**
 * The 32-bit floating form of a target in a block header: one byte of exponent (in bytes), three of
 * mantissa. Source: arith_uint256::SetCompact in Bitcoin Core.
 *
 * @param value the four bytes as a number, as a template's {@code bits} spells them big-endian
 */
public record CompactBits(int value) {

  /** From the eight digits of a template's {@code bits}. */
  public static CompactBits ofHex(String hex) {
    if (hex.length() != 8) {
      throw new IllegalArgumentException("bits have 8 hexadecimal digits, got '" + hex + "'");
    }
    return new CompactBits((int) new BigInteger(1, Hex.decode(hex)).longValue());
  }

  /** The nearest compact form not above the target. */
  public static CompactBits of(Target target) {
    BigInteger number = target.toBigInteger();
    int size = (number.bitLength() + 7) / 8;
    int mantissa =
        size <= 3
            ? number.intValue() << (8 * (3 - size))
            : number.shiftRight(8 * (size - 3)).intValue();
    if ((mantissa & 0x00800000) != 0) {
      mantissa >>>= 8;
      size++;
    }
    return new CompactBits(mantissa | (size << 24));
  }

  /**
   * The target that these bits stand for.
   *
   * @throws IllegalArgumentException if they are negative, zero or larger than 256 bits: no node
   *     would accept such a block
   */
  public Target toTarget() {
    int size = value >>> 24;
    int mantissa = value & 0x007fffff;
    BigInteger number =
        size <= 3
            ? BigInteger.valueOf(mantissa >>> (8 * (3 - size)))
            : BigInteger.valueOf(mantissa).shiftLeft(8 * (size - 3));
    if (number.signum() == 0 || (value & 0x00800000) != 0 || number.bitLength() > 256) {
      throw new IllegalArgumentException("bits " + this + " are no valid target");
    }
    return Target.of(number);
  }

  /** The eight digits as in a template. */
  @Override
  public String toString() {
    return Hex.ofInt(value);
  }
}
