package io.powerpool.coin;

/** Bitcoin Cash and its descendants: no witness data, and no transaction may be very small. */
final class BitcoinCashFamily implements CoinFamily {

  /**
   * Bytes of a transaction at least: MIN_TX_SIZE_MAGNETIC_ANOMALY in Bitcoin Cash Node's
   * consensus.h, 65 since the upgrade of May 2023. The older rule satisfies both, and forks that
   * did not follow.
   */
  private static final int SMALLEST_TRANSACTION = 100;

  @Override
  public String name() {
    return "bitcoin-cash";
  }

  @Override
  public CoinbaseParts coinbase(BlockTemplate template, Coin coin, byte[] mark) {
    return new CoinbaseBuilder(template, coin).atLeast(SMALLEST_TRANSACTION).build(mark);
  }

  @Override
  public byte[] block(BlockTemplate template, byte[] header, byte[] coinbase) {
    return BlockWriter.write(template, header, coinbase).toBytes();
  }
}
