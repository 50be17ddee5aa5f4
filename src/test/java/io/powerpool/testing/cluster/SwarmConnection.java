package io.powerpool.testing.cluster;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.miner.ClientJob;
import io.powerpool.miner.PoolEvents;
import io.powerpool.miner.Reply;
import io.powerpool.miner.StratumClient;
import io.powerpool.miner.Subscription;
import io.powerpool.share.MiningChannel;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;

/** One connection of a {@link SwarmMiner} in all its stages. Belongs to the swarm's event loop. */
final class SwarmConnection implements PoolEvents, ShareBook.Miner {

  /** How long a miner waits for any answer before it takes the pool for dead. */
  private static final long REPLY_PATIENCE_NANOS = Duration.ofSeconds(3).toNanos();

  /** How long from connecting to the first job. */
  private static final long JOB_PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();

  private static final int STALE = 21;

  /** Every hash there is meets it: scrypt's difficulty 1 is one hash in 65,536. */
  private static final double EVERY_HASH = 1.0 / 65_536;

  private final MinerSwarm swarm;
  private final SwarmMiner miner;
  private final int node;
  private final ShareBook.Credit credit;
  private final long startNanos = System.nanoTime();
  private StratumClient client;
  private Subscription subscription;
  private boolean authorized;
  private ClientJob job;
  private boolean mining;
  private boolean ended;
  private OptionalInt next = OptionalInt.empty();
  private boolean sentAway;
  private int unanswered;
  private long heardNanos = startNanos;

  SwarmConnection(MinerSwarm swarm, SwarmMiner miner, int node, ShareBook.Credit credit) {
    this.swarm = swarm;
    this.miner = miner;
    this.node = node;
    this.credit = credit;
  }

  int node() {
    return node;
  }

  int unanswered() {
    return unanswered;
  }

  /** Where its miner has been sent from here; empty if it has to know by itself. */
  OptionalInt next() {
    return next;
  }

  boolean wasMining() {
    return mining;
  }

  void opened(StratumClient connected) {
    client = connected;
    if (ended) {
      discard(client.close());
      return;
    }
    client
        .subscribe("swarm/1.0", miner.sessionId())
        .compose(
            given -> {
              subscription = given;
              miner.resumeWith(given.sessionId());
              return client.authorize(swarm.user(credit.worker()), "x");
            })
        .onSuccess(
            done -> {
              authorized = true;
              goOn();
            })
        .onFailure(failure -> abandon());
  }

  /** Whether a patient miner would leave now. */
  boolean isSilent(long nowNanos) {
    return mining
        ? unanswered > 0 && nowNanos - heardNanos > REPLY_PATIENCE_NANOS
        : nowNanos - startNanos > JOB_PATIENCE_NANOS;
  }

  /** Ends when all is answered, so that it is known what counts. */
  void leaveFor(int other) {
    next = OptionalInt.of(other);
    endIfLeft();
  }

  /** No more is sent. */
  private boolean isLeaving() {
    return sentAway || next.isPresent();
  }

  private void endIfLeft() {
    if (isLeaving() && unanswered == 0) {
      abandon();
    }
  }

  /** Has waited too long for an answer. */
  void giveUp() {
    credit.giveUp();
    abandon();
  }

  /** Ends it from this side; what was not answered will not be. */
  void abandon() {
    if (client != null) {
      discard(client.close());
    }
    onClose();
  }

  @Override
  public void onDifficulty(double difficulty) {
    if (difficulty > EVERY_HASH) {
      swarm.book().fault("difficulty " + difficulty + " for " + credit.worker());
    }
  }

  @Override
  public void onExtranonce(String extranonce1, int extranonce2Size) {
    subscription = new Subscription(subscription.sessionId(), extranonce1, extranonce2Size);
  }

  @Override
  public void onJob(ClientJob next) {
    if (ended) {
      return;
    }
    long nowNanos = System.nanoTime();
    long id = MiningChannel.jobId(Long.parseUnsignedLong(next.id(), 16));
    job = next;
    miner.arrivals().add(nowNanos, id >>> Job.SEQUENCE_BITS, node);
    goOn();
  }

  @Override
  public void onReconnect(String host, int port, Duration pause) {
    swarm.reconnectAsked();
    swarm
        .vertx()
        .setTimer(
            Math.max(1, pause.toMillis()),
            timer -> {
              sentAway = true;
              endIfLeft();
            });
  }

  @Override
  public void onUnknown(String line) {
    swarm.book().fault("not understood: " + line);
  }

  @Override
  public void onClose() {
    if (!ended) {
      ended = true;
      miner.onEnd(this);
    }
  }

  void submit(ShareMaker.Found share) {
    ClientJob mined = share.work().job();
    boolean late = !mined.previousHash().equals(job.previousHash());
    if (ended || late || isLeaving()) {
      missed(share);
      return;
    }
    if (unanswered++ == 0) {
      heardNanos = System.nanoTime();
    }
    swarm.book().submitted();
    client
        .submit(
            swarm.user(credit.worker()),
            mined.id(),
            share.extranonce2(),
            Hex.ofInt(mined.time()),
            Hex.ofInt(share.nonce()))
        .onComplete(
            answer -> {
              unanswered--;
              if (answer.succeeded()) {
                answered(share, answer.result());
              } else {
                credit.lost();
                missed(share);
              }
              endIfLeft();
            });
  }

  /** A block that was ordered and came to nothing is to be found by another. */
  private void missed(ShareMaker.Found share) {
    if (share.solvesBlock()) {
      swarm.maker().again(share.order());
    }
  }

  private void answered(ShareMaker.Found share, Reply reply) {
    heardNanos = System.nanoTime();
    ClientJob mined = share.work().job();
    if (reply.isTrue()) {
      String identity =
          String.join(
              "/",
              mined.id(),
              Hex.encode(share.work().extranonce1()),
              share.extranonce2(),
              Hex.ofInt(mined.time()),
              Hex.ofInt(share.nonce()));
      swarm.book().accepted(credit, identity, heardNanos);
      if (share.solvesBlock()) {
        Hash256 hash = Hash256.of(Sha256.twice(share.header()));
        swarm
            .book()
            .solved(new ShareBook.Block(hash, node, heardNanos, System.currentTimeMillis()));
        swarm.maker().settled();
      }
    } else if (reply.code() == STALE && !mined.previousHash().equals(job.previousHash())) {
      swarm.book().stale();
      missed(share);
    } else {
      if (share.solvesBlock()) {
        swarm.maker().settled();
      }
      swarm
          .book()
          .refused(
              reply.reason(),
              () ->
                  Instant.now()
                      + ", of "
                      + credit.worker()
                      + " at node "
                      + node
                      + " on "
                      + mined
                      + ", while it has "
                      + job);
    }
  }

  /** From the moment on when there is all it takes. */
  private void goOn() {
    if (ended || !authorized || job == null || isLeaving()) {
      return;
    }
    mining = true;
    long id = MiningChannel.jobId(Long.parseUnsignedLong(job.id(), 16));
    swarm.book().handed(id, subscription.extranonce1(), this);
    miner.mine(
        new ShareMaker.Work(
            this, job, Hex.decode(subscription.extranonce1()), subscription.extranonce2Size()));
  }

  @Override
  public String sessionId() {
    return subscription.sessionId();
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public String toString() {
    return credit.worker() + " at node " + node + " (session " + sessionId() + ")";
  }

  /** A connection that cannot be closed is closed already. */
  private static void discard(Future<Void> closing) {
    closing.onFailure(failure -> {});
  }
}
