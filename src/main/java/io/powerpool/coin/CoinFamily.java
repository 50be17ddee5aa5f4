package io.powerpool.coin;

import java.util.List;

/**
 * How the coinbase and the blocks of a family of coins are built. Implementations are immutable.
 */
public interface CoinFamily {

  /** The name in a coin's definition, in lower case. */
  String name();

  /** Fields of the template that name outputs, unless the coin's definition names others. */
  default List<PaymentField> payments() {
    return List.of();
  }

  /**
   * Whether every chain can read this family's coinbase: one with a payload of its own is no
   * transaction to the others, so nothing can be mined together with it.
   */
  default boolean readableByOthers() {
    return true;
  }

  /**
   * The coinbase for a template, without witness data, cut at the extranonce.
   *
   * @param mark bytes that make this coinbase differ from that of any other job; may be empty
   * @throws IllegalArgumentException if no valid coinbase can be built, saying why: the tag too
   *     long, no payout
   */
  CoinbaseParts coinbase(BlockTemplate template, Coin coin, byte[] mark);

  /**
   * The whole block as {@code submitblock} takes it.
   *
   * @param header its 80 bytes
   * @param coinbase the coinbase without witness data, extranonce filled in
   */
  byte[] block(BlockTemplate template, byte[] header, byte[] coinbase);
}
