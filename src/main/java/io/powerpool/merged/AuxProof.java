package io.powerpool.merged;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;

/**
 * A solved block of an auxiliary chain, as far as it is not its hash and height: with that, all
 * that it takes to hand it in and to report it.
 *
 * @param previous the parent's block id
 * @param bits what the hash had to meet
 * @param reward what the block pays, in the smallest unit
 * @param reported whether the reporters are told of it
 * @param auxPow as {@code submitauxblock} takes it; not copied, never changed
 */
public record AuxProof(
    Hash256 previous, CompactBits bits, long reward, boolean reported, byte[] auxPow) {}
