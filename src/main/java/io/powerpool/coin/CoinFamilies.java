package io.powerpool.coin;

import java.util.List;
import java.util.stream.Collectors;

/** The list of coin families. */
public final class CoinFamilies {

  private static final List<CoinFamily> ALL =
      List.of(new BitcoinFamily(), new BitcoinCashFamily(), new LitecoinFamily(), new DashFamily());

  private CoinFamilies() {}

  public static List<CoinFamily> all() {
    return ALL;
  }

  /**
   * The family of this name.
   *
   * @throws IllegalArgumentException naming the families that exist
   */
  public static CoinFamily byName(String name) {
    for (CoinFamily family : ALL) {
      if (family.name().equals(name)) {
        return family;
      }
    }
    throw new IllegalArgumentException("unknown coin family '" + name + "', known are " + names());
  }

  /** The names of all, for people. */
  static String names() {
    return ALL.stream().map(CoinFamily::name).collect(Collectors.joining(", "));
  }
}
