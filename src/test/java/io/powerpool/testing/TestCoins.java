package io.powerpool.testing;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TemplatePayments;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Coins as a configuration would make them. */
public final class TestCoins {

  /** The base58 versions that the coins here share. */
  public static final AddressFormat FORMAT = new AddressFormat(List.of(140), List.of(19), "", "");

  /** Of a template that names nobody. */
  public static final TemplatePayments NO_PAYMENTS =
      new TemplatePayments(List.of(), List.of(), FORMAT);

  private TestCoins() {}

  /** An address whose key hash is 20 times this byte. */
  public static String address(int hashByte) {
    byte[] hash = new byte[20];
    Arrays.fill(hash, (byte) hashByte);
    return address(hash);
  }

  /** The address of a key hash. */
  public static String address(byte[] hash) {
    return Address.payToKeyHash(hash, FORMAT);
  }

  /** A coin with these keys above those that every coin needs. */
  public static Coin coin(Map<String, ?> keys) {
    return coin("COIN", keys);
  }

  /** The same for a coin of this name. */
  public static Coin coin(String currency, Map<String, ?> keys) {
    Map<String, Object> all = new HashMap<>();
    all.put("family", "bitcoin");
    all.put("algorithm", "sha256d");
    all.put("rules", List.of());
    all.put("networks", Map.of("mainnet", Map.of("p2pkh", List.of(140), "p2sh", List.of(19))));
    all.put("pool_address", address(0x11));
    all.put("coinbase_tag", "/pool/");
    all.put("extranonce2_size", 4);
    all.putAll(keys);
    Faults faults = new Faults();
    Section section = Section.root(all, faults);
    Coin coin =
        Coin.from(currency, section)
            .orElseThrow(() -> new IllegalArgumentException(faults.found().toString()));
    faults.throwIfAny();
    return coin;
  }
}
