package io.powerpool.bitcoin;

import java.util.List;

/**
 * Bitcoin Cash addresses: a prefix, a colon, and a byte of type and size with the hash, protected
 * by a checksum of 40 bits. Source: the CashAddr specification, as Bitcoin Cash Node does it.
 */
final class CashAddr {

  /** Of Bitcoin Cash's networks: what an address without prefix may belong to. */
  static final List<String> USUAL_PREFIXES = List.of("bitcoincash", "bchtest", "bchreg");

  private static final long[] GENERATOR = {
    0x98f2bc8e61L, 0x79b76d99e2L, 0xf33e5fb3c4L, 0xae2eabe2a8L, 0x1e4f43e470L
  };
  private static final int CHECKSUM_SIZE = 8;

  /** The longest there is: 64 bytes of hash. */
  private static final int MAX_SYMBOLS = 112;

  private static final int[] HASH_SIZES = {20, 24, 28, 32, 40, 48, 56, 64};

  private CashAddr() {}

  /** Whether a text without colon consists of what follows the colon in such an address. */
  static boolean looksLike(String text) {
    return text.length() > CHECKSUM_SIZE && Base32.isSpelledIn(Base32.lowerCase(text), 0);
  }

  /**
   * The output script of an address.
   *
   * @param expectedPrefix in lower case; an address may leave its prefix out
   * @throws IllegalArgumentException naming the first thing that is wrong
   */
  static byte[] script(String mixed, String expectedPrefix) {
    String text = Base32.oneCase(mixed);
    int colon = text.lastIndexOf(':');
    String prefix = colon < 0 ? expectedPrefix : text.substring(0, colon);
    if (text.length() - colon - 1 > MAX_SYMBOLS) {
      throw new IllegalArgumentException("too long for a CashAddr address");
    }
    byte[] symbols = Base32.symbols(text, colon + 1);
    if (symbols.length <= CHECKSUM_SIZE) {
      throw new IllegalArgumentException("too short for a CashAddr address");
    }
    if (checksum(prefix, symbols) != 0) {
      throw new IllegalArgumentException(
          "bad CashAddr checksum, a character is mistyped or the prefix is not '" + prefix + "'");
    }
    if (!prefix.equals(expectedPrefix)) {
      throw new IllegalArgumentException(
          "is of another network: prefix '" + prefix + "', expected '" + expectedPrefix + "'");
    }
    return script(Base32.toBytes(symbols, 0, symbols.length - CHECKSUM_SIZE));
  }

  /** The address that pays a 20-byte key hash. */
  static String payToKeyHash(byte[] hash, String prefix) {
    byte[] body = Base32.fromBytes(new ByteSink(21).u8(0).bytes(hash).toBytes());
    byte[] symbols = new byte[body.length + CHECKSUM_SIZE];
    System.arraycopy(body, 0, symbols, 0, body.length);
    long checksum = checksum(prefix, symbols);
    for (int i = 0; i < CHECKSUM_SIZE; i++) {
      symbols[body.length + i] = (byte) (checksum >>> (5 * (CHECKSUM_SIZE - 1 - i)) & 31);
    }
    StringBuilder text = new StringBuilder(prefix).append(':');
    for (byte symbol : symbols) {
      text.append(Base32.character(symbol));
    }
    return text.toString();
  }

  private static byte[] script(byte[] payload) {
    int versionByte = payload[0] & 0xff;
    if (versionByte > 127) {
      throw new IllegalArgumentException("has the reserved bit of its version byte set");
    }
    int size = HASH_SIZES[versionByte & 7];
    if (payload.length != size + 1) {
      throw new IllegalArgumentException(
          "holds " + (payload.length - 1) + " bytes but says it holds " + size);
    }
    byte[] hash = new byte[size];
    System.arraycopy(payload, 1, hash, 0, size);
    int type = versionByte >>> 3;
    // 2 and 3 say that the wallet understands tokens; the scripts are those of 0 and 1.
    boolean key = (type == 0 || type == 2) && size == 20;
    boolean scriptHash = (type == 1 || type == 3) && (size == 20 || size == 32);
    if (key) {
      return Script.payToKeyHash(hash);
    }
    if (scriptHash) {
      return Script.payToScriptHash(hash);
    }
    throw new IllegalArgumentException(
        "type " + type + " with a hash of " + size + " bytes has no output script");
  }

  private static long checksum(String prefix, byte[] symbols) {
    long state = 1;
    for (int i = 0; i < prefix.length(); i++) {
      state = step(state, prefix.charAt(i) & 31);
    }
    state = step(state, 0);
    for (byte symbol : symbols) {
      state = step(state, symbol);
    }
    return state ^ 1;
  }

  private static long step(long state, int symbol) {
    long next = (state & 0x07ffffffffL) << 5 ^ symbol;
    for (int i = 0; i < GENERATOR.length; i++) {
      if ((state >>> (35 + i) & 1) != 0) {
        next ^= GENERATOR[i];
      }
    }
    return next;
  }
}
