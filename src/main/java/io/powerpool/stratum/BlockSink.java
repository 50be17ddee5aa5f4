package io.powerpool.stratum;

import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;

/** Where solved blocks go, before anything else is done with the share. Thread safe. */
@FunctionalInterface
public interface BlockSink {

  /**
   * Takes a solved block.
   *
   * @param pending what is known of it so far
   */
  void found(SolvedBlock block, BlockReport pending);
}
