package io.powerpool.app;

import io.powerpool.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The coins that we know: files of {@code conf/coins}, packed into the jar. An entry of {@code
 * coins} names one as its {@code definition} and overrides what it wants different.
 */
final class CoinDefinitions {

  /** Each is a file of {@code conf/coins} without its ending. */
  static final List<String> NAMES =
      List.of(
          "bitcoin",
          "bitcoin-cash",
          "dash",
          "devchain",
          "digibyte-scrypt",
          "digibyte-sha256d",
          "dogecoin",
          "feathercoin",
          "litecoin",
          "monacoin",
          "namecoin");

  private CoinDefinitions() {}

  /**
   * Puts the definitions below the entries of {@code coins}; what is no such entry is left alone.
   */
  static void addTo(Map<String, Object> values) {
    if (!(values.get("coins") instanceof Map<?, ?> coins)) {
      return;
    }
    for (Object coin : coins.values()) {
      if (coin instanceof Map<?, ?> given
          && given.get("definition") instanceof String name
          && NAMES.contains(name)) {
        @SuppressWarnings("unchecked") // the configuration's keys are texts
        Map<String, Object> entry = (Map<String, Object>) given;
        read(name).forEach(entry::putIfAbsent);
      }
    }
  }

  /** The settings of one definition. */
  private static Map<String, Object> read(String name) {
    try (InputStream file = CoinDefinitions.class.getResourceAsStream("/coins/" + name + ".yaml")) {
      if (file == null) {
        throw new ConfigException("coins/" + name + ".yaml is missing in the jar");
      }
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, Object> values = new LinkedHashMap<>();
      Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
      ((Map<?, ?>) root).forEach((key, value) -> values.put(String.valueOf(key), value));
      return values;
    } catch (IOException e) {
      throw new ConfigException("coins/" + name + ".yaml cannot be read: " + e.getMessage());
    }
  }
}
