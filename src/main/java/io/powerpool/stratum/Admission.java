package io.powerpool.stratum;

import io.netty.channel.Channel;
import io.powerpool.net.ProxyHeader;
import io.powerpool.net.ProxyOptions;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in to one port, or hangs up on them: past a limit, and where miners come by a
 * balancer, on whoever is none or does not begin with a header of the PROXY protocol. Belongs to
 * the event loop.
 */
final class Admission {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Vertx vertx;
  private final MinerPort port;
  private final StratumNode node;
  private final Function<NetSocket, StratumConnection> admitted;
  private boolean strangerTold;

  /** What listens, on an event loop of its own; null before the first connection. */
  private Channel listening;

  private boolean ended;

  /**
   * @param admitted what becomes of a connection that is let in
   */
  Admission(Vertx vertx, MinerPort port, Function<NetSocket, StratumConnection> admitted) {
    this.vertx = vertx;
    this.port = port;
    this.node = port.node();
    this.admitted = admitted;
  }

  /**
   * Lets nobody in any more: connections are refused, as if the process was gone. Who is connected
   * stays, which is why the server must not be closed as Vert.x does it.
   *
   * @param server what the connections come from; shared with those event loops whose servers are
   *     not closed either
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it is closed, or was before
  void end(NetServer server) {
    ended = true;
    if (listening != null) {
      listening.close();
    } else {
      // Nobody has come in by this one.
      server.close();
    }
  }

  /** Somebody has connected. */
  void onConnect(NetSocket socket) {
    listening = ((NetSocketInternal) socket).channelHandlerContext().channel().parent();
    if (ended) {
      refuse(socket, CloseReason.DRAINING);
      return;
    }
    if (!node.connected()) {
      refuse(socket, CloseReason.FULL);
      return;
    }
    socket.closeHandler(closed -> node.disconnected());
    port.options().proxy().ifPresentOrElse(proxy -> onBalancer(socket, proxy), () -> admit(socket));
  }

  private void refuse(NetSocket socket, CloseReason reason) {
    port.statistics().onClosed(reason);
    socket.close();
  }

  private void admit(NetSocket socket) {
    if (ended) {
      refuse(socket, CloseReason.DRAINING);
      return;
    }
    // Only where it is counted is it kept, or there would be one more string per connection.
    String address =
        node.addresses().exists() ? String.valueOf(socket.remoteAddress().hostAddress()) : "";
    if (!node.addresses().connected(address)) {
      refuse(socket, CloseReason.TOO_MANY_FROM_ADDRESS);
      return;
    }
    StratumConnection connection = admitted.apply(socket);
    socket.closeHandler(
        closed -> {
          node.disconnected();
          node.addresses().disconnected(address);
          connection.onClose();
        });
  }

  private void onBalancer(NetSocket socket, ProxyOptions proxy) {
    ProxyHeader.await(
        vertx,
        socket,
        proxy,
        new ProxyHeader.Outcome() {
          @Override
          public void onHeader() {
            admit(socket);
          }

          @Override
          public void onStranger() {
            tellOfStranger(socket);
            refuse(socket, CloseReason.NOT_A_BALANCER);
          }

          @Override
          public void onNoHeader() {
            refuse(socket, CloseReason.NO_PROXY_HEADER);
          }
        },
        node::disconnected);
  }

  private void tellOfStranger(NetSocket socket) {
    if (!strangerTold) {
      strangerTold = true;
      LOG.warn(
          "port {}: {} is hung up on, for it is not in proxy_from; others of its kind are only"
              + " counted",
          port.options().port(),
          socket.remoteAddress(true));
    }
  }
}
