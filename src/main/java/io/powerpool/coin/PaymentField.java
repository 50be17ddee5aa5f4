package io.powerpool.coin;

import io.powerpool.config.Section;
import java.util.List;

/**
 * A field of the template that names outputs which the coinbase must have. Its value is an object
 * or a list of objects (with {@code script}, {@code scriptpubkey} or {@code payoutscript.hex}, or
 * else {@code payee}, {@code address} or {@code addresses}; and {@code amount}, {@code value} or
 * {@code minimumvalue}), or an address whose amount is another field.
 *
 * @param path names with dots between them, such as {@code coinbasetxn.minerfund}
 * @param amountField beside the last name, for a value that is an address; may be empty
 * @param percent of {@code coinbasevalue}, for an address without an amount; 0 for none
 * @param beside whether the amounts come on top of {@code coinbasevalue} instead of out of it
 */
public record PaymentField(String path, String amountField, double percent, boolean beside) {

  /** A field with objects whose amounts are part of {@code coinbasevalue}. */
  static PaymentField of(String path) {
    return new PaymentField(path, "", 0, false);
  }

  /** Reads a coin's {@code template_payments}; the family's own if there are none. */
  static List<PaymentField> from(Section section, List<PaymentField> otherwise) {
    List<PaymentField> fields =
        section.sections("template_payments").stream()
            .map(
                entry ->
                    new PaymentField(
                        entry.requiredString("field"),
                        entry.string("amount_field", ""),
                        entry.number("percent", 0, 0, 100),
                        entry.flag("beside", false)))
            .toList();
    return fields.isEmpty() ? otherwise : fields;
  }
}
