package io.powerpool.agent;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.net.Admission;
import io.powerpool.net.ConnectionLimit;
import io.powerpool.share.TelemetryListener;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accepts rig agents on all agent ports of a node, on one event loop. */
public final class AgentVerticle extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(AgentVerticle.class);

  private static final long TICK_MILLIS = 1000;

  /** Tells what is said of a stratum port here from what its instances, from 0, say. */
  private static final int INSTANCE = -1;

  /** One port. */
  private static final class Listener {
    private final AgentOptions options;
    private final AgentStatistics statistics;
    private final AuthenticationLimit limit;
    private final TelemetryLimit storage;
    private final Set<AgentConnection> connections = new HashSet<>();
    private Admission admission;
    private NetServer server;

    private Listener(AgentOptions options) {
      this.options = options;
      this.statistics = new AgentStatistics(options.component(), System.nanoTime());
      this.limit = new AuthenticationLimit(options.maxFailuresPerMinute());
      this.storage = new TelemetryLimit(options.maxPerMinute(), options.maxBytesPerMinute());
    }
  }

  private final List<AgentOptions> ports;
  private final String node;
  private final TelemetryListener telemetry;
  private final List<Listener> listeners = new ArrayList<>();
  private Topics topics;
  private WorkerDirectory directory;
  private Subscription statuses;

  /**
   * @param node who we are in statistics
   * @param telemetry where it goes
   */
  public AgentVerticle(List<AgentOptions> ports, String node, TelemetryListener telemetry) {
    this.ports = List.copyOf(ports);
    this.node = node;
    this.telemetry = telemetry;
  }

  @Override
  public void start(Promise<Void> started) {
    topics = Topics.of(vertx);
    directory = new WorkerDirectory(topics);
    statuses = topics.status().subscribe(report -> directory.onStatus(report, System.nanoTime()));
    List<Future<?>> listening = ports.stream().<Future<?>>map(this::listen).toList();
    vertx.setPeriodic(TICK_MILLIS, timer -> onTick());
    Future.all(listening).<Void>mapEmpty().onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    List<Future<?>> ends = new ArrayList<>();
    ends.add(statuses.cancel());
    for (Listener listener : listeners) {
      List.copyOf(listener.connections).forEach(AgentConnection::closeHard);
      ends.add(listener.server.close());
    }
    Future.join(ends).<Void>mapEmpty().onComplete(stopped);
  }

  /**
   * Lets nobody in any more and hangs up: agents connect again by themselves, to another node, and
   * say again what was not acknowledged. On any thread.
   */
  public void drain() {
    context.runOnContext(
        turn -> {
          for (Listener listener : listeners) {
            listener.admission.end(listener.server);
            List.copyOf(listener.connections).forEach(one -> one.close(System.nanoTime()));
          }
        });
  }

  /** The port that a configured port really got; only of interest where 0 was configured. */
  public int actualPort(int index) {
    return listeners.get(index).server.actualPort();
  }

  private Future<NetServer> listen(AgentOptions options) {
    Listener listener = new Listener(options);
    listeners.add(listener);
    listener.admission =
        new Admission(
            vertx,
            options.port(),
            options.proxy(),
            new ConnectionLimit(options.maxConnections(), options.maxConnectionsPerAddress()),
            socket -> onAdmitted(listener, socket)::onClose,
            why -> listener.statistics.onClosed(why.label()));
    listener.server =
        vertx
            .createNetServer(new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true))
            .connectHandler(listener.admission::onConnect);
    return listener
        .server
        .listen(options.port(), options.host())
        .onSuccess(
            server ->
                log.info(
                    "rig agents of {} are served on {}:{}",
                    options.component(),
                    options.host(),
                    server.actualPort()));
  }

  private AgentConnection onAdmitted(Listener listener, NetSocket socket) {
    AgentOptions options = listener.options;
    AgentSession session =
        new AgentSession(
            options,
            listener.statistics,
            worker -> directory.isConnected(options.component(), worker),
            telemetry,
            listener.limit,
            listener.storage,
            ConnectionLimit.addressOf(socket));
    AgentConnection connection =
        new AgentConnection(
            socket,
            session,
            options.maxLineBytes(),
            System.nanoTime(),
            ended -> {
              listener.connections.remove(ended);
              listener.statistics.onDisconnect(System.nanoTime());
            });
    listener.connections.add(connection);
    listener.statistics.onConnect(System.nanoTime());
    return connection;
  }

  private void onTick() {
    long nowNanos = System.nanoTime();
    directory.expire(nowNanos);
    for (Listener listener : listeners) {
      listener.limit.expire(nowNanos);
      listener.storage.expire(nowNanos);
      List.copyOf(listener.connections)
          .forEach(one -> one.onTick(nowNanos, listener.options.timeout().toNanos()));
      topics
          .status()
          .publish(
              new StatusReport(
                  node,
                  listener.options.component(),
                  INSTANCE,
                  "stratum",
                  System.currentTimeMillis(),
                  listener.statistics.status(listener.server.actualPort(), nowNanos)));
    }
  }
}
