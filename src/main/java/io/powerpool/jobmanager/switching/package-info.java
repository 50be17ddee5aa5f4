/**
 * Sends the miners of a port to the most profitable of several coins of one algorithm.
 *
 * <p>{@link io.powerpool.jobmanager.switching.SwitchingJobManager} hears the jobs of its coins like
 * any port, and hands on those of one coin at a time, under ids of its own so that the later one
 * always has the higher id. What a coin is worth is in {@link
 * io.powerpool.jobmanager.switching.Profitability}, which of them is mined in {@link
 * io.powerpool.jobmanager.switching.SwitchRule}; prices come from a {@link
 * io.powerpool.jobmanager.switching.PriceSource}.
 */
package io.powerpool.jobmanager.switching;
