/**
 * Merged mining: one proof of work for several chains. The coinbase of the main chain's block
 * commits to the root of a tree of the auxiliary chains' block hashes; what satisfies an auxiliary
 * chain's target is handed to its node with the way from its hash to the header that was hashed.
 *
 * <p>{@link io.powerpool.merged.AuxTree} gives each chain its place, {@link
 * io.powerpool.merged.AuxCommitment} is what goes into the coinbase, {@link
 * io.powerpool.merged.AuxPow} the proof. Sources: auxpow.h and auxpow.cpp of Namecoin Core and
 * Dogecoin Core.
 */
package io.powerpool.merged;
