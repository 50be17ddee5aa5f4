package io.powerpool.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One mapping of the configuration, read key by key.
 *
 * <p>A wrong value never throws: it is noted in {@link Faults} and the default (or a harmless
 * value) is returned, so that reading goes on and all faults are told together. Every key that is
 * asked for counts as known. A number or flag in quotes is taken as the number or flag, because
 * that is how environment variables arrive.
 */
public final class Section {

  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)?");

  /** What stands before the host in an address like {@code http://user:password@host}. */
  private static final Pattern CREDENTIALS = Pattern.compile("(?s)^([^@]*?://)?[^@]*:.*@");

  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private final String path;
  private final Map<String, ?> values;
  private final Faults faults;

  /** Every key that was asked for, in the order of asking. */
  private final Set<String> known = new LinkedHashSet<>();

  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Map<String, Section> single = new LinkedHashMap<>();
  private final Map<String, List<Section>> listed = new LinkedHashMap<>();
  private final Map<String, LinkedHashMap<String, Section>> named = new LinkedHashMap<>();

  private boolean ignoringRest;

  private Section(String path, Map<String, ?> values, Faults faults) {
    this.path = path;
    this.values = values;
    this.faults = faults;
    faults.register(this);
  }

  /**
   * The outermost section.
   *
   * @param values nested {@link Map}s, {@link List}s, texts, numbers and flags
   * @param faults where wrong values are noted
   */
  public static Section root(Map<String, ?> values, Faults faults) {
    return new Section("", values, Objects.requireNonNull(faults, "faults"));
  }

  /** Where this section stands, like {@code coins.LTC.servers[0]}; empty for the outermost. */
  public String path() {
    return path;
  }

  /** Whether the configuration gives this key a value. Does not make the key known. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** A text. */
  public String string(String key, String fallback) {
    return read(key, fallback, "text", Section::text);
  }

  /** A text that has no default; returns an empty text and notes a fault if there is none. */
  public String requiredString(String key) {
    String text = read(key, null, "text", Section::text);
    if (text == null) {
      fault(key, null, "a text");
      return "";
    }
    if (text.isBlank()) {
      fault(key, text, "a text that is not empty");
    }
    return text;
  }

  /** A text that need not be there. */
  public Optional<String> optionalString(String key) {
    return Optional.ofNullable(read(key, null, "text", Section::text));
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String key, int fallback, int min, int max) {
    return (int) integer(key, (long) fallback, min, max);
  }

  /** A whole number from {@code min} to {@code max}. */
  public long integer(String key, long fallback, long min, long max) {
    String expected =
        "a whole number "
            + range(Long.toString(min), max == Long.MAX_VALUE ? null : Long.toString(max));
    return read(
        key,
        fallback,
        expected,
        value -> whole(value).filter(number -> number >= min && number <= max));
  }

  /** A number from {@code min} to {@code max}, fractions allowed. */
  public double number(String key, double fallback, double min, double max) {
    String expected = "a number " + range(show(min), max == Double.MAX_VALUE ? null : show(max));
    return read(
        key,
        fallback,
        expected,
        value -> real(value).filter(number -> number >= min && number <= max));
  }

  /** A list of numbers, each from {@code min} to {@code max}, fractions allowed. */
  public List<Double> numbers(String key, List<Double> fallback, double min, double max) {
    String expected =
        "a list of numbers, each " + range(show(min), max == Double.MAX_VALUE ? null : show(max));
    return read(
        key,
        List.copyOf(fallback),
        expected,
        value -> list(value, item -> real(item).filter(number -> number >= min && number <= max)));
  }

  /** A flag: {@code true} or {@code false}. */
  public boolean flag(String key, boolean fallback) {
    return read(key, fallback, "true or false", Section::bool);
  }

  /**
   * A length of time from {@code min} to {@code max}: {@code 250ms}, {@code 30s}, {@code 10m},
   * {@code 2h}, or seconds.
   */
  public Duration duration(String key, Duration fallback, Duration min, Duration max) {
    String expected = "a duration like 250ms, 30s, 10m or 2h, " + range(show(min), show(max));
    return read(
        key,
        fallback,
        expected,
        value -> time(value).filter(time -> time.compareTo(min) >= 0 && time.compareTo(max) <= 0));
  }

  /** One of the allowed texts. */
  public String choice(String key, String fallback, Collection<String> allowed) {
    return read(
        key,
        fallback,
        "one of " + String.join(", ", allowed),
        value -> text(value).filter(allowed::contains));
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> strings(String key, List<String> fallback) {
    return read(key, List.copyOf(fallback), "a list of texts", value -> list(value, Section::text));
  }

  /**
   * A mapping of texts to texts whose keys are the operator's own, in the order given; empty if
   * absent.
   */
  public Map<String, String> texts(String key) {
    return read(
        key,
        Map.of(),
        "a mapping of texts to texts",
        value -> {
          if (!(value instanceof Map<?, ?> map)) {
            return Optional.empty();
          }
          Map<String, String> texts = new LinkedHashMap<>();
          for (Map.Entry<?, ?> entry : map.entrySet()) {
            Optional<String> text = text(entry.getValue());
            if (text.isEmpty()) {
              return Optional.empty();
            }
            texts.put(entry.getKey().toString(), text.get());
          }
          return Optional.of(texts);
        });
  }

  /** A password or key; its value is shown nowhere, not even in a fault. */
  public Optional<Secret> secret(String key) {
    Object given = values.get(key);
    Optional<Secret> secret =
        given instanceof String text && !text.isEmpty()
            ? Optional.of(new Secret(text))
            : Optional.empty();
    if (given != null && secret.isEmpty()) {
      fault(key, new Secret(""), "a text that is not empty (in quotes if it is made of digits)");
    }
    known.add(key);
    settings.put(
        key, new Setting(at(key), secret.map(Object.class::cast), Optional.empty(), given != null));
    return secret;
  }

  /** The mapping under the key; an empty section if there is none. */
  public Section section(String key) {
    known.add(key);
    return single.computeIfAbsent(key, name -> child(at(name), values.get(name)));
  }

  /** The list of mappings under the key; an empty list if there is none. */
  public List<Section> sections(String key) {
    if (!known.add(key) && listed.containsKey(key)) {
      return listed.get(key);
    }
    List<Section> found = new ArrayList<>();
    Object given = values.get(key);
    if (given instanceof List<?> list) {
      for (Object item : list) {
        found.add(child(at(key) + "[" + found.size() + "]", item));
      }
    } else if (given != null) {
      fault(key, given, "a list of mappings (each starting with '- ')");
    }
    listed.put(key, List.copyOf(found));
    return listed.get(key);
  }

  /** The mapping of mappings under the key, in the order given; empty if there is none. */
  public Map<String, Section> named(String key) {
    if (!known.add(key) && named.containsKey(key)) {
      return named.get(key);
    }
    LinkedHashMap<String, Section> found = new LinkedHashMap<>();
    Object given = values.get(key);
    if (given instanceof Map<?, ?> map) {
      map.forEach((name, value) -> found.put(name.toString(), child(at(key) + "." + name, value)));
    } else if (given != null) {
      fault(key, given, "a mapping of names to mappings");
    }
    named.put(key, found);
    return found;
  }

  /**
   * Takes every key here as known, because a fault noted already explains why nobody asks for them.
   */
  public void ignoreRest() {
    ignoringRest = true;
  }

  /** Notes that the value of a key (null if there is none) is wrong. */
  public void fault(String key, Object value, String expected) {
    faults.add(at(key), value, expected);
  }

  /** Where the faults of this section go. */
  public Faults faults() {
    return faults;
  }

  /** Every value that was asked for in this section and below it, defaults included. */
  public List<Setting> settings() {
    List<Setting> all = new ArrayList<>(settings.values());
    single.values().forEach(section -> all.addAll(section.settings()));
    listed.values().forEach(list -> list.forEach(section -> all.addAll(section.settings())));
    named.values().forEach(map -> map.values().forEach(section -> all.addAll(section.settings())));
    return all;
  }

  /**
   * Every path at which somebody asked for a mapping or a list, in this section and below it. What
   * anybody else wants is a single value.
   */
  public Set<String> structures() {
    Set<String> paths = new LinkedHashSet<>();
    paths.add(path);
    for (Setting setting : settings.values()) {
      Object like = setting.fallback().or(setting::value).orElse("");
      if (like instanceof Collection || like instanceof Map) {
        paths.add(setting.path());
      }
    }
    single.values().forEach(section -> paths.addAll(section.structures()));
    for (Map.Entry<String, List<Section>> entry : listed.entrySet()) {
      paths.add(at(entry.getKey()));
      entry.getValue().forEach(section -> paths.addAll(section.structures()));
    }
    for (Map.Entry<String, LinkedHashMap<String, Section>> entry : named.entrySet()) {
      paths.add(at(entry.getKey()));
      entry.getValue().values().forEach(section -> paths.addAll(section.structures()));
    }
    return paths;
  }

  /**
   * The configuration in effect as it may be shown: everything that was asked for, defaults filled
   * in, durations as text and secrets as {@code ****}. Keys without a value are left out.
   */
  public Map<String, Object> effective() {
    Map<String, Object> shown = new LinkedHashMap<>();
    for (String key : known) {
      if (settings.containsKey(key)) {
        settings.get(key).value().ifPresent(value -> shown.put(key, plain(value)));
      } else if (single.containsKey(key)) {
        shown.put(key, single.get(key).effective());
      } else if (listed.containsKey(key)) {
        shown.put(key, listed.get(key).stream().map(Section::effective).toList());
      } else {
        Map<String, Object> inner = new LinkedHashMap<>();
        named.get(key).forEach((name, section) -> inner.put(name, section.effective()));
        shown.put(key, inner);
      }
    }
    return shown;
  }

  /** Notes each key here that nobody asked for, with the known one that looks most like it. */
  void addUnknownKeys(List<Fault> all) {
    if (ignoringRest) {
      return;
    }
    for (Map.Entry<String, ?> entry : values.entrySet()) {
      String key = entry.getKey();
      if (!known.contains(key)) {
        all.add(new Fault(at(key), Optional.of("not a known key"), expectedInsteadOf(key)));
      }
    }
  }

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

  private Section child(String childPath, Object given) {
    if (given instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, value) -> copy.put(String.valueOf(key), value));
      return new Section(childPath, copy, faults);
    }
    if (given != null) {
      faults.add(childPath, given, "a mapping of keys to values");
    }
    return new Section(childPath, Map.of(), faults);
  }

  private <T> T read(
      String key, T fallback, String expected, Function<Object, Optional<T>> convert) {
    Object given = values.get(key);
    T value = fallback;
    if (given != null) {
      Optional<T> converted = convert.apply(given);
      if (converted.isPresent()) {
        value = converted.get();
      } else {
        fault(key, given, expected);
      }
    }
    known.add(key);
    settings.put(
        key,
        new Setting(
            at(key), Optional.ofNullable(value), Optional.ofNullable(fallback), given != null));
    return value;
  }

  private String expectedInsteadOf(String key) {
    String nearest = null;
    int nearestDistance = Math.max(2, key.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(key.toLowerCase(Locale.ROOT).replace('-', '_'), candidate);
      if (distance < nearestDistance) {
        nearest = candidate;
        nearestDistance = distance;
      }
    }
    if (nearest != null) {
      return "'" + nearest + "' perhaps";
    }
    return known.isEmpty() ? "no key here" : "one of " + String.join(", ", known);
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Optional<String> text(Object value) {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  private static Optional<Boolean> bool(Object value) {
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

  private static Optional<Long> whole(Object value) {
    try {
      return decimal(value).map(BigDecimal::longValueExact);
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<Double> real(Object value) {
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

  private static Optional<Duration> time(Object value) {
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

  private static <T> Optional<List<T>> list(Object value, Function<Object, Optional<T>> convert) {
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

  private static String range(String min, String max) {
    return max == null ? "not below " + min : "from " + min + " to " + max;
  }

  private static Object plain(Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(Section::plain).collect(toCollection(ArrayList::new));
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
      long nanos = UNITS.get(unit).toNanos();
      if (time.toNanos() % nanos == 0) {
        return time.toNanos() / nanos + unit;
      }
    }
    return new BigDecimal(time.toNanos()).movePointLeft(6).stripTrailingZeros().toPlainString()
        + "ms";
  }

  /** How many letters must be changed, added or removed to make one word the other. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
