/**
 * A development coin: an in-process regtest chain behind Bitcoin's JSON-RPC, for the demo and for
 * tests that need a coin server but no daemon.
 *
 * <p>{@link io.powerpool.devchain.DevChain} holds the chain and judges blocks by every consensus
 * rule that a pool can break, in the order and with the words of Bitcoin Core (0.21); it knows no
 * network and no clock. Not checked, because no pool makes them: scripts and signatures. {@link
 * io.powerpool.devchain.DevChainServer} puts it behind HTTP.
 */
package io.powerpool.devchain;
