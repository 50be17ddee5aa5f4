package io.powerpool.coin;

import io.powerpool.bitcoin.ByteSink;

/**
 * Litecoin: as Bitcoin, and from the activation of MWEB on the extension block follows the last
 * transaction (litecoin src/primitives/block.h).
 */
final class LitecoinFamily implements CoinFamily {

  /** Marks that an optional part of the serialisation is there. */
  private static final int PRESENT = 1;

  @Override
  public String name() {
    return "litecoin";
  }

  @Override
  public CoinbaseParts coinbase(BlockTemplate template, Coin coin, byte[] mark) {
    return new CoinbaseBuilder(template, coin).build(mark);
  }

  @Override
  public byte[] block(BlockTemplate template, byte[] header, byte[] coinbase) {
    ByteSink block = BlockWriter.write(template, header, coinbase);
    if (template.extensionBlock() != null) {
      block.u8(PRESENT).bytes(template.extensionBlock());
    }
    return block.toBytes();
  }
}
