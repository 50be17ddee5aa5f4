package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hash256;

/**
 * The end of a server's chain.
 *
 * @param height of the block, the genesis block's is 0
 */
public record Tip(Hash256 id, int height) {}
