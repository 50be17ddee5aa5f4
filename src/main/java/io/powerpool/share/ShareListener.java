package io.powerpool.share;

/** Told of every judged share, in the turn that judged it. */
public interface ShareListener {

  /** Called from every event loop at once: implementations are thread safe and never block. */
  void onShare(Share share);
}
