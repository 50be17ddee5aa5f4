/**
 * Turns a template into a job that miners understand, and a miner's numbers into a block header.
 *
 * <p>Pure: no I/O and no clock. Start reading at {@link io.powerpool.work.JobFactory} and {@link
 * io.powerpool.work.HeaderAssembler}.
 */
package io.powerpool.work;
