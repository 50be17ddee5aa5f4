package io.powerpool.stratum;

import io.powerpool.net.Admission;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the miners of one port on one event loop: from the start, or in a cluster while they
 * can be given work. Belongs to the event loop.
 */
final class PortServer {

  private static final Logger LOG = LoggerFactory.getLogger(PortServer.class);

  private static final long RETRY_MILLIS = 1000;

  private final Vertx vertx;
  private final MinerPort port;
  private final PortGate gate;
  private final Function<NetSocket, Runnable> admitted;
  private final boolean tells;
  private Admission admission;
  private NetServer server;
  private String refusal = "";
  private boolean ended;

  /**
   * @param admitted as in {@link Admission}
   * @param tells whether it is for this one of the node's event loops to tell the operator
   */
  PortServer(
      Vertx vertx,
      MinerPort port,
      PortGate gate,
      Function<NetSocket, Runnable> admitted,
      boolean tells) {
    this.vertx = vertx;
    this.port = port;
    this.gate = gate;
    this.admitted = admitted;
    this.tells = tells;
    create();
  }

  /** Listens, or will as soon as miners could be given work: that may be long after. */
  Future<?> start() {
    if (port.node().lease().isEmpty()) {
      return bind();
    }
    gate.open(this::open);
    return Future.succeededFuture();
  }

  /** The port that it really got; 0 while it does not listen. */
  int actualPort() {
    return server.actualPort();
  }

  /** Why there are no miners or no jobs, in words; empty if all is well. */
  String trouble() {
    return refusal.isEmpty() ? gate.trouble() : refusal;
  }

  /** Once a second: sends the miners away if there will be no more work for them. */
  void onTick() {
    gate.onTick();
    if (ended || !gate.isBarred()) {
      return;
    }
    List.copyOf(port.sessions()).forEach(session -> session.close(CloseReason.NO_EXTRANONCE));
    NetServer former = server;
    create();
    former.close().onComplete(closed -> gate.open(this::open));
  }

  /** Lets nobody in any more; who is connected stays. */
  void end() {
    ended = true;
    admission.end(server);
  }

  Future<Void> close() {
    ended = true;
    return server.close();
  }

  private void create() {
    admission =
        new Admission(
            vertx,
            port.options().port(),
            port.options().proxy(),
            port.node().limit(),
            admitted,
            why -> port.statistics().onClosed(why.label()));
    server =
        vertx
            .createNetServer(
                new NetServerOptions()
                    .setTcpNoDelay(true)
                    .setTcpKeepAlive(true)
                    .setAcceptBacklog(4096)
                    .setReuseAddress(true))
            .connectHandler(admission::onConnect)
            .exceptionHandler(
                error -> LOG.debug("port {}: {}", port.options().port(), error.toString()));
  }

  private Future<NetServer> bind() {
    PortOptions options = port.options();
    return server
        .listen(options.port(), options.host())
        .onSuccess(
            listening -> {
              if (tells) {
                LOG.info(
                    "miners of {} are served on {}:{}",
                    options.source(),
                    options.host(),
                    listening.actualPort());
              }
            });
  }

  /** Where something else has the port, as soon as that is gone. */
  private void open() {
    if (ended) {
      return;
    }
    bind()
        .onSuccess(listening -> refusal = "")
        .onFailure(
            error -> {
              String words =
                  "cannot listen on %s:%d: %s"
                      .formatted(port.options().host(), port.options().port(), error.getMessage());
              if (tells && !words.equals(refusal)) {
                LOG.error("{}", words);
              }
              refusal = words;
              create();
              vertx.setTimer(RETRY_MILLIS, timer -> gate.open(this::open));
            });
  }
}
