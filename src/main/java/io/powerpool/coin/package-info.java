/**
 * What differs between currencies: their templates, how a coinbase and a block are built, their
 * configuration.
 *
 * <p>To add a coin of a known family, write a file in {@code conf/coins}. To add a family: a class
 * that implements {@link io.powerpool.coin.CoinFamily} and a line in {@link
 * io.powerpool.coin.CoinFamilies}. Byte formats only; no I/O and no clock.
 */
package io.powerpool.coin;
