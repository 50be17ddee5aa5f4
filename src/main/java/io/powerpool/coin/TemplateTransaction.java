package io.powerpool.coin;

import io.powerpool.bitcoin.Hash256;

/**
 * One transaction of a template, exactly as it must be submitted.
 *
 * @param data the serialisation that goes into the block; not copied, never changed
 * @param id the transaction id, which the merkle tree is made of (not the witness hash)
 * @param weight in weight units, 0 where the node does not tell
 * @param witnessId the hash with witness data, or null where the node does not tell
 * @param fee in the smallest unit, -1 where the node does not tell
 * @param sigops what it counts for the limit of signature operations, -1 where the node does not
 *     tell
 */
public record TemplateTransaction(
    byte[] data, Hash256 id, int weight, Hash256 witnessId, long fee, int sigops) {

  /** One of which only that is known which a block is made of. */
  public TemplateTransaction(byte[] data, Hash256 id, int weight) {
    this(data, id, weight, null, -1, -1);
  }
}
