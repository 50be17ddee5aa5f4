package io.powerpool.coin;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressException;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Hex;
import io.powerpool.config.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An output that the coinbase must have although no template says so: a developer's fee, a fund.
 *
 * @param name the key in the coin's definition, for error messages
 * @param script the scriptPubKey that is paid; not copied, never changed
 * @param amount in the smallest unit, if {@code percent} is 0
 * @param percent of {@code coinbasevalue}
 * @param fromHeight the first block that has it
 * @param toHeight the last block that has it
 * @param beside whether the amount comes on top of {@code coinbasevalue} instead of out of it
 */
public record FixedPayment(
    String name,
    byte[] script,
    long amount,
    double percent,
    int fromHeight,
    int toHeight,
    boolean beside) {

  /** What a block of this height and {@code coinbasevalue} must pay; empty for nothing. */
  public Optional<TemplatePayment> at(int height, long value) {
    if (height < fromHeight || height > toHeight) {
      return Optional.empty();
    }
    long due = percent > 0 ? CoinbaseOutputs.share(value, percent) : amount;
    return Optional.of(new TemplatePayment(name, script, due, beside));
  }

  /**
   * Reads a coin's {@code fixed_payments}, of which only those of the chosen network count, and
   * notes a fault for every wrong value.
   */
  static List<FixedPayment> from(Section section, Optional<AddressFormat> format) {
    String network = section.string("network", "mainnet");
    List<FixedPayment> payments = new ArrayList<>();
    List<Section> entries = section.sections("fixed_payments");
    for (int i = 0; i < entries.size(); i++) {
      Section entry = entries.get(i);
      boolean counts = entry.string("network", network).equals(network);
      Optional<byte[]> script = script(entry, counts ? format : Optional.empty());
      long amount = entry.integer("amount", 0, 0, Long.MAX_VALUE);
      double percent = entry.number("percent", 0, 0, 100);
      if (amount > 0 == percent > 0) {
        entry.fault("amount", amount, "an amount in the smallest unit, or else a percent");
      }
      int fromHeight = entry.integer("from_height", 0, 0, Integer.MAX_VALUE);
      int toHeight = entry.integer("to_height", Integer.MAX_VALUE, fromHeight, Integer.MAX_VALUE);
      boolean beside = entry.flag("beside", false);
      if (counts && script.isPresent()) {
        payments.add(
            new FixedPayment(
                "fixed_payments[" + i + "]",
                script.get(),
                amount,
                percent,
                fromHeight,
                toHeight,
                beside));
      }
    }
    return payments;
  }

  private static Optional<byte[]> script(Section entry, Optional<AddressFormat> format) {
    Optional<String> script = entry.optionalString("script");
    Optional<String> address = entry.optionalString("address");
    if (script.isPresent() == address.isPresent()) {
      entry.fault("address", address.orElse(null), "an address, or else a script in hexadecimal");
      return Optional.empty();
    }
    try {
      return script.isPresent()
          ? script.map(Hex::decode)
          : format.map(known -> Address.script(address.get(), known));
    } catch (AddressException e) {
      entry.fault("address", address.get(), e.expectation());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      entry.fault("script", script.get(), "hexadecimal digits, two for each byte");
      return Optional.empty();
    }
  }
}
