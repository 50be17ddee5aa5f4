package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.PushSignal;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.process.PosixSignals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what others tell of a coin's new blocks to those who ask for its work: datagrams, what
 * coin servers publish, POSIX signals. Belongs to one event loop.
 */
final class PushSignals {

  /** What is told of signals. */
  @FunctionalInterface
  interface Listener {

    /**
     * There is a new block.
     *
     * @param block its id, if it was told
     * @param nanos when it was heard, on the process's monotonic clock
     */
    void onSignal(Way way, Optional<Hash256> block, long nanos);
  }

  private static final Logger log = LoggerFactory.getLogger(PushSignals.class);

  private final Vertx vertx;
  private final String currency;
  private final int posixSignal;
  private final Listener listener;
  private final Clock clock;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private Optional<PosixSignals.Registration> registration = Optional.empty();
  private long lastMillis;

  /**
   * @param posixSignal its number, 0 for none
   */
  PushSignals(Vertx vertx, String currency, int posixSignal, Listener listener, Clock clock) {
    this.vertx = vertx;
    this.currency = currency;
    this.posixSignal = posixSignal;
    this.listener = listener;
    this.clock = clock;
  }

  void start(Topics topics, CoinServers servers) {
    servers.onAnnouncement((block, nanos) -> onSignal(Way.ZMQ, Optional.of(block), nanos));
    subscriptions.add(topics.signals(currency).subscribe(this::onDatagram));
    if (posixSignal != 0) {
      Context context = vertx.getOrCreateContext();
      registration =
          Optional.of(
              PosixSignals.listen(
                  posixSignal,
                  () -> {
                    long nanos = System.nanoTime();
                    context.runOnContext(turn -> onSignal(Way.POSIX, Optional.empty(), nanos));
                  }));
      log.info("{}: listening to POSIX signal {}", currency, posixSignal);
    }
  }

  Future<Void> stop() {
    registration.ifPresent(PosixSignals.Registration::cancel);
    return Future.join(subscriptions.stream().map(Subscription::cancel).toList()).mapEmpty();
  }

  /** When the last one came, in milliseconds since 1970; 0 if none has. */
  long lastMillis() {
    return lastMillis;
  }

  private void onDatagram(PushSignal signal) {
    Way.of(signal.way())
        .ifPresentOrElse(
            way -> onSignal(way, signal.block(), System.nanoTime()),
            () -> log.warn("{}: signal by an unknown way, '{}'", currency, signal.way()));
  }

  private void onSignal(Way way, Optional<Hash256> block, long nanos) {
    lastMillis = clock.millis();
    log.debug("{}: {} tells of a new block", currency, way.label());
    listener.onSignal(way, block, nanos);
  }
}
