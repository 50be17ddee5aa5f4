package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.coin.CoinbaseOutputs;
import io.powerpool.coin.PaymentField;
import io.powerpool.coin.TemplatePayment;
import io.powerpool.coin.TemplatePayments;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the outputs that a coin and its templates demand, in the shapes that nodes give them. A
 * script is preferred to an address: Dash's credit pool has an address that is empty, and must be
 * paid.
 */
final class PaymentReader {

  private static final List<String> SCRIPTS = List.of("script", "scriptpubkey");
  private static final List<String> ADDRESSES = List.of("payee", "address");
  private static final List<String> AMOUNTS = List.of("amount", "value", "minimumvalue");

  private final JsonFields template;
  private final AddressFormat format;
  private final List<TemplatePayment> payments = new ArrayList<>();

  private PaymentReader(JsonFields template, AddressFormat format) {
    this.template = template;
    this.format = format;
  }

  static List<TemplatePayment> read(JsonFields template, TemplatePayments wanted) {
    PaymentReader reader = new PaymentReader(template, wanted.addresses());
    wanted.fields().forEach(reader::read);
    int height = (int) template.number("height", 0, Integer.MAX_VALUE);
    long value = reader.value();
    wanted.fixed().forEach(each -> each.at(height, value).ifPresent(reader.payments::add));
    return reader.payments;
  }

  private void read(PaymentField field) {
    JsonFields parent = template;
    String[] names = field.path().split("\\.", -1);
    for (int i = 0; i + 1 < names.length; i++) {
      Optional<JsonFields> inner = parent.object(names[i]);
      if (inner.isEmpty()) {
        return;
      }
      parent = inner.get();
    }
    String last = names[names.length - 1];
    Object value = parent.value(last);
    if (value instanceof JsonArray) {
      List<JsonFields> entries = parent.objects(last);
      for (int i = 0; i < entries.size(); i++) {
        read(entries.get(i), parent.name(last) + "[" + i + "]", field);
      }
    } else if (value instanceof JsonObject) {
      read(parent.object(last).orElseThrow(), parent.name(last), field);
    } else if (value instanceof String address) {
      if (!address.isEmpty()) {
        add(parent.name(last), parent.read(last, this::script), amount(parent, field), field);
      }
    } else if (value != null) {
      throw JsonFields.fault(parent.name(last), "an object, a list of them or an address", value);
    }
  }

  private void read(JsonFields entry, String name, PaymentField field) {
    if (entry.names().isEmpty()) {
      return;
    }
    String amountKey = first(entry, AMOUNTS).orElse(AMOUNTS.get(0));
    long amount = entry.number(amountKey, 0, Long.MAX_VALUE);
    Optional<byte[]> script = script(entry);
    if (script.isPresent()) {
      add(name, script.get(), amount, field);
    } else if (amount > 0) {
      throw JsonFields.fault(name, "paid to a script or an address", amount);
    }
  }

  private void add(String name, byte[] script, long amount, PaymentField field) {
    payments.add(new TemplatePayment(name, script, amount, field.beside()));
  }

  private Optional<byte[]> script(JsonFields entry) {
    Optional<String> direct = first(entry, SCRIPTS);
    if (direct.isPresent()) {
      return entry.optionalBytes(direct.get());
    }
    Optional<JsonFields> nested = entry.object("payoutscript");
    if (nested.isPresent()) {
      return Optional.of(nested.get().bytes("hex"));
    }
    Optional<byte[]> listed = entry.readFirst("addresses", this::script);
    if (listed.isPresent()) {
      return listed;
    }
    return first(entry, ADDRESSES).map(key -> entry.read(key, this::script));
  }

  private byte[] script(String address) {
    return Address.script(address, format);
  }

  /** What an address in a field of its own is paid. */
  private long amount(JsonFields parent, PaymentField field) {
    if (!field.amountField().isEmpty() && parent.has(field.amountField())) {
      return parent.number(field.amountField(), 0, Long.MAX_VALUE);
    }
    if (field.percent() > 0) {
      return CoinbaseOutputs.share(value(), field.percent());
    }
    throw JsonFields.fault(
        parent.name(field.amountField()), "the amount for " + field.path(), null);
  }

  private long value() {
    return template.number("coinbasevalue", 0, Long.MAX_VALUE);
  }

  /** The first of these keys that has a value, other than an empty text. */
  private static Optional<String> first(JsonFields entry, List<String> keys) {
    return keys.stream().filter(key -> entry.has(key) && !"".equals(entry.value(key))).findFirst();
  }
}
