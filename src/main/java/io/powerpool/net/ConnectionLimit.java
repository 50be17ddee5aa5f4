package io.powerpool.net;

import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many connections there are, in all and of each address, up to limits. Thread safe. */
public final class ConnectionLimit {

  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

  /**
   * @param most in all
   * @param mostPerAddress of one address; 0 for no limit, and then addresses are not counted
   */
  public ConnectionLimit(int most, int mostPerAddress) {
    this.most = most;
    this.mostPerAddress = mostPerAddress;
  }

  /** Where a connection comes from; empty for one that has gone again, which has no address. */
  public static String addressOf(NetSocket socket) {
    SocketAddress remote = socket.remoteAddress();
    return remote == null ? "" : String.valueOf(remote.hostAddress());
  }

  /** How many there are. */
  public int connections() {
    return all.get();
  }

  /** Counts a connection; false, and nothing counted, if there are too many. */
  boolean connected() {
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      return false;
    }
    return true;
  }

  /** One that was counted has ended. */
  void disconnected() {
    all.decrementAndGet();
  }

  /** What a connection is counted under: nothing where there is no limit. */
  String keyOf(NetSocket socket) {
    // Or there would be one more string per connection.
    return mostPerAddress == 0 ? "" : addressOf(socket);
  }

  /** Counts a connection of an address; false, and nothing counted, if it has too many. */
  boolean connectedFrom(String key) {
    if (mostPerAddress == 0) {
      return true;
    }
    if (byAddress.merge(key, 1, Integer::sum) > mostPerAddress) {
      disconnectedFrom(key);
      return false;
    }
    return true;
  }

  /** One that was counted for its address has ended. */
  void disconnectedFrom(String key) {
    byAddress.computeIfPresent(key, (address, count) -> count == 1 ? null : count - 1);
  }
}
