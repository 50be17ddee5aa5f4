package io.powerpool.stratum;

import io.powerpool.stratum.v1.StratumV1Session;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the miners of one event loop away: asks each to connect again, evenly over a time, and
 * hangs up on those that stay. What they submit meanwhile is judged and answered. Belongs to the
 * event loop; nobody may come any more when it begins.
 */
final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private static final long STEP_MILLIS = 20;

  /** So long a miner may take to go. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** So much longer if shares of it are being hashed. */
  private static final Duration HASHING = Duration.ofSeconds(5);

  /** After which those that are still there are left to the process's end. */
  private static final Duration LAST = GRACE.plus(HASHING).plusSeconds(5);

  private record Leaving(MinerPort port, StratumV1Session session) {}

  private final Vertx vertx;
  private final Clocks clocks;
  private final List<MinerPort> ports;
  private final Duration time;
  private final List<Leaving> leaving = new ArrayList<>();
  private final Spread spread;
  private final long[] askedNanos;
  private final Promise<Void> ended = Promise.promise();
  private final long startNanos;

  /** So many of them have been asked, and so many of those hung up on. */
  private int asked;

  private int closed;

  /**
   * @param instance the event loop's number among those of the node, from 0
   */
  Drain(Vertx vertx, Clocks clocks, List<MinerPort> ports, Duration time, int instance) {
    this.vertx = vertx;
    this.clocks = clocks;
    this.ports = List.copyOf(ports);
    this.time = time;
    for (MinerPort port : ports) {
      port.sessions().forEach(session -> leaving.add(new Leaving(port, session)));
    }
    this.spread = Spread.of(leaving.size(), time, instance);
    this.askedNanos = new long[leaving.size()];
    this.startNanos = clocks.nowNanos();
  }

  /** Begins; completed when nobody is left, or some seconds after the time. */
  Future<Void> start() {
    LOG.info("{} miners are asked to go within {} s", leaving.size(), time.toMillis() / 1e3);
    long timer = vertx.setPeriodic(1, STEP_MILLIS, fired -> step());
    return ended.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void step() {
    long nowNanos = clocks.nowNanos();
    long elapsedNanos = nowNanos - startNanos;
    for (int due = spread.due(elapsedNanos); asked < due; asked++) {
      Leaving next = leaving.get(asked);
      askedNanos[asked] = nowNanos;
      next.port.guarded(next.session, next.session::reconnect);
    }
    while (closed < asked && mayBeClosed(leaving.get(closed), nowNanos - askedNanos[closed])) {
      Leaving stayed = leaving.get(closed++);
      stayed.port.guarded(stayed.session, () -> stayed.session.close(CloseReason.DRAINING));
    }
    int left = ports.stream().mapToInt(port -> port.sessions().size()).sum();
    if (left == 0) {
      ended.tryComplete();
    } else if (elapsedNanos > time.plus(LAST).toNanos()) {
      LOG.warn("{} connections do not end", left);
      ended.tryComplete();
    }
  }

  private static boolean mayBeClosed(Leaving one, long sinceNanos) {
    Duration patience = one.session.awaitsHashes() ? GRACE.plus(HASHING) : GRACE;
    return sinceNanos > patience.toNanos();
  }
}
