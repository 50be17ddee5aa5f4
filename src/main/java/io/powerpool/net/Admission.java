package io.powerpool.net;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in to one port, or hangs up on them: past a limit, and where they come by a
 * balancer, on whoever is none or does not begin with a header of the PROXY protocol. Belongs to
 * the event loop.
 */
public final class Admission {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  /** Why somebody is hung up on before anything was said. */
  public enum Refusal {
    FULL,
    TOO_MANY_FROM_ADDRESS,
    NOT_A_BALANCER,
    NO_PROXY_HEADER,
    DRAINING;

    /** The key in statistics. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Vertx vertx;
  private final int port;
  private final Optional<ProxyOptions> proxy;
  private final ConnectionLimit limit;
  private final Function<NetSocket, Runnable> admitted;
  private final Consumer<Refusal> refused;
  private boolean strangerTold;

  /** What listens, on an event loop of its own; null before the first connection. */
  private Channel listening;

  private boolean ended;

  /**
   * @param port for the log, as configured
   * @param proxy where connections come by a balancer
   * @param limit may be shared with other ports and event loops
   * @param admitted what becomes of a connection that is let in; it gives what is run when that
   *     connection has ended
   * @param refused counts who is not
   */
  public Admission(
      Vertx vertx,
      int port,
      Optional<ProxyOptions> proxy,
      ConnectionLimit limit,
      Function<NetSocket, Runnable> admitted,
      Consumer<Refusal> refused) {
    this.vertx = vertx;
    this.port = port;
    this.proxy = proxy;
    this.limit = limit;
    this.admitted = admitted;
    this.refused = refused;
  }

  /**
   * Lets nobody in any more: connections are refused, as if the process was gone. Who is connected
   * stays, which is why the server must not be closed as Vert.x does it.
   *
   * @param server what the connections come from; shared with those event loops whose servers are
   *     not closed either
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it is closed, or was before
  public void end(NetServer server) {
    ended = true;
    if (listening != null) {
      listening.close();
    } else {
      // Nobody has come in by this one.
      server.close();
    }
  }

  /** Somebody has connected. */
  public void onConnect(NetSocket socket) {
    listening = ((NetSocketInternal) socket).channelHandlerContext().channel().parent();
    if (ended) {
      refuse(socket, Refusal.DRAINING);
      return;
    }
    if (!limit.connected()) {
      refuse(socket, Refusal.FULL);
      return;
    }
    socket.closeHandler(closed -> limit.disconnected());
    proxy.ifPresentOrElse(options -> onBalancer(socket, options), () -> admit(socket));
  }

  private void refuse(NetSocket socket, Refusal why) {
    refused.accept(why);
    socket.close();
  }

  private void admit(NetSocket socket) {
    if (ended) {
      refuse(socket, Refusal.DRAINING);
      return;
    }
    String key = limit.keyOf(socket);
    if (!limit.connectedFrom(key)) {
      refuse(socket, Refusal.TOO_MANY_FROM_ADDRESS);
      return;
    }
    Runnable gone = admitted.apply(socket);
    socket.closeHandler(
        closed -> {
          limit.disconnected();
          limit.disconnectedFrom(key);
          gone.run();
        });
  }

  private void onBalancer(NetSocket socket, ProxyOptions options) {
    ProxyHeader.await(
        vertx,
        socket,
        options,
        new ProxyHeader.Outcome() {
          @Override
          public void onHeader() {
            admit(socket);
          }

          @Override
          public void onStranger() {
            tellOfStranger(socket);
            refuse(socket, Refusal.NOT_A_BALANCER);
          }

          @Override
          public void onNoHeader() {
            refuse(socket, Refusal.NO_PROXY_HEADER);
          }
        },
        limit::disconnected);
  }

  private void tellOfStranger(NetSocket socket) {
    if (!strangerTold) {
      strangerTold = true;
      LOG.warn(
          "port {}: {} is hung up on, for it is not in proxy_from; others of its kind are only"
              + " counted",
          port,
          socket.remoteAddress(true));
    }
  }
}
