package io.powerpool.bitcoin;

import java.util.Arrays;

/** Base58 with a checksum of four bytes: the addresses Bitcoin began with. */
final class Base58 {

  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int CHECKSUM_SIZE = 4;

  /** No address is longer; the bound keeps the quadratic conversion cheap. */
  private static final int MAX_LENGTH = 128;

  private Base58() {}

  /** The text for these bytes followed by their checksum. */
  static String encodeChecked(byte[] payload) {
    byte[] bytes = Arrays.copyOf(payload, payload.length + CHECKSUM_SIZE);
    System.arraycopy(Sha256.twice(payload), 0, bytes, payload.length, CHECKSUM_SIZE);
    StringBuilder text = new StringBuilder();
    int zeros = leadingZeros(bytes);
    int from = zeros;
    while (from < bytes.length) {
      int remainder = 0;
      for (int i = from; i < bytes.length; i++) {
        int value = remainder << 8 | (bytes[i] & 0xff);
        bytes[i] = (byte) (value / 58);
        remainder = value % 58;
      }
      text.append(ALPHABET.charAt(remainder));
      if (bytes[from] == 0) {
        from++;
      }
    }
    text.append("1".repeat(zeros));
    return text.reverse().toString();
  }

  /**
   * The bytes before the checksum.
   *
   * @throws IllegalArgumentException if a character is foreign or the checksum does not fit
   */
  static byte[] decodeChecked(String text) {
    byte[] bytes = decode(text);
    if (bytes.length <= CHECKSUM_SIZE) {
      throw new IllegalArgumentException("too short for a base58 address");
    }
    byte[] payload = Arrays.copyOf(bytes, bytes.length - CHECKSUM_SIZE);
    byte[] checksum = Sha256.twice(payload);
    if (!Arrays.equals(bytes, payload.length, bytes.length, checksum, 0, CHECKSUM_SIZE)) {
      throw new IllegalArgumentException("bad base58 checksum, a character is mistyped or missing");
    }
    return payload;
  }

  private static byte[] decode(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "too long for an address: " + text.length() + " characters");
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == '1') {
      zeros++;
    }
    byte[] number = new byte[text.length()];
    int used = 0;
    for (int i = zeros; i < text.length(); i++) {
      int carry = ALPHABET.indexOf(text.charAt(i));
      if (carry < 0) {
        throw new IllegalArgumentException(
            "'" + text.charAt(i) + "' at position " + (i + 1) + " is not a base58 character");
      }
      for (int j = 0; j < used || carry != 0; j++) {
        int at = number.length - 1 - j;
        carry += 58 * (number[at] & 0xff);
        number[at] = (byte) carry;
        carry >>>= 8;
        used = Math.max(used, j + 1);
      }
    }
    byte[] bytes = new byte[zeros + used];
    System.arraycopy(number, number.length - used, bytes, zeros, used);
    return bytes;
  }

  private static int leadingZeros(byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    return zeros;
  }
}
