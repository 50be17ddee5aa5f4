package io.powerpool.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Values of the configuration as people see them. */
final class Shown {

  /** What stands before the host in an address like {@code http://user:password@host}. */
  private static final Pattern CREDENTIALS = Pattern.compile("(?s)^([^@]*?://)?[^@]*:.*@");

  private Shown() {}

  /**
   * A value as it is shown in a fault: on one line, not too long, and a secret hidden. A mapping is
   * not shown, because there may be secrets in it.
   */
  static String show(Object value) {
    String text = shown(value, true).replaceAll("\\p{Cntrl}", "?");
    return text.length() <= 80 ? text : text.substring(0, 77) + "...";
  }

  private static String shown(Object value, boolean quoted) {
    if (value instanceof String given) {
      String text = CREDENTIALS.matcher(given).replaceFirst("$1****@");
      return quoted ? "'" + text + "'" : text;
    }
    if (value instanceof Map) {
      return "a mapping";
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(item -> shown(item, false)).collect(joining(", ", "[", "]"));
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
    return String.valueOf(plain(value));
  }

  /** What lies between limits; {@code max} is null where there is none. */
  static String range(String min, String max) {
    return max == null ? "not below " + min : "from " + min + " to " + max;
  }

  /** A value as it is shown in the configuration in effect. */
  static Object plain(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Shown::plain).collect(toCollection(ArrayList::new));
    }
    if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
      return number.longValue();
    }
    if (value instanceof Secret) {
      return value.toString();
    }
    if (value instanceof Duration time) {
      return durationText(time);
    }
    return value;
  }

  private static String durationText(Duration time) {
    if (time.isZero()) {
      return "0s";
    }
    for (String unit : List.of("d", "h", "m", "s", "ms")) {
      long nanos = Values.UNITS.get(unit).toNanos();
      if (time.toNanos() % nanos == 0) {
        return time.toNanos() / nanos + unit;
      }
    }
    return new BigDecimal(time.toNanos()).movePointLeft(6).stripTrailingZeros().toPlainString()
        + "ms";
  }
}
