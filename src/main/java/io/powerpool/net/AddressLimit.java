package io.powerpool.net;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many connections each address has, up to a limit. Thread safe. */
public final class AddressLimit {

  private final int most;
  private final Map<String, Integer> connections = new ConcurrentHashMap<>();

  /**
   * @param most of one address; 0 for no limit, and then nothing is counted
   */
  public AddressLimit(int most) {
    this.most = most;
  }

  /** Whether there is a limit, so that addresses are of interest. */
  public boolean exists() {
    return most > 0;
  }

  /** Counts a connection of this address; false, and nothing counted, if there are too many. */
  public boolean connected(String address) {
    if (most == 0) {
      return true;
    }
    if (connections.merge(address, 1, Integer::sum) > most) {
      disconnected(address);
      return false;
    }
    return true;
  }

  /** One that was counted has ended. */
  public void disconnected(String address) {
    connections.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
  }
}
