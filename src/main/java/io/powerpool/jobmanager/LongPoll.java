package io.powerpool.jobmanager;

import io.powerpool.coin.BlockTemplate;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.TemplateRequest;
import java.time.Duration;
import java.util.Optional;

/** Leaves a long poll waiting at the preferred coin server. Belongs to one event loop. */
final class LongPoll {

  /** What is told of answers. */
  @FunctionalInterface
  interface Listener {

    /** An answer; {@code before} is the template that the poll was begun with. */
    void onAnswer(CoinServer server, BlockTemplate template, BlockTemplate before);
  }

  private final TemplateRequest request;
  private final long pauseNanos;
  private final Listener listener;
  private CoinServer waiting;
  private long notBeforeNanos = System.nanoTime();

  /**
   * @param pause between the beginnings of two polls: a server that answers at once, always, must
   *     not keep us busy
   */
  LongPoll(TemplateRequest request, Duration pause, Listener listener) {
    this.request = request;
    this.pauseNanos = pause.toNanos();
    this.listener = listener;
  }

  /**
   * Begins a poll where there is none, and ends one at a server that is not preferred any more.
   *
   * @param best the preferred server; where there is none, a poll goes on
   * @param current the template in force; null if there is none yet
   */
  void supervise(Optional<CoinServer> best, BlockTemplate current, long nowNanos) {
    if (waiting != null) {
      if (best.isPresent() && best.get() != waiting) {
        end();
      }
      return;
    }
    if (best.isPresent()
        && current != null
        && current.longPollId() != null
        && nowNanos - notBeforeNanos >= 0) {
      start(best.get(), current, nowNanos);
    }
  }

  /** Begins one, whenever the last was begun. */
  void start(CoinServer server, BlockTemplate current, long nowNanos) {
    waiting = server;
    notBeforeNanos = nowNanos + pauseNanos;
    // Not through the server's health: that we end a poll ourselves says nothing about it.
    server
        .rpc()
        .awaitTemplate(request.after(current.longPollId()))
        .onComplete(
            done -> {
              if (waiting == server) {
                waiting = null;
                if (done.succeeded()) {
                  listener.onAnswer(server, done.result(), current);
                }
              }
            });
  }

  void end() {
    if (waiting != null) {
      CoinServer server = waiting;
      waiting = null;
      server.rpc().abandonAwait();
    }
  }
}
