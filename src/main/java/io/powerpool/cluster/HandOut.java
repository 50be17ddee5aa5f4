package io.powerpool.cluster;

/**
 * The first job on a new block has reached the miners of one stratum event loop and port.
 *
 * @param jobId the {@link io.powerpool.work.Job#templateId} of the job
 * @param nanos from the job's arrival at the event loop until the line for the last of its miners
 *     was handed to the operating system (or, for a miner that does not read, put aside)
 * @param miners how many there were, at least one
 */
public record HandOut(long jobId, long nanos, int miners) {}
