package io.powerpool.miner;

import io.powerpool.bitcoin.Hash256;

/**
 * A share that a {@link CpuMiner} has found, as it goes on the wire.
 *
 * @param jobId the pool's name for the job
 * @param extranonce2 hexadecimal
 * @param time the header's time
 * @param nonce the header's nonce
 * @param versionBits the rolled bits of the version, 0 without version rolling
 * @param versionRolled whether versionBits are to be sent
 * @param hash the proof-of-work hash
 * @param difficulty the difficulty that was asked for
 */
public record FoundShare(
    String jobId,
    String extranonce2,
    int time,
    int nonce,
    int versionBits,
    boolean versionRolled,
    Hash256 hash,
    double difficulty) {}
