package io.powerpool.bitcoin;

/** The 32 characters that bech32 and CashAddr share, and their groups of five bits. */
final class Base32 {

  private static final String ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

  private Base32() {}

  static char character(int symbol) {
    return ALPHABET.charAt(symbol);
  }

  /** The five-bit symbols of a lower-case text that begins at {@code from}. */
  static byte[] symbols(String text, int from) {
    byte[] symbols = new byte[text.length() - from];
    for (int i = from; i < text.length(); i++) {
      int symbol = ALPHABET.indexOf(text.charAt(i));
      if (symbol < 0) {
        throw new IllegalArgumentException(
            "'"
                + text.charAt(i)
                + "' at position "
                + (i + 1)
                + " does not occur in such addresses");
      }
      symbols[i - from] = (byte) symbol;
    }
    return symbols;
  }

  /** Whether the text from {@code from} on consists of the alphabet, in lower case. */
  static boolean isSpelledIn(String text, int from) {
    return text.chars().skip(from).allMatch(c -> ALPHABET.indexOf(c) >= 0);
  }

  /**
   * One case for all letters, as a lower-case text.
   *
   * @throws IllegalArgumentException if upper and lower case are mixed
   */
  static String oneCase(String text) {
    boolean lower = text.chars().anyMatch(c -> c >= 'a' && c <= 'z');
    boolean upper = text.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
    if (lower && upper) {
      throw new IllegalArgumentException(
          "mixes upper and lower case, which such an address never does");
    }
    return upper ? lowerCase(text) : text;
  }

  /** Lower case of the ASCII letters only, so that no locale has a say. */
  static String lowerCase(String text) {
    StringBuilder result = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        result.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return result.toString();
  }

  /** Bytes as groups of five bits, the last one filled up with zeros. */
  static byte[] fromBytes(byte[] bytes) {
    byte[] symbols = new byte[(bytes.length * 8 + 4) / 5];
    int held = 0;
    int bits = 0;
    int count = 0;
    for (byte b : bytes) {
      held = (held << 8 | (b & 0xff)) & 0xfff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        symbols[count++] = (byte) (held >>> bits & 31);
      }
    }
    if (bits > 0) {
      symbols[count] = (byte) (held << (5 - bits) & 31);
    }
    return symbols;
  }

  /**
   * The bytes in groups of five bits from {@code from} to {@code to}.
   *
   * @throws IllegalArgumentException if more than four bits are left over or one of them is set
   */
  static byte[] toBytes(byte[] symbols, int from, int to) {
    byte[] bytes = new byte[(to - from) * 5 / 8];
    int held = 0;
    int bits = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      held = (held << 5 | symbols[i]) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[count++] = (byte) (held >>> bits);
      }
    }
    if (bits >= 5 || (held & ((1 << bits) - 1)) != 0) {
      throw new IllegalArgumentException("ends in padding bits that are not zero");
    }
    return bytes;
  }
}
