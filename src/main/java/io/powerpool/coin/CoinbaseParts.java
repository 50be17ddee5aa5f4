package io.powerpool.coin;

/**
 * A coinbase transaction without witness data, cut where the extranonce goes: the {@code coinb1}
 * and {@code coinb2} of Stratum. Not copied, never changed.
 */
public record CoinbaseParts(byte[] prefix, byte[] suffix) {}
