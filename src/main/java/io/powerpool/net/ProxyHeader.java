package io.powerpool.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.NetSocketInternal;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The header of the PROXY protocol, version 1 or 2, that a balancer sends before anything else on a
 * connection. Afterwards {@link NetSocket#remoteAddress()} is the address that the header names.
 *
 * <p>Vert.x can read these headers too, but tells of a connection only then: until its time is over
 * a stranger would cost open files that no limit counts.
 *
 * <p>Belongs to the connection's event loop.
 */
public final class ProxyHeader {

  private static final Logger LOG = LoggerFactory.getLogger(ProxyHeader.class);

  /** Of a binary header beyond the addresses: what balancers add about TLS and the like. */
  private static final int MAX_EXTRA_BYTES = 4096;

  /** What becomes of the connection; exactly one of these is called. */
  public interface Outcome {

    /** The header has come. */
    void onHeader();

    /** It comes from nowhere where a balancer may be. The caller hangs up. */
    void onStranger();

    /** The header has not come in time, or something else in its place. The caller hangs up. */
    void onNoHeader();
  }

  private final Vertx vertx;
  private final NetSocketInternal socket;
  private final Outcome outcome;
  private final Runnable gone;
  private long timer;
  private boolean decided;

  private ProxyHeader(Vertx vertx, NetSocketInternal socket, Outcome outcome, Runnable gone) {
    this.vertx = vertx;
    this.socket = socket;
    this.outcome = outcome;
    this.gone = gone;
  }

  /**
   * Waits for the header of a connection that has just been made.
   *
   * @param gone is called when the connection ends, unless {@link Outcome#onHeader} has set another
   *     handler for that
   */
  public static void await(
      Vertx vertx, NetSocket socket, ProxyOptions options, Outcome outcome, Runnable gone) {
    ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
    if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)
        || !options.isBalancer(remote.getAddress().getAddress())) {
      socket.closeHandler(closed -> gone.run());
      outcome.onStranger();
      return;
    }
    context.pipeline().addBefore(context.name(), null, new HAProxyMessageDecoder(MAX_EXTRA_BYTES));
    new ProxyHeader(vertx, (NetSocketInternal) socket, outcome, gone)
        .await(options.timeout().toMillis());
  }

  private void await(long millis) {
    timer = vertx.setTimer(millis, late -> fail("it did not come in time"));
    socket.closeHandler(
        closed -> {
          vertx.cancelTimer(timer);
          gone.run();
        });
    socket.exceptionHandler(
        error -> {
          if (error instanceof DecoderException) {
            fail(error.getMessage());
          } else {
            LOG.debug("{}: {}", socket.remoteAddress(true), error.toString());
          }
        });
    socket.messageHandler(message -> onMessage((HAProxyMessage) message));
  }

  private void fail(String why) {
    if (!decided) {
      decided = true;
      LOG.debug("{} has sent no PROXY header: {}", socket.remoteAddress(true), why);
      outcome.onNoHeader();
    }
  }

  private void onMessage(HAProxyMessage header) {
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
    outcome.onHeader();
  }
}
