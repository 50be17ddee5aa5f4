package io.powerpool.coin;

import io.powerpool.bitcoin.AddressFormat;
import java.util.List;

/**
 * Where a coin's templates name outputs that the coinbase must have.
 *
 * @param addresses how addresses in these fields are read, where there is no script
 */
public record TemplatePayments(List<PaymentField> fields, AddressFormat addresses) {

  public TemplatePayments {
    fields = List.copyOf(fields);
  }
}
