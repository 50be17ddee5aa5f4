package io.powerpool.coin;

import io.powerpool.bitcoin.Hex;

/**
 * One output of the coinbase that pays the pool.
 *
 * @param address as the operator wrote it
 * @param script the scriptPubKey it stands for; not copied, never changed
 * @param percent of what the block is worth, above 0 and at most 100
 */
public record Payout(String address, byte[] script, double percent) {

  public Payout {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "a payout is above 0 and at most 100 percent, was " + percent);
    }
  }

  @Override
  public String toString() {
    return address + " " + percent + " % (" + Hex.encode(script) + ")";
  }
}
