package io.powerpool.stratum;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.NetSocketInternal;
import java.net.InetSocketAddress;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets connections in to one port, or hangs up on them: past a limit, and where miners come by a
 * balancer, on whoever is none or does not begin with a header of the PROXY protocol. Belongs to
 * the event loop.
 *
 * <p>Vert.x can read these headers too, but tells of a connection only then: until its time is over
 * a stranger would cost open files that no limit counts.
 */
final class Admission {

  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  /** Of a binary header beyond the addresses: what balancers add about TLS and the like. */
  private static final int MAX_EXTRA_BYTES = 4096;

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
        node.options().maxConnectionsPerAddress() == 0
            ? ""
            : String.valueOf(socket.remoteAddress().hostAddress());
    if (!node.connectedFrom(address)) {
      refuse(socket, CloseReason.TOO_MANY_FROM_ADDRESS);
      return;
    }
    StratumConnection connection = admitted.apply(socket);
    socket.closeHandler(
        closed -> {
          node.disconnected();
          node.disconnectedFrom(address);
          connection.onClose();
        });
  }

  private void onBalancer(NetSocket socket, ProxyOptions proxy) {
    ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
    if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)
        || !proxy.isBalancer(remote.getAddress().getAddress())) {
      if (!strangerTold) {
        strangerTold = true;
        LOG.warn(
            "port {}: {} is hung up on, for it is not in proxy_from; others of its kind are only"
                + " counted",
            port.options().port(),
            context.channel().remoteAddress());
      }
      refuse(socket, CloseReason.NOT_A_BALANCER);
      return;
    }
    context.pipeline().addBefore(context.name(), null, new HAProxyMessageDecoder(MAX_EXTRA_BYTES));
    new Header(socket).await(proxy.timeout().toMillis());
  }

  /** A connection whose header has not arrived. */
  private final class Header {

    private final NetSocketInternal socket;
    private long timer;
    private boolean decided;

    Header(NetSocket socket) {
      this.socket = (NetSocketInternal) socket;
    }

    void await(long millis) {
      timer = vertx.setTimer(millis, late -> fail("it did not come in time"));
      socket.closeHandler(
          closed -> {
            vertx.cancelTimer(timer);
            node.disconnected();
          });
      socket.exceptionHandler(
          error -> {
            if (error instanceof DecoderException) {
              fail(error.getMessage());
            } else {
              LOG.debug("{}: {}", socket.remoteAddress(true), error.toString());
            }
          });
      socket.messageHandler(message -> onHeader((HAProxyMessage) message));
    }

    private void fail(String why) {
      if (!decided) {
        decided = true;
        LOG.debug("{} has sent no PROXY header: {}", socket.remoteAddress(true), why);
        refuse(socket, CloseReason.NO_PROXY_HEADER);
      }
    }

    private void onHeader(HAProxyMessage header) {
      try {
        if (decided) {
          return;
        }
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        if (protocol.transportProtocol() == HAProxyProxiedProtocol.TransportProtocol.DGRAM) {
          fail("it is about datagrams");
          return;
        }
        boolean isAddress =
            protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
        // Otherwise it is the balancer's own connection, or it does not know: then it stands for
        // itself.
        if (header.command() == HAProxyCommand.PROXY && isAddress) {
          // Where Vert.x, when it reads headers itself, has the address from.
          socket
              .channelHandlerContext()
              .channel()
              .attr(ConnectionBase.REMOTE_ADDRESS_OVERRIDE)
              .set(SocketAddress.inetSocketAddress(header.sourcePort(), header.sourceAddress()));
        }
        decided = true;
      } finally {
        header.release();
      }
      vertx.cancelTimer(timer);
      socket.messageHandler(null);
      admit(socket);
    }
  }
}
