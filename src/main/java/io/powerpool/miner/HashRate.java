package io.powerpool.miner;

import java.util.Locale;

/** Hash rates in words. */
final class HashRate {

  private static final String PREFIXES = " kMGTPE";

  private HashRate() {}

  /** Hashes per second as people read them: "1.23 MH/s". */
  static String of(double hashesPerSecond) {
    double scaled = hashesPerSecond;
    int prefix = 0;
    while (scaled >= 1000 && prefix < PREFIXES.length() - 1) {
      scaled /= 1000;
      prefix++;
    }
    String unit = prefix == 0 ? "" : PREFIXES.substring(prefix, prefix + 1);
    return String.format(Locale.ROOT, "%.2f %sH/s", scaled, unit);
  }
}
