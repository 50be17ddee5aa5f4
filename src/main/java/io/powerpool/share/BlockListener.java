package io.powerpool.share;

import java.util.concurrent.CompletionStage;

/** Told of every solved block, and again when more is known about it. */
public interface BlockListener {

  /**
   * Called from several threads at once: implementations are thread safe.
   *
   * @return completes when the report is safe, and fails when it is not kept
   */
  CompletionStage<Void> onBlock(BlockReport report);
}
