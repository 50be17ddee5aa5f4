package io.powerpool.agent;

import io.powerpool.net.AddressLimit;
import io.powerpool.net.ProxyHeader;
import io.powerpool.net.ProxyOptions;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.function.BiFunction;

/**
 * Lets agents in to one port, or hangs up on them: past a limit, and where agents come by a
 * balancer, on whoever is none. Belongs to the event loop.
 */
final class AgentDoor {

  private final Vertx vertx;
  private final AgentOptions options;
  private final AgentStatistics statistics;
  private final AddressLimit addresses;
  private final BiFunction<NetSocket, String, AgentConnection> admitted;
  private int connections;
  private boolean ended;

  /**
   * @param admitted what becomes of a connection that is let in from an address
   */
  AgentDoor(
      Vertx vertx,
      AgentOptions options,
      AgentStatistics statistics,
      BiFunction<NetSocket, String, AgentConnection> admitted) {
    this.vertx = vertx;
    this.options = options;
    this.statistics = statistics;
    this.addresses = new AddressLimit(options.maxConnectionsPerAddress());
    this.admitted = admitted;
  }

  /** Lets nobody in any more. */
  void end() {
    ended = true;
  }

  /** Somebody has connected. */
  void onConnect(NetSocket socket) {
    if (connections >= options.maxConnections()) {
      refuse(socket, "full");
      return;
    }
    connections++;
    socket.closeHandler(closed -> connections--);
    options.proxy().ifPresentOrElse(proxy -> onBalancer(socket, proxy), () -> admit(socket));
  }

  private void refuse(NetSocket socket, String why) {
    statistics.onClosed(why);
    socket.close();
  }

  private void admit(NetSocket socket) {
    if (ended) {
      refuse(socket, "draining");
      return;
    }
    SocketAddress remote = socket.remoteAddress();
    // Who has gone again already has none.
    String address = remote == null ? "" : String.valueOf(remote.hostAddress());
    if (!addresses.connected(address)) {
      refuse(socket, "too_many_from_address");
      return;
    }
    AgentConnection connection = admitted.apply(socket, address);
    socket.closeHandler(
        closed -> {
          connections--;
          addresses.disconnected(address);
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
            refuse(socket, "not_a_balancer");
          }

          @Override
          public void onNoHeader() {
            refuse(socket, "no_proxy_header");
          }
        },
        () -> connections--);
  }
}
