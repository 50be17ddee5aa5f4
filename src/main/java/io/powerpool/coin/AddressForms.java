package io.powerpool.coin;

import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.config.Section;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the address forms of a coin: {@code networks}, and {@code network} to choose one. */
final class AddressForms {

  private AddressForms() {}

  /** The address forms of the chosen network; empty with a fault noted where they are wrong. */
  static Optional<AddressFormat> from(Section section) {
    Map<String, Section> networks = section.named("networks");
    if (networks.isEmpty()) {
      section.fault("networks", null, "the address forms of at least one network");
      section.string("network", "mainnet");
      return Optional.empty();
    }
    AddressFormat chosen = null;
    String network = section.choice("network", "mainnet", networks.keySet());
    for (Map.Entry<String, Section> entry : networks.entrySet()) {
      Section forms = entry.getValue();
      try {
        AddressFormat format =
            new AddressFormat(
                versions(forms, "p2pkh"),
                versions(forms, "p2sh"),
                forms.string("bech32", ""),
                forms.string("cashaddr", ""));
        if (entry.getKey().equals(network)) {
          chosen = format;
        }
      } catch (IllegalArgumentException e) {
        section.fault("networks." + entry.getKey(), null, e.getMessage());
      }
    }
    return Optional.ofNullable(chosen);
  }

  private static List<Integer> versions(Section forms, String key) {
    return forms.numbers(key, List.of(), 0, 0xffff).stream().map(Double::intValue).toList();
  }
}
