package io.powerpool.share;

/** Told of every solved block, and again when more is known about it. */
public interface BlockListener {

  /** Called from several threads at once: implementations are thread safe. */
  void onBlock(BlockReport report);
}
