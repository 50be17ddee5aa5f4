package io.powerpool.stratum;

import io.powerpool.share.Worker;
import io.powerpool.stratum.v1.StratumV1Session;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts the miners of one port on one event loop. */
final class Census {

  private final Map<String, Integer> addresses = new HashMap<>();
  private final Set<Worker> workers = new HashSet<>();
  private int authorized;
  private int idle;

  /**
   * @param idleNanos after so long without an accepted share a miner is idle
   */
  void add(StratumV1Session session, long nowNanos, long idleNanos) {
    if (session.isAuthorized()) {
      authorized++;
      addresses.merge(session.worker().address(), 1, Integer::sum);
      workers.add(session.worker());
      if (nowNanos - session.lastShareNanos() > idleNanos) {
        idle++;
      }
    }
  }

  /** Whether this worker was counted. */
  boolean has(Worker worker) {
    return workers.contains(worker);
  }

  /** The connections of this address. */
  int connections(String address) {
    return addresses.getOrDefault(address, 0);
  }

  int authorized() {
    return authorized;
  }

  int idle() {
    return idle;
  }

  int addresses() {
    return addresses.size();
  }

  int workers() {
    return workers.size();
  }
}
