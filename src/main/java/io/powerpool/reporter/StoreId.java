package io.powerpool.reporter;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names for stores: 16 hexadecimal digits, made by chance when a store is first used and kept in it
 * from then on.
 */
public final class StoreId {

  private static final int BYTES = 8;

  /** What such a name looks like. */
  static final String PATTERN = "[0-9a-f]{16}";

  private StoreId() {}

  /** A name that no other store has. */
  public static String create() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
