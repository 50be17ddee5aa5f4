/**
 * The other end of the wire: a Stratum v1 client, a CPU miner built on it, and the {@code check}
 * command that monitoring systems call. The load generator is in {@code miner.bench}.
 *
 * <p>Everything here talks to a pool over a real socket and shares no code with the pool's side of
 * the protocol, so that a mistake there is not made twice and cancelled out. It may use the domain
 * packages {@code algorithm}, {@code bitcoin} and {@code difficulty}. Start reading at {@link
 * io.powerpool.miner.StratumClient}.
 */
package io.powerpool.miner;
