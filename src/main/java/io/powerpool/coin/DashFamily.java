package io.powerpool.coin;

import java.util.List;

/**
 * Dash and its descendants: masternodes and budgets are paid by the coinbase, which carries a
 * payload behind its lock time once the coin has special transactions (DIP 2, DIP 4).
 */
final class DashFamily implements CoinFamily {

  /** Version 3 in the low half, and in the high half type 5, which is a coinbase (DIP 4). */
  private static final int SPECIAL_VERSION = 5 << 16 | 3;

  private static final int PLAIN_VERSION = 1;

  /**
   * Of nodes that tell the masternode's address and not what it gets: a fifth of the block, as
   * PowerPool assumed.
   */
  private static final double PAYEE_PERCENT = 20;

  private static final List<PaymentField> PAYMENTS =
      List.of(
          PaymentField.of("masternode"),
          PaymentField.of("superblock"),
          new PaymentField("payee", "payee_amount", PAYEE_PERCENT, false));

  @Override
  public String name() {
    return "dash";
  }

  @Override
  public List<PaymentField> payments() {
    return PAYMENTS;
  }

  @Override
  public boolean readableByOthers() {
    return false;
  }

  @Override
  public CoinbaseParts coinbase(BlockTemplate template, Coin coin, byte[] mark) {
    int version = template.coinbasePayload() == null ? PLAIN_VERSION : SPECIAL_VERSION;
    return new CoinbaseBuilder(template, coin).version(version).build(mark);
  }

  @Override
  public byte[] block(BlockTemplate template, byte[] header, byte[] coinbase) {
    return BlockWriter.write(template, header, coinbase).toBytes();
  }
}
