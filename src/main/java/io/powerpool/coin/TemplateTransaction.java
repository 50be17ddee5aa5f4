package io.powerpool.coin;

import io.powerpool.bitcoin.Hash256;

/**
 * One transaction of a template, exactly as it must be submitted.
 *
 * @param data the serialisation that goes into the block; not copied, never changed
 * @param id the transaction id, which the merkle tree is made of (not the witness hash)
 * @param weight in weight units, 0 where the node does not tell
 */
public record TemplateTransaction(byte[] data, Hash256 id, int weight) {}
