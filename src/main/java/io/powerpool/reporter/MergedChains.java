package io.powerpool.reporter;

import io.powerpool.config.Section;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which coins are mined together, as far as reporters have to know.
 *
 * @param auxiliaries the merged coins of each main one, in the order of the configuration
 */
public record MergedChains(Map<String, List<String>> auxiliaries) {

  public static final MergedChains NONE = new MergedChains(Map.of());

  public MergedChains {
    auxiliaries = Map.copyOf(auxiliaries);
  }

  /** Reads {@code merged} of each entry of {@code coins}. */
  static MergedChains from(Section root) {
    Map<String, List<String>> auxiliaries = new LinkedHashMap<>();
    root.named("coins")
        .forEach((coin, section) -> auxiliaries.put(coin, section.strings("merged", List.of())));
    return new MergedChains(auxiliaries);
  }

  /** The coins that are mined together with this one. */
  public List<String> of(String coin) {
    return auxiliaries.getOrDefault(coin, List.of());
  }

  /** Whether the coin is mined together with another only. */
  public boolean isAuxiliary(String coin) {
    return auxiliaries.values().stream().anyMatch(merged -> merged.contains(coin));
  }
}
