package io.powerpool.testing.cluster;

import io.powerpool.testing.LitecoinNodes.Node;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * What others do on the chain: payments all the time, which go into blocks, and, when it is told
 * to, blocks. Of the daemons that live the first one gets them, which is the one that nodes prefer.
 */
final class Traffic implements AutoCloseable {

  private static final String WALLET = "traffic";
  private static final double AMOUNT = 0.01;

  /** No multiple of the miners' interval, or the same of them would always be the unlucky ones. */
  private static final long INTERVAL_NANOS = Duration.ofMillis(1_100).toNanos();

  /** Coins of so many blocks for each wallet, which may be spent when there are so many more. */
  private static final int BLOCKS = 20;

  private static final int MATURITY = 100;

  private final List<Node> daemons;
  private final Thread thread = new Thread(this::run, "traffic");
  private final String miner;
  private boolean mining;
  private volatile boolean closed;

  /**
   * @param miner whom the blocks pay
   */
  Traffic(List<Node> daemons, String miner) {
    this.daemons = List.copyOf(daemons);
    this.miner = miner;
    thread.setDaemon(true);
  }

  /** Mines what is to be spent, and begins. */
  void start() {
    for (Node daemon : daemons) {
      // Loaded again when the daemon is started again: the last of the arguments.
      daemon.call("createwallet", WALLET, false, false, "", false, false, true);
      daemons.get(0).generate(BLOCKS, address(daemon));
    }
    daemons.get(0).generate(MATURITY, miner);
    thread.start();
  }

  /** Whether others find blocks; once that is over, none is on its way any more. */
  synchronized void mining(boolean on) {
    mining = on;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      long nextNanos = System.nanoTime() + INTERVAL_NANOS;
      daemons.stream().filter(Node::isRunning).findFirst().ifPresent(this::act);
      LockSupport.parkNanos(nextNanos - System.nanoTime());
    }
  }

  private synchronized void act(Node daemon) {
    try {
      if (mining) {
        daemon.generate(1, miner);
      }
      daemon.callWallet(WALLET, "sendtoaddress", address(daemon), AMOUNT);
    } catch (UncheckedIOException | IllegalStateException e) {
      // It is being killed or started, or its coins are not in a block yet: the next one will do.
    }
  }

  private static String address(Node daemon) {
    return (String) daemon.callWallet(WALLET, "getnewaddress", "", "legacy");
  }
}
