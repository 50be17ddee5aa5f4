package io.powerpool.signal;

import io.powerpool.cluster.PushSignal;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.signal.SignalGate.Verdict;
import io.powerpool.statistics.Counters;
import io.powerpool.statistics.RollingCounter;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Promise;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears over UDP that a coin server has a new block and tells the coin's job manager, wherever in
 * the cluster it runs. Belongs to one event loop. Nobody is answered.
 */
public final class SignalVerticle extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(SignalVerticle.class);

  private static final String COMPONENT = "signal";
  private static final long STATUS_MILLIS = 1000;

  /** Each kind of refusal is logged at most so often: strangers must not fill the log. */
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final SignalOptions options;
  private final String node;
  private final Set<String> currencies;
  private final SignalGate gate;
  private final Counters counters = new Counters("PushSignals_" + COMPONENT);
  private final RollingCounter received;
  private final RollingCounter accepted;
  private final Map<Refusal, RollingCounter> refused = new EnumMap<>(Refusal.class);
  private final Map<Refusal, Long> loggedNanos = new EnumMap<>(Refusal.class);
  private Topics topics;
  private DatagramSocket socket;
  private volatile int actualPort;

  /**
   * @param node who we are in statistics
   * @param currencies the configured coins, which orders may be for
   */
  public SignalVerticle(SignalOptions options, String node, Set<String> currencies) {
    this.options = options;
    this.node = node;
    this.currencies = Set.copyOf(currencies);
    this.gate = new SignalGate(options, currencies);
    long now = System.nanoTime();
    this.received = counters.perSecond("signals_received", now);
    this.accepted = counters.perSecond("signals_accepted", now);
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, counters.perMinute("signals_refused_" + reason.label(), now));
    }
  }

  @Override
  public void start(Promise<Void> started) {
    topics = Topics.of(vertx);
    socket =
        vertx.createDatagramSocket(
            new DatagramSocketOptions().setIpV6(options.address().contains(":")));
    socket.exceptionHandler(e -> log.warn("signals: {}", e.toString()));
    socket
        .handler(this::onPacket)
        .listen(options.port(), options.address())
        .onSuccess(
            listening -> {
              actualPort = listening.localAddress().port();
              log.info("push signals are heard on {}:{} (UDP)", options.address(), actualPort);
              vertx.setPeriodic(STATUS_MILLIS, fired -> publishStatus());
              publishStatus();
            })
        .<Void>mapEmpty()
        .onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    socket.close().onComplete(stopped);
  }

  /** The port it listens on; 0 before it does. */
  public int port() {
    return actualPort;
  }

  private void onPacket(DatagramPacket packet) {
    long nowNanos = System.nanoTime();
    long nowMillis = System.currentTimeMillis();
    received.increment(nowNanos);
    String source = String.valueOf(packet.sender().hostAddress());
    Verdict verdict = gate.judge(source, packet.data().getBytes(), nowNanos, nowMillis);
    if (verdict instanceof Verdict.Accepted order) {
      accepted.increment(nowNanos);
      topics
          .signals(order.currency())
          .publish(new PushSignal("udp", order.block(), node, nowMillis));
      log.debug("{}: signal from {}", order.currency(), source);
    } else if (verdict instanceof Verdict.Refused no) {
      refused.get(no.reason()).increment(nowNanos);
      tell(no.reason(), source, nowNanos);
    }
  }

  private void tell(Refusal reason, String source, long nowNanos) {
    Long last = loggedNanos.get(reason);
    if (last == null || nowNanos - last >= LOG_INTERVAL.toNanos()) {
      loggedNanos.put(reason, nowNanos);
      log.warn(
          "signal from {} refused: {} ({} so far)",
          source,
          reason.words(),
          (long) refused.get(reason).total());
    }
  }

  private void publishStatus() {
    JsonObject reasons = new JsonObject();
    double sum = 0;
    for (Map.Entry<Refusal, RollingCounter> entry : refused.entrySet()) {
      reasons.put(entry.getKey().label(), (long) entry.getValue().total());
      sum += entry.getValue().total();
    }
    JsonObject body =
        new JsonObject()
            .put("address", options.address())
            .put("port", actualPort)
            .put("currencies", new JsonArray(currencies.stream().sorted().toList()))
            .put("received_count", (long) received.total())
            .put("accepted_count", (long) accepted.total())
            .put("refused_count", (long) sum)
            .put("refused", reasons)
            .put("counters", new JsonArray(counters.toList(System.nanoTime())));
    topics
        .status()
        .publish(new StatusReport(node, COMPONENT, 0, "signal", System.currentTimeMillis(), body));
  }
}
