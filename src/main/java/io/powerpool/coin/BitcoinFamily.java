package io.powerpool.coin;

/**
 * Bitcoin and what is built like it, with segwit or without: whether there is a witness follows
 * from the template.
 */
final class BitcoinFamily implements CoinFamily {

  @Override
  public String name() {
    return "bitcoin";
  }

  @Override
  public CoinbaseParts coinbase(BlockTemplate template, Coin coin, byte[] mark) {
    return new CoinbaseBuilder(template, coin).build(mark);
  }

  @Override
  public byte[] block(BlockTemplate template, byte[] header, byte[] coinbase) {
    return BlockWriter.write(template, header, coinbase).toBytes();
  }
}
