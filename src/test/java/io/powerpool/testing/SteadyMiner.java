package io.powerpool.testing;

import io.powerpool.bitcoin.Hex;
import io.powerpool.miner.ClientJob;
import io.powerpool.miner.PoolEvents;
import io.powerpool.miner.Reply;
import io.powerpool.miner.StratumClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A miner that submits a share every now and then, to a pool for which every hash is one, and hears
 * when it is to connect again.
 */
public final class SteadyMiner implements PoolEvents {

  /** What it does when it is asked to connect again. */
  public enum Manner {
    STAYS,
    LEAVES,
    /** Also when its connection ends without being asked. */
    COMES_BACK
  }

  /** What became of the shares and connections of many of them. */
  public static final class Tally {
    public final AtomicInteger sent = new AtomicInteger();
    public final AtomicInteger accepted = new AtomicInteger();
    public final AtomicInteger refused = new AtomicInteger();

    /** Connections that did not get as far as work. */
    public final AtomicInteger failed = new AtomicInteger();

    /** How many may have been accepted at most: those not told of as well, but for the refused. */
    public long acceptedAtMost() {
      return (long) sent.get() - refused.get();
    }
  }

  private static final long SHARE_MILLIS = 100;
  private static final int NO_TIMER = -1;

  private final Vertx vertx;
  private final int port;
  private final String user;
  private final Manner manner;
  private final Tally tally;
  private final AtomicInteger nonce = new AtomicInteger();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile StratumClient client;
  private volatile ClientJob job;
  private volatile long timer = NO_TIMER;
  private volatile long askedNanos;
  private volatile boolean leaving;
  private volatile boolean closed;
  private volatile boolean stopped;

  /**
   * @param user as it is authorized
   */
  public SteadyMiner(Vertx vertx, int port, String user, Manner manner, Tally tally) {
    this.vertx = vertx;
    this.port = port;
    this.user = user;
    this.manner = manner;
    this.tally = tally;
  }

  /** Connects; completed when it is authorized. */
  public Future<Void> start() {
    job = null;
    leaving = false;
    return StratumClient.connect(vertx, "127.0.0.1", port, this)
        .onFailure(failure -> again())
        .compose(
            connected -> {
              client = connected;
              unanswered.incrementAndGet();
              return connected
                  .subscribe("miner/1", "")
                  .compose(subscribed -> connected.authorize(user, "x"))
                  .onComplete(ready -> onAnswered());
            })
        .onSuccess(ready -> mine())
        .onFailure(failure -> tally.failed.incrementAndGet());
  }

  /** Hangs up and does not come back. */
  public Future<Void> stop() {
    stopped = true;
    return client.close();
  }

  /** When it was last asked to connect again, by the JVM's clock; 0 if it never was. */
  public long askedNanos() {
    return askedNanos;
  }

  /** Whether a connection of it has ended. */
  public boolean closed() {
    return closed;
  }

  private void mine() {
    if (!leaving) {
      timer = vertx.setPeriodic(SHARE_MILLIS, tick -> submit());
    }
  }

  private void submit() {
    ClientJob mined = job;
    if (mined != null) {
      tally.sent.incrementAndGet();
      unanswered.incrementAndGet();
      client
          .submit(
              user,
              mined.id(),
              "0000000000000000",
              Hex.ofInt(mined.time()),
              Hex.ofInt(nonce.getAndIncrement()))
          .onSuccess(this::onReply)
          .onComplete(answered -> onAnswered());
    }
  }

  private void onAnswered() {
    unanswered.decrementAndGet();
    leaveOnceAnswered();
  }

  private void onReply(Reply reply) {
    (reply.isTrue() ? tally.accepted : tally.refused).incrementAndGet();
  }

  @Override
  public void onJob(ClientJob next) {
    job = next;
  }

  @Override
  public void onReconnect(String host, int toPort, Duration pause) {
    askedNanos = System.nanoTime();
    if (manner != Manner.STAYS) {
      vertx.cancelTimer(timer);
      leaving = true;
      leaveOnceAnswered();
    }
  }

  private void leaveOnceAnswered() {
    if (leaving && unanswered.get() == 0) {
      client.close();
    }
  }

  @Override
  public void onClose() {
    closed = true;
    vertx.cancelTimer(timer);
    again();
  }

  private void again() {
    if (manner == Manner.COMES_BACK && !stopped) {
      vertx.setTimer(SHARE_MILLIS, then -> start());
    }
  }
}
