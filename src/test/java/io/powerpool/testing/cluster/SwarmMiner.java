package io.powerpool.testing.cluster;

import io.powerpool.miner.StratumClient;
import java.time.Duration;

/**
 * One miner: keeps connected to one node of its list, goes to the next one when its connection ends
 * or stays silent, and presents its session there. Belongs to the swarm's event loop, but for
 * {@link #work} and {@link #nextNumber}.
 */
final class SwarmMiner {

  private static final Duration RETRY = Duration.ofMillis(100);

  private final MinerSwarm swarm;
  private final int index;
  private final Arrivals arrivals = new Arrivals();
  private final int home;
  private int node;
  private int connections;
  private String sessionId = "";
  private SwarmConnection connection;
  private boolean stopped;
  private volatile ShareMaker.Work work;

  /** Of the thread that makes shares. */
  private long number;

  SwarmMiner(MinerSwarm swarm, int index, int node) {
    this.swarm = swarm;
    this.index = index;
    this.home = node;
    this.node = node;
  }

  int index() {
    return index;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  /** What it can mine at present; null if nothing. From any thread. */
  ShareMaker.Work work() {
    return work;
  }

  /** Another one for each share, so that no two are the same. */
  long nextNumber() {
    return ++number;
  }

  /** From the thread that makes shares. */
  void found(ShareMaker.Found share) {
    swarm.execute(() -> share.work().connection().submit(share));
  }

  /** The node that it mines at, or tries to. */
  int node() {
    return node;
  }

  boolean isMining() {
    return work != null;
  }

  int unanswered() {
    return connection == null ? 0 : connection.unanswered();
  }

  void connect() {
    if (stopped) {
      return;
    }
    connections++;
    SwarmConnection next =
        new SwarmConnection(
            swarm, this, node, swarm.book().open("m" + index + "-" + connections, node));
    connection = next;
    StratumClient.connect(swarm.vertx(), swarm.host(node), swarm.port(), next)
        .onSuccess(next::opened)
        .onFailure(refused -> next.onClose());
  }

  /** Called each some hundred milliseconds: what a miner does about a pool that has gone silent. */
  void check(long nowNanos) {
    if (connection != null && connection.isSilent(nowNanos)) {
      connection.giveUp();
    }
  }

  /** Goes back to the first node of its list, once it owes nothing to the one where it is. */
  void goHome() {
    if (node != home && isMining()) {
      work = null;
      connection.leaveFor(home);
    }
  }

  boolean isHome() {
    return node == home && isMining();
  }

  void stop() {
    stopped = true;
    work = null;
    if (connection != null) {
      connection.abandon();
    }
  }

  /** Has new work, or with null none. */
  void mine(ShareMaker.Work next) {
    work = next;
  }

  void resumeWith(String session) {
    sessionId = session;
  }

  String sessionId() {
    return sessionId;
  }

  /** The connection is over, by whichever side. */
  void onEnd(SwarmConnection ended) {
    if (ended != connection) {
      return;
    }
    connection = null;
    work = null;
    node = ended.next().orElse((node + 1) % swarm.nodes());
    if (!stopped) {
      // At once where it was served; not in circles where nobody is there.
      long pause = ended.wasMining() ? 1 : RETRY.toMillis();
      swarm.vertx().setTimer(pause, timer -> connect());
    }
  }
}
