/**
 * Shares: what a miner's submission becomes once it is judged, and the blocks that some of them
 * solve.
 *
 * <p>Plain Java: no I/O, time is an argument. Start reading at {@link io.powerpool.share.Share};
 * whoever keeps what happened listens as {@link io.powerpool.share.ShareListener} and {@link
 * io.powerpool.share.BlockListener}.
 */
package io.powerpool.share;
