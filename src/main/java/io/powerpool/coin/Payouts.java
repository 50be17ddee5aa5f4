package io.powerpool.coin;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressException;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads whom a coin's blocks pay: one {@code pool_address}, or a list under {@code payout}. */
final class Payouts {

  private static final double ROUNDING = 1e-9;

  private Payouts() {}

  /** The payouts; empty with a fault noted where one is wrong. */
  static List<Payout> from(Section section, Optional<AddressFormat> format) {
    Optional<String> single = section.optionalString("pool_address");
    List<Section> several = section.sections("payout");
    if (single.isPresent() && !several.isEmpty()) {
      section.fault("payout", "a list", "either pool_address or payout, not both");
      return List.of();
    }
    List<Payout> payouts = new ArrayList<>();
    if (single.isPresent()) {
      script(section, "pool_address", single.get(), format)
          .ifPresent(script -> payouts.add(new Payout(single.get(), script, 100)));
      return payouts;
    }
    if (several.isEmpty()) {
      section.fault("pool_address", null, "an address that blocks are paid to");
      return List.of();
    }
    double sum = 0;
    for (Section entry : several) {
      String address = entry.requiredString("address");
      double percent = entry.number("percent", 100.0 / several.size(), 0.0001, 100);
      sum += percent;
      script(entry, "address", address, format)
          .ifPresent(script -> payouts.add(new Payout(address, script, percent)));
    }
    if (Math.abs(sum - 100) > ROUNDING * several.size() * 100) {
      section.fault("payout", "percent that sum to " + sum, "a sum of 100");
    }
    return payouts.size() == several.size() ? payouts : List.of();
  }

  private static Optional<byte[]> script(
      Section section, String key, String address, Optional<AddressFormat> format) {
    if (format.isEmpty() || address.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Address.script(address, format.get()));
    } catch (AddressException e) {
      section.fault(key, address, e.expectation());
      return Optional.empty();
    }
  }
}
