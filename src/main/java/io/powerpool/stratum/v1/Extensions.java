package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a {@code mining.configure} (BIP 310) comes to.
 *
 * @param answer the result, by extension: true, false or what is wrong with its parameters
 * @param versionMask the header version bits agreed on; 0 if there is no agreement
 * @param minimumDifficulty the least difficulty that the miner takes, if it says so
 * @param extranonce whether the miner knows {@code mining.set_extranonce}
 * @param software the miner's own name, empty if it does not give one
 */
record Extensions(
    Map<String, Object> answer,
    int versionMask,
    OptionalDouble minimumDifficulty,
    boolean extranonce,
    String software) {

  static final String VERSION_ROLLING = "version-rolling";

  private static final int MOST_MASK_BITS = 32;

  /**
   * Reads a request.
   *
   * @param requested the extensions asked for; each is answered, also those that we do not know
   * @param poolMask the header version bits that miners may roll here
   */
  static Extensions read(List<String> requested, Map<String, Object> parameters, int poolMask) {
    Map<String, Object> answer = new LinkedHashMap<>();
    int versionMask = 0;
    OptionalDouble minimumDifficulty = OptionalDouble.empty();
    boolean extranonce = false;
    String software = "";
    for (String extension : requested) {
      switch (extension) {
        case VERSION_ROLLING -> versionMask = versionRolling(parameters, poolMask, answer);
        case "minimum-difficulty" -> {
          minimumDifficulty = number(parameters.get("minimum-difficulty.value"));
          answer.put(
              extension,
              minimumDifficulty.isPresent()
                  ? true
                  : "minimum-difficulty.value must be a positive number");
        }
        case "subscribe-extranonce" -> {
          extranonce = true;
          answer.put(extension, true);
        }
        case "info" -> {
          software = parameters.get("info.sw-version") instanceof String given ? given : "";
          answer.put(extension, true);
        }
        default -> answer.put(extension, false);
      }
    }
    return new Extensions(answer, versionMask, minimumDifficulty, extranonce, software);
  }

  private static int versionRolling(
      Map<String, Object> parameters, int poolMask, Map<String, Object> answer) {
    OptionalLong wanted = mask(given(parameters, "version-rolling.mask", "ffffffff"));
    OptionalLong fewest = count(given(parameters, "version-rolling.min-bit-count", 0));
    if (wanted.isEmpty()) {
      answer.put(VERSION_ROLLING, "version-rolling.mask must be 8 hexadecimal digits");
      return 0;
    }
    if (fewest.isEmpty()) {
      answer.put(VERSION_ROLLING, "version-rolling.min-bit-count must be 0 to 32");
      return 0;
    }
    int mask = poolMask & (int) wanted.getAsLong();
    if (mask == 0 || Integer.bitCount(mask) < fewest.getAsLong()) {
      answer.put(VERSION_ROLLING, false);
      return 0;
    }
    answer.put(VERSION_ROLLING, true);
    answer.put("version-rolling.mask", Hex.ofInt(mask));
    return mask;
  }

  /** A parameter, or its default where it is missing or null. */
  private static Object given(Map<String, Object> parameters, String key, Object fallback) {
    Object value = parameters.get(key);
    return value == null ? fallback : value;
  }

  private static OptionalDouble number(Object value) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text) {
      try {
        number = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return OptionalDouble.empty();
      }
    }
    return number > 0 && number < Double.POSITIVE_INFINITY
        ? OptionalDouble.of(number)
        : OptionalDouble.empty();
  }

  private static OptionalLong mask(Object value) {
    if (!(value instanceof String text) || text.isEmpty() || text.length() > 8) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(text));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong count(Object value) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text && text.matches("[0-9]{1,2}")) {
      number = Integer.parseInt(text);
    }
    return number >= 0 && number <= MOST_MASK_BITS
        ? OptionalLong.of((long) number)
        : OptionalLong.empty();
  }
}
