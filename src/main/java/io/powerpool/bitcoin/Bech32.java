package io.powerpool.bitcoin;

/**
 * Witness addresses: bech32 for version 0 (BIP173), bech32m for the later ones (BIP350). A human
 * readable prefix, the separator 1, the witness version, the program and a checksum.
 */
final class Bech32 {

  private static final int[] GENERATOR = {
    0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };
  private static final int BECH32 = 1;
  private static final int BECH32M = 0x2bc830a3;
  private static final int CHECKSUM_SIZE = 6;
  private static final int MAX_LENGTH = 90;

  private final String prefix;
  private final int version;
  private final byte[] program;

  /** An address of this prefix, in lower case, for a witness program. */
  Bech32(String prefix, int version, byte[] program) {
    this.prefix = prefix;
    this.version = version;
    this.program = program.clone();
  }

  /** The human readable part, in lower case. */
  String prefix() {
    return prefix;
  }

  /** The output script that pays it. */
  byte[] script() {
    return Script.payToWitness(version, program);
  }

  /** Whether the text has the shape of such an address, whatever its checksum says. */
  static boolean looksLike(String text) {
    String lower = Base32.lowerCase(text);
    int separator = lower.lastIndexOf('1');
    return separator > 0
        && lower.length() - separator > CHECKSUM_SIZE
        && Base32.isSpelledIn(lower, separator + 1);
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException naming the first thing that is wrong
   */
  static Bech32 decode(String mixed) {
    String text = Base32.oneCase(mixed);
    int separator = text.lastIndexOf('1');
    if (separator < 1) {
      throw new IllegalArgumentException("has no prefix and separator 1");
    }
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "too long for a bech32 address: " + text.length() + " characters");
    }
    String prefix = text.substring(0, separator);
    byte[] symbols = Base32.symbols(text, separator + 1);
    if (symbols.length < CHECKSUM_SIZE) {
      throw new IllegalArgumentException("too short for a bech32 address");
    }
    int checksum = polymod(prefix, symbols, symbols.length);
    if (checksum != BECH32 && checksum != BECH32M) {
      throw new IllegalArgumentException("bad bech32 checksum, a character is mistyped or missing");
    }
    if (symbols.length == CHECKSUM_SIZE) {
      throw new IllegalArgumentException("has no witness program");
    }
    int version = symbols[0];
    if (version > 16) {
      throw new IllegalArgumentException("witness version " + version + ", there are 0 to 16");
    }
    if (checksum != (version == 0 ? BECH32 : BECH32M)) {
      throw new IllegalArgumentException(
          "bad checksum: witness version "
              + version
              + (version == 0 ? " takes bech32, found bech32m" : " takes bech32m, found bech32"));
    }
    byte[] program = Base32.toBytes(symbols, 1, symbols.length - CHECKSUM_SIZE);
    if (program.length < 2 || program.length > 40) {
      throw new IllegalArgumentException(
          "witness program of " + program.length + " bytes, must be 2 to 40");
    }
    if (version == 0 && program.length != 20 && program.length != 32) {
      throw new IllegalArgumentException(
          "witness program of " + program.length + " bytes, must be 20 or 32 in version 0");
    }
    return new Bech32(prefix, version, program);
  }

  /** The address, in lower case. */
  String encode() {
    byte[] body = Base32.fromBytes(program);
    byte[] symbols = new byte[1 + body.length + CHECKSUM_SIZE];
    symbols[0] = (byte) version;
    System.arraycopy(body, 0, symbols, 1, body.length);
    int checksum = polymod(prefix, symbols, symbols.length) ^ (version == 0 ? BECH32 : BECH32M);
    for (int i = 0; i < CHECKSUM_SIZE; i++) {
      symbols[1 + body.length + i] = (byte) (checksum >>> (5 * (CHECKSUM_SIZE - 1 - i)) & 31);
    }
    StringBuilder text = new StringBuilder(prefix).append('1');
    for (byte symbol : symbols) {
      text.append(Base32.character(symbol));
    }
    return text.toString();
  }

  private static int polymod(String prefix, byte[] symbols, int count) {
    int state = 1;
    for (int i = 0; i < prefix.length(); i++) {
      state = step(state, prefix.charAt(i) >>> 5);
    }
    state = step(state, 0);
    for (int i = 0; i < prefix.length(); i++) {
      state = step(state, prefix.charAt(i) & 31);
    }
    for (int i = 0; i < count; i++) {
      state = step(state, symbols[i]);
    }
    return state;
  }

  private static int step(int state, int symbol) {
    int next = (state & 0x1ffffff) << 5 ^ symbol;
    for (int i = 0; i < GENERATOR.length; i++) {
      if ((state >>> (25 + i) & 1) != 0) {
        next ^= GENERATOR[i];
      }
    }
    return next;
  }
}
