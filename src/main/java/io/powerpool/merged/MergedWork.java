package io.powerpool.merged;

import io.powerpool.bitcoin.Target;

/**
 * An auxiliary chain's work as a job commits to it.
 *
 * @param target what a hash must meet: that of the work's bits
 * @param slot its place in the tree
 * @param branch the hashes beside its way to the root, from the leaf up, 32 bytes each in internal
 *     order; not copied, never changed
 */
public record MergedWork(AuxOffer offer, Target target, int slot, byte[] branch) {

  /** The coin's key. */
  public String currency() {
    return offer.currency();
  }

  /** What its node gave. */
  public AuxWork work() {
    return offer.work();
  }
}
