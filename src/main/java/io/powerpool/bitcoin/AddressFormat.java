package io.powerpool.bitcoin;

import java.util.List;

/**
 * The address forms that one network of a coin accepts, a part of the coin's definition. Source of
 * the numbers: the chain parameters of each coin's node.
 *
 * @param keyHashVersions base58 version bytes of pay-to-key-hash addresses; 0–255, or above it for
 *     a coin with two version bytes
 * @param scriptHashVersions base58 version bytes of pay-to-script-hash addresses; several where a
 *     coin has an old and a new one
 * @param bech32Prefix human readable part of witness addresses in lower case, such as "bc"; empty
 *     for a coin without them
 * @param cashAddrPrefix such as "bitcoincash", in lower case; empty for other coins
 */
public record AddressFormat(
    List<Integer> keyHashVersions,
    List<Integer> scriptHashVersions,
    String bech32Prefix,
    String cashAddrPrefix) {

  /** Bitcoin's regression test network. */
  public static final AddressFormat BITCOIN_REGTEST =
      new AddressFormat(List.of(111), List.of(196), "bcrt", "");

  public AddressFormat {
    keyHashVersions = List.copyOf(keyHashVersions);
    scriptHashVersions = List.copyOf(scriptHashVersions);
    keyHashVersions.forEach(AddressFormat::checkVersion);
    scriptHashVersions.forEach(AddressFormat::checkVersion);
    checkPrefix(bech32Prefix);
    checkPrefix(cashAddrPrefix);
    if (keyHashVersions.isEmpty() && bech32Prefix.isEmpty() && cashAddrPrefix.isEmpty()) {
      throw new IllegalArgumentException("an address format needs at least one accepted form");
    }
  }

  /** Which forms are accepted, in words, for error messages. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    if (!keyHashVersions.isEmpty() || !scriptHashVersions.isEmpty()) {
      text.append("base58 version ");
      text.append(join(keyHashVersions));
      text.append(keyHashVersions.isEmpty() || scriptHashVersions.isEmpty() ? "" : " or ");
      text.append(join(scriptHashVersions));
    }
    if (!bech32Prefix.isEmpty()) {
      text.append(text.isEmpty() ? "" : ", or ")
          .append("bech32 '")
          .append(bech32Prefix)
          .append("1…'");
    }
    if (!cashAddrPrefix.isEmpty()) {
      text.append(text.isEmpty() ? "" : ", or ").append("CashAddr '");
      text.append(cashAddrPrefix).append(":…'");
    }
    return text.toString();
  }

  private static String join(List<Integer> versions) {
    return String.join(" or ", versions.stream().map(String::valueOf).toList());
  }

  private static void checkVersion(int version) {
    if (version < 0 || version > 0xffff) {
      throw new IllegalArgumentException("a base58 version is 0 to 65535, was " + version);
    }
  }

  private static void checkPrefix(String prefix) {
    if (!prefix.equals(Base32.lowerCase(prefix))
        || prefix.chars().anyMatch(c -> c < 33 || c > 126)) {
      throw new IllegalArgumentException(
          "an address prefix is lower-case ASCII, was '" + prefix + "'");
    }
  }
}
