package io.powerpool.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a value of the configuration means, as a file or an environment variable gives it; empty if
 * it is nothing of that kind.
 */
final class Values {

  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)?");

  /** The units of durations. */
  static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Values() {}

  /** A text. */
  static Optional<String> text(Object value) {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** A flag, in quotes or not. */
  static Optional<Boolean> bool(Object value) {
    if (value instanceof Boolean flag) {
      return Optional.of(flag);
    }
    if (value instanceof String text) {
      return switch (text) {
        case "true" -> Optional.of(true);
        case "false" -> Optional.of(false);
        default -> Optional.empty();
      };
    }
    return Optional.empty();
  }

  /** A whole number, in quotes or not. */
  static Optional<Long> whole(Object value) {
    try {
      return decimal(value).map(BigDecimal::longValueExact);
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** A number, in quotes or not. */
  static Optional<Double> real(Object value) {
    return decimal(value).map(BigDecimal::doubleValue);
  }

  private static Optional<BigDecimal> decimal(Object value) {
    if (!(value instanceof Number) && !(value instanceof String)) {
      return Optional.empty();
    }
    try {
      BigDecimal number = new BigDecimal(value.toString().trim());
      // longValueExact on an exponent of a million digits would take its time.
      return Math.abs((long) number.scale()) <= 400 ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * A length of time: {@code 250ms}, {@code 30s}, {@code 10m}, {@code 2h}, {@code 1d}, or seconds.
   */
  static Optional<Duration> time(Object value) {
    if (!(value instanceof Number) && !(value instanceof String)) {
      return Optional.empty();
    }
    Matcher matcher = DURATION.matcher(value.toString().trim());
    if (!matcher.matches() || matcher.group(1).length() > 15) {
      return Optional.empty();
    }
    Duration unit = UNITS.get(matcher.group(2) == null ? "s" : matcher.group(2));
    BigDecimal nanos =
        new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
    // Duration.ofNanos holds 292 years, and nothing here is longer.
    return nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.longValue()));
  }

  /** A list; a single value counts as a list of one. */
  static <T> Optional<List<T>> list(Object value, Function<Object, Optional<T>> convert) {
    Collection<?> items = value instanceof List<?> list ? list : List.of(value);
    List<T> converted = new ArrayList<>();
    for (Object item : items) {
      Optional<T> one = item == null ? Optional.empty() : convert.apply(item);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      converted.add(one.get());
    }
    return Optional.of(List.copyOf(converted));
  }
}
