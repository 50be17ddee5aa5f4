package io.powerpool.coinrpc;

/**
 * Where a block stands, from {@code getblockheader}.
 *
 * @param confirmations 1 for the tip, -1 for a block that is valid but not on the best chain
 */
public record BlockPosition(int height, int confirmations) {

  public boolean onBestChain() {
    return confirmations > 0;
  }
}
