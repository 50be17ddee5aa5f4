package io.powerpool.share;

import io.powerpool.bitcoin.Hash256;

/**
 * A share that also meets the network's target: everything that the job manager needs to build the
 * block, but the template's transactions. Byte arrays are shared and never changed.
 *
 * @param jobId the {@link io.powerpool.work.Job#id} that it was found on
 * @param currency the coin's key
 * @param hash the block id
 * @param header its 80 bytes
 * @param coinbase the coinbase without witness data, extranonce filled in
 * @param worker who found it
 * @param difficulty of the share as it was handed out
 * @param epochMillis when it was found, in milliseconds since 1970
 * @param node the node that found it
 */
public record SolvedBlock(
    long jobId,
    String currency,
    int height,
    Hash256 hash,
    byte[] header,
    byte[] coinbase,
    Worker worker,
    double difficulty,
    long epochMillis,
    String node) {}
