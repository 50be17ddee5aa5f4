package io.powerpool.app;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Puts single values from the environment and the system properties into a configuration. */
final class ConfigOverrides {

  private final Map<String, Object> root;
  private final Map<String, String> origins;

  /** Texts that may be meant as a list or mapping, by their path, and how to make them one. */
  private final Map<String, Runnable> bracketed = new LinkedHashMap<>();

  ConfigOverrides(JsonObject values, Map<String, String> origins) {
    this.root = plain(values.getMap());
    this.origins = origins;
  }

  /** Sets {@code STRATUM__PORTS__0__PORT}, the variable's name without its prefix. */
  void setVariable(String variable, String path, String value) {
    set(variable, List.of(path.split("__", -1)), value, true);
  }

  /** Sets {@code stratum.ports.0.port}, the property's name without its prefix. */
  void setProperty(String property, String path, String value) {
    set(property, List.of(path.split("\\.", -1)), value, false);
  }

  /** The values, the coins' definitions below them. */
  JsonObject values() {
    CoinDefinitions.addTo(root);
    // One that is read may show where others belong.
    while (readWantedStructures()) {
      CoinDefinitions.addTo(root);
    }
    return new JsonObject(root);
  }

  /**
   * Text stays text, because a password may look like anything; it is a list or mapping only where
   * whoever reads the configuration asks for one.
   *
   * @return whether there was such a text
   */
  private boolean readWantedStructures() {
    if (bracketed.isEmpty()) {
      return false;
    }
    Section section = Section.root(NodeOptions.plain(new JsonObject(root)), new Faults());
    PoolConfig.from(section);
    Set<String> wanted = section.structures();
    wanted.retainAll(bracketed.keySet());
    wanted.forEach(path -> bracketed.remove(path).run());
    return !wanted.isEmpty();
  }

  private void set(String source, List<String> segments, String value, boolean anyCase) {
    Object place = root;
    String path = "";
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      boolean last = i == segments.size() - 1;
      if (place instanceof Map<?, ?> given) {
        @SuppressWarnings("unchecked") // plain() made only such maps
        Map<String, Object> map = (Map<String, Object>) given;
        String key = key(source, map, segment, anyCase);
        path = path.isEmpty() ? key : path + "." + key;
        if (!map.containsKey(key)) {
          origins.put(path, source);
        }
        if (last) {
          put(path, value, wanted -> map.put(key, wanted));
        } else {
          readStructure(path);
          place =
              map.compute(
                  key, (name, old) -> old == null ? new LinkedHashMap<String, Object>() : old);
        }
      } else if (place instanceof List<?> given) {
        @SuppressWarnings("unchecked") // plain() made only such lists
        List<Object> list = (List<Object>) given;
        int index = index(source, segment, list.size());
        path = path + "[" + index + "]";
        if (index == list.size()) {
          list.add(new LinkedHashMap<String, Object>());
        }
        if (last) {
          put(path, value, wanted -> list.set(index, wanted));
        } else {
          readStructure(path);
          place = list.get(index);
        }
      } else {
        throw new ConfigException(
            source + ": " + path + " is a single value, so it has no '" + segment + "'");
      }
    }
    origins.put(path, source);
  }

  private static String key(
      String source, Map<String, Object> map, String segment, boolean anyCase) {
    if (segment.isEmpty()) {
      throw new ConfigException(source + ": names no key");
    }
    if (!anyCase || map.containsKey(segment)) {
      return segment;
    }
    return map.keySet().stream()
        .filter(segment::equalsIgnoreCase)
        .findFirst()
        .orElse(segment.toLowerCase(Locale.ROOT));
  }

  private static int index(String source, String segment, int size) {
    if (segment.matches("\\d{1,6}") && Integer.parseInt(segment) <= size) {
      return Integer.parseInt(segment);
    }
    throw new ConfigException(
        source
            + ": '"
            + segment
            + "' is no place in a list of "
            + size
            + ", expected 0 to "
            + size);
  }

  private void put(String path, String text, Consumer<Object> place) {
    place.accept(text);
    bracketed.remove(path);
    if (text.startsWith("[") || text.startsWith("{")) {
      bracketed.put(path, () -> place.accept(structure(text)));
    }
  }

  /** Makes a text a list or mapping now, because something is to be set inside of it. */
  private void readStructure(String path) {
    Runnable reading = bracketed.remove(path);
    if (reading != null) {
      reading.run();
    }
  }

  private static Object structure(String text) {
    try {
      return copy(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
    } catch (YAMLException e) {
      // Text where a list or mapping is wanted: a fault that is told with all the others.
      return text;
    }
  }

  /** Plain maps and lists with texts as keys: the YAML reader leaves other keys inside of lists. */
  private static Map<String, Object> plain(Map<?, ?> given) {
    Map<String, Object> map = new LinkedHashMap<>();
    given.forEach((key, value) -> map.put(String.valueOf(key), copy(value)));
    return map;
  }

  private static Object copy(Object value) {
    if (value instanceof JsonObject object) {
      return plain(object.getMap());
    }
    if (value instanceof Map<?, ?> map) {
      return plain(map);
    }
    if (value instanceof JsonArray array) {
      return copy(array.getList());
    }
    if (value instanceof List<?> given) {
      List<Object> list = new ArrayList<>();
      given.forEach(item -> list.add(copy(item)));
      return list;
    }
    // Dates are text here, and text goes through the event bus and JSON unchanged.
    return value instanceof Date date ? date.toInstant().toString() : value;
  }
}
