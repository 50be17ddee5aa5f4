package io.powerpool.bitcoin;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Payment addresses in all usual spellings, and the output scripts they stand for. Every fault is
 * an {@link IllegalArgumentException} that quotes the address and says what is wrong with it.
 */
public final class Address {

  private static final int HASH_SIZE = 20;

  /** Prefixes of Litecoin's confidential addresses. */
  private static final String MWEB = "mweb1";

  private Address() {}

  /**
   * The script of an output that pays the address.
   *
   * @throws AddressException if it is mistyped, of another network or coin, or cannot be paid by a
   *     coinbase
   */
  public static byte[] script(String text, AddressFormat format) {
    try {
      return read(text, format);
    } catch (IllegalArgumentException e) {
      throw new AddressException(abridge(text), e);
    }
  }

  /**
   * The usual spelling of an address of whatever coin: base58 with one of these version bytes, or
   * bech32 or CashAddr with one of these prefixes. With neither list any version and prefix will
   * do. Empty if it is mistyped or of another kind.
   */
  public static Optional<String> canonical(
      String text, List<Integer> versions, List<String> prefixes) {
    boolean any = versions.isEmpty() && prefixes.isEmpty();
    if (isBase58(text, versions, any)) {
      return Optional.of(text);
    }
    if (isWitness(text, prefixes, any)
        || isCashAddr(text, any ? CashAddr.USUAL_PREFIXES : prefixes)) {
      return Optional.of(Base32.lowerCase(text));
    }
    return Optional.empty();
  }

  private static boolean isBase58(String text, List<Integer> versions, boolean any) {
    try {
      byte[] payload = Base58.decodeChecked(text);
      int versionSize = payload.length - HASH_SIZE;
      return (versionSize == 1 || versionSize == 2)
          && (any || versions.contains(version(payload, versionSize)));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isWitness(String text, List<String> prefixes, boolean any) {
    try {
      return Bech32.looksLike(text) && (prefixes.contains(Bech32.decode(text).prefix()) || any);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isCashAddr(String text, List<String> prefixes) {
    for (String prefix : prefixes) {
      try {
        return CashAddr.script(text, prefix).length > 0;
      } catch (IllegalArgumentException e) {
        // Perhaps of the next prefix: the checksum tells.
      }
    }
    return false;
  }

  /** The base58 address that pays this 20-byte key hash. */
  public static String payToKeyHash(byte[] hash, AddressFormat format) {
    Script.payToKeyHash(hash);
    if (format.keyHashVersions().isEmpty()) {
      return format.bech32Prefix().isEmpty()
          ? CashAddr.payToKeyHash(hash, format.cashAddrPrefix())
          : payToWitness(0, hash, format);
    }
    int version = format.keyHashVersions().get(0);
    ByteSink payload = new ByteSink(HASH_SIZE + 2);
    if (version > 0xff) {
      payload.u8(version >>> 8);
    }
    return Base58.encodeChecked(payload.u8(version).bytes(hash).toBytes());
  }

  /** The witness address of a program. */
  public static String payToWitness(int version, byte[] program, AddressFormat format) {
    Script.payToWitness(version, program);
    if (format.bech32Prefix().isEmpty()) {
      throw new IllegalArgumentException("there are no witness addresses among " + format);
    }
    return new Bech32(format.bech32Prefix(), version, program).encode();
  }

  private static byte[] read(String text, AddressFormat format) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    if (isMweb(text)) {
      throw new IllegalArgumentException(
          "is an MWEB address, which a coinbase cannot pay; use an ordinary one");
    }
    if (text.indexOf(':') >= 0) {
      return cashAddr(text, format);
    }
    // Decided by what the network would call its own first: a base58 text may look like bech32.
    if (!format.bech32Prefix().isEmpty()
        && Base32.lowerCase(text).startsWith(format.bech32Prefix() + "1")) {
      return witness(text, format);
    }
    if (!format.cashAddrPrefix().isEmpty() && CashAddr.looksLike(text)) {
      return cashAddr(text, format);
    }
    try {
      return base58(Base58.decodeChecked(text), format);
    } catch (IllegalArgumentException e) {
      if (Bech32.looksLike(text)) {
        return witness(text, format);
      }
      throw e;
    }
  }

  private static byte[] cashAddr(String text, AddressFormat format) {
    if (format.cashAddrPrefix().isEmpty()) {
      throw new IllegalArgumentException("is a CashAddr address, expected " + format);
    }
    return CashAddr.script(text, format.cashAddrPrefix());
  }

  private static byte[] witness(String text, AddressFormat format) {
    Bech32 address = Bech32.decode(text);
    if (!address.prefix().equals(format.bech32Prefix())) {
      throw new IllegalArgumentException(
          "is of another network: bech32 prefix '" + address.prefix() + "', expected " + format);
    }
    return address.script();
  }

  private static byte[] base58(byte[] payload, AddressFormat format) {
    int versionSize = payload.length - HASH_SIZE;
    if (versionSize < 1 || versionSize > 2) {
      throw new IllegalArgumentException(
          "holds " + payload.length + " bytes, an address holds 20 and its version");
    }
    int version = version(payload, versionSize);
    byte[] hash = Arrays.copyOfRange(payload, versionSize, payload.length);
    // A two-byte version below 256 would be the same number as a one-byte one.
    boolean known = versionSize == (version > 0xff ? 2 : 1);
    if (known && format.keyHashVersions().contains(version)) {
      return Script.payToKeyHash(hash);
    }
    if (known && format.scriptHashVersions().contains(version)) {
      return Script.payToScriptHash(hash);
    }
    throw new IllegalArgumentException(
        "is of another network: version " + version + ", expected " + format);
  }

  private static int version(byte[] payload, int size) {
    return size == 1 ? payload[0] & 0xff : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
  }

  private static boolean isMweb(String text) {
    String lower = Base32.lowerCase(text);
    return lower.startsWith("ltc" + MWEB) || lower.startsWith("t" + MWEB);
  }

  private static String abridge(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }
}
