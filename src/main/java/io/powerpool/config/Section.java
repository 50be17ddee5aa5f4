package io.powerpool.config;

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

/**
 * One mapping of the configuration, read key by key.
 *
 * <p>A wrong value never throws: it is noted in {@link Faults} and the default (or a harmless
 * value) is returned, so that reading goes on and all faults are told together. Every key that is
 * asked for counts as known. A number or flag in quotes is taken as the number or flag, because
 * that is how environment variables arrive.
 */
public final class Section {

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
    return read(key, fallback, "text", Values::text);
  }

  /** A text that has no default; returns an empty text and notes a fault if there is none. */
  public String requiredString(String key) {
    String text = read(key, null, "text", Values::text);
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
    return Optional.ofNullable(read(key, null, "text", Values::text));
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String key, int fallback, int min, int max) {
    return (int) integer(key, (long) fallback, min, max);
  }

  /** A whole number from {@code min} to {@code max}. */
  public long integer(String key, long fallback, long min, long max) {
    String expected =
        "a whole number "
            + Shown.range(Long.toString(min), max == Long.MAX_VALUE ? null : Long.toString(max));
    return read(
        key,
        fallback,
        expected,
        value -> Values.whole(value).filter(number -> number >= min && number <= max));
  }

  /** A number from {@code min} to {@code max}, fractions allowed. */
  public double number(String key, double fallback, double min, double max) {
    String expected =
        "a number "
            + Shown.range(Shown.show(min), max == Double.MAX_VALUE ? null : Shown.show(max));
    return read(
        key,
        fallback,
        expected,
        value -> Values.real(value).filter(number -> number >= min && number <= max));
  }

  /** A list of numbers, each from {@code min} to {@code max}, fractions allowed. */
  public List<Double> numbers(String key, List<Double> fallback, double min, double max) {
    String expected =
        "a list of numbers, each "
            + Shown.range(Shown.show(min), max == Double.MAX_VALUE ? null : Shown.show(max));
    return read(
        key,
        List.copyOf(fallback),
        expected,
        value ->
            Values.list(
                value, item -> Values.real(item).filter(number -> number >= min && number <= max)));
  }

  /** A flag: {@code true} or {@code false}. */
  public boolean flag(String key, boolean fallback) {
    return read(key, fallback, "true or false", Values::bool);
  }

  /**
   * A length of time from {@code min} to {@code max}: {@code 250ms}, {@code 30s}, {@code 10m},
   * {@code 2h}, or seconds.
   */
  public Duration duration(String key, Duration fallback, Duration min, Duration max) {
    String expected =
        "a duration like 250ms, 30s, 10m or 2h, " + Shown.range(Shown.show(min), Shown.show(max));
    return read(
        key,
        fallback,
        expected,
        value ->
            Values.time(value)
                .filter(time -> time.compareTo(min) >= 0 && time.compareTo(max) <= 0));
  }

  /** One of the allowed texts. */
  public String choice(String key, String fallback, Collection<String> allowed) {
    return read(
        key,
        fallback,
        "one of " + String.join(", ", allowed),
        value -> Values.text(value).filter(allowed::contains));
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> strings(String key, List<String> fallback) {
    return read(
        key, List.copyOf(fallback), "a list of texts", value -> Values.list(value, Values::text));
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
            Optional<String> text = Values.text(entry.getValue());
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
        settings.get(key).value().ifPresent(value -> shown.put(key, Shown.plain(value)));
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
    return Spelling.nearest(key.toLowerCase(Locale.ROOT).replace('-', '_'), known)
        .map(nearest -> "'" + nearest + "' perhaps")
        .orElse(known.isEmpty() ? "no key here" : "one of " + String.join(", ", known));
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
