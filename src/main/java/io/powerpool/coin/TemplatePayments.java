package io.powerpool.coin;

import io.powerpool.bitcoin.AddressFormat;
import java.util.List;

/**
 * Which outputs the coinbase must have beside those of the pool.
 *
 * @param fields where a template names such outputs
 * @param fixed those that are the same whatever the template says
 * @param addresses how addresses in these fields are read, where there is no script
 */
public record TemplatePayments(
    List<PaymentField> fields, List<FixedPayment> fixed, AddressFormat addresses) {

  public TemplatePayments {
    fields = List.copyOf(fields);
    fixed = List.copyOf(fixed);
  }
}
