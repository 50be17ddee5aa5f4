package io.powerpool.share;

import java.util.concurrent.CompletionStage;

/** Told of every solved block, and again when more is known about it. */
public interface BlockListener {

  /** For news of a block whose chain is not known any more. */
  int ANY_CHAIN = 0;

  /**
   * Called from several threads at once: implementations are thread safe.
   *
   * @param chain which of the pool's payout schemes it counts for, or {@link #ANY_CHAIN}
   * @return completes when the report is safe, and fails when it is not kept
   */
  CompletionStage<Void> onBlock(BlockReport report, int chain);
}
