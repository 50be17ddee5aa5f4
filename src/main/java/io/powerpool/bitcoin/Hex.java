package io.powerpool.bitcoin;

import java.util.HexFormat;

/** Lower-case hexadecimal text, strictly read: no blanks, no signs, no odd lengths. */
public final class Hex {

  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  /** The bytes as lower-case hexadecimal digits, two per byte. */
  public static String encode(byte[] bytes) {
    return FORMAT.formatHex(bytes);
  }

  /** The {@code length} bytes from {@code from} on as lower-case hexadecimal digits. */
  public static String encode(byte[] bytes, int from, int length) {
    return FORMAT.formatHex(bytes, from, from + length);
  }

  /**
   * The bytes that the text spells, in either case.
   *
   * @throws IllegalArgumentException if the text has an odd length or another character
   */
  public static byte[] decode(String text) {
    try {
      return FORMAT.parseHex(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not hexadecimal: '" + abridge(text) + "'", e);
    }
  }

  /** The value of one hexadecimal digit given as an ASCII byte, or -1. */
  public static int digit(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
      return c - 'A' + 10;
    }
    return -1;
  }

  /** A 32-bit value as eight lower-case digits, most significant first. */
  public static String ofInt(int value) {
    return FORMAT.toHexDigits(value);
  }

  private static String abridge(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
