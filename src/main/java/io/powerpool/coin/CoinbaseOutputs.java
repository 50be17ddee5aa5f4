package io.powerpool.coin;

import io.powerpool.bitcoin.ByteSink;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** Who is paid by a coinbase: what the coin demands, and the pool with the rest. */
public final class CoinbaseOutputs {

  private CoinbaseOutputs() {}

  /**
   * What a block of this template is worth to the pool, in the smallest unit.
   *
   * @throws IllegalArgumentException if the template demands to pay more than the block is worth
   */
  public static long poolValue(BlockTemplate template) {
    long left = template.coinbaseValue();
    for (TemplatePayment payment : template.payments()) {
      if (!payment.beside()) {
        left -= payment.amount();
        if (left < 0) {
          throw new IllegalArgumentException(
              String.format(
                  "%s pays %d, and with what comes before it that is more than coinbasevalue %d",
                  payment.field(), payment.amount(), template.coinbaseValue()));
        }
      }
    }
    return left;
  }

  /**
   * The outputs as they are serialised: the pool's first, then those that the coin demands, for
   * some coins look for them in that place; then the pool's others, and the witness commitment
   * last, because nodes take the last output that looks like one.
   */
  static List<byte[]> of(BlockTemplate template, Coin coin) {
    List<byte[]> pool = payouts(poolValue(template), coin.payouts());
    List<byte[]> outputs = new ArrayList<>();
    outputs.add(pool.get(0));
    for (TemplatePayment payment : template.payments()) {
      outputs.add(output(payment.amount(), payment.script()));
    }
    outputs.addAll(pool.subList(1, pool.size()));
    if (template.witnessCommitment() != null) {
      outputs.add(output(0, template.witnessCommitment()));
    }
    return outputs;
  }

  private static List<byte[]> payouts(long value, List<Payout> payouts) {
    if (payouts.isEmpty()) {
      throw new IllegalArgumentException("a coin needs at least one payout");
    }
    // Rounding goes to the first: the sum must not exceed the value, and nothing is given away.
    long first = value;
    List<byte[]> others = new ArrayList<>();
    for (Payout payout : payouts.subList(1, payouts.size())) {
      long share = share(value, payout.percent());
      first -= share;
      others.add(output(share, payout.script()));
    }
    List<byte[]> outputs = new ArrayList<>();
    outputs.add(output(first, payouts.get(0).script()));
    outputs.addAll(others);
    return outputs;
  }

  /** So many percent of the value, rounded down. */
  public static long share(long value, double percent) {
    return BigDecimal.valueOf(value)
        .multiply(BigDecimal.valueOf(percent))
        .divide(BigDecimal.valueOf(100), 0, RoundingMode.DOWN)
        .longValueExact();
  }

  private static byte[] output(long value, byte[] script) {
    return new ByteSink().u64(value).varBytes(script).toBytes();
  }
}
