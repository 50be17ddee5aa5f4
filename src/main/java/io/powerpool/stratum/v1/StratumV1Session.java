package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.SessionNews;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.Worker;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.stratum.ResumableSessions.Resumed;
import java.util.List;
import java.util.function.Consumer;

/**
 * One miner's connection: connected, then subscribed (it has a {@link MiningChannel}), then
 * authorized (it has {@link Workers}) and mining. Holds what is known of it and keeps to the
 * limits; knows neither sockets nor the spelling of messages. What it asks for is answered by
 * {@link StratumV1Answers}, what it works on is in {@link MinerWork}. Belongs to one event loop.
 * Kept small: there are tens of thousands.
 */
public final class StratumV1Session {

  private static final int LONGEST_USER_AGENT = 64;

  /** What the sessions of a port and event loop use together. */
  private final StratumV1Service service;

  private final MinerPort port;
  private final Peer peer;
  private final long connectedNanos;
  private int place;

  private final MinerWork work;
  private long sessionId;

  /** Null before authorization. */
  private Workers workers;

  private String userAgent = "";
  private boolean awaitsVersion;
  private boolean awaitsTransactions;

  private int requests;
  private int pendingHashes;
  private int invalidRun;
  private long accepted;
  private long lastShareNanos;

  /** Whether it, or the session that it goes on with, has found a share. */
  private boolean proven;

  /** Null unless the session is on its way from or to another connection. */
  private Handover handover;

  private boolean closed;

  StratumV1Session(StratumV1Service service, MinerPort port, Peer peer, long nowNanos) {
    this.service = service;
    this.port = port;
    this.peer = peer;
    this.connectedNanos = nowNanos;
    this.lastShareNanos = nowNanos;
    this.work = new MinerWork(this, nowNanos);
  }

  /** Where the port keeps this session. */
  public int place() {
    return place;
  }

  public void place(int index) {
    place = index;
  }

  // ---- what the connection tells ----

  /** One line from the miner, without its end. Answers wait in the port's sink. */
  public void onLine(byte[] bytes, int from, int to) {
    if (closed) {
      return;
    }
    if (workers == null && ++requests > port.node().options().maxRequestsUnauthorized()) {
      close(CloseReason.TOO_MANY_REQUESTS);
    } else if (handover != null && handover.isAwaited()) {
      handover.hold(bytes, from, to);
    } else {
      service.read(this, bytes, from, to);
    }
  }

  /** A new job is there. */
  public void onJob(long nowNanos) {
    if (workers != null && !closed) {
      work.onJob(peer, nowNanos);
      flush();
    }
  }

  /** Jobs were not sent because the miner did not read; now it does. */
  public void onJobHeldBack(long nowNanos) {
    if (workers != null && !closed) {
      work.handOut(nowNanos, true);
      flush();
    }
  }

  /** Once a second. */
  public void onTick(long nowNanos) {
    peer.onTick(nowNanos);
    if (closed) {
      return;
    }
    if (workers == null) {
      if (nowNanos - connectedNanos > port.node().options().authorizeTimeout().toNanos()) {
        close(CloseReason.NOT_AUTHORIZED_IN_TIME);
      }
    } else if (nowNanos - lastShareNanos > port.options().idleDisconnect().toNanos()) {
      close(CloseReason.IDLE);
    } else {
      work.onTick(nowNanos);
      flush();
    }
  }

  /** The connection has ended. */
  public void onClosed(long nowNanos) {
    closed = true;
    if (pendingHashes == 0) {
      leave(nowNanos);
    }
  }

  /** Hangs up and says why. */
  public void close(CloseReason reason) {
    if (closed) {
      return;
    }
    if (workers != null) {
      service.writer().order("client.show_message", reason.text());
    }
    flush();
    closed = true;
    port.statistics().onClosed(reason);
    peer.close(reason);
  }

  /** Asks the miner to connect again, to the same address. */
  public void reconnect() {
    service.writer().order("client.reconnect");
    flush();
  }

  /** Sends what waits in the port's sink. */
  public void flush() {
    if (!port.out().isEmpty()) {
      peer.send(port.out().take());
    }
  }

  /** An answer was written outside of the call that it answers. */
  void onAnsweredLate() {
    if (closed) {
      port.out().take();
      if (pendingHashes == 0) {
        leave(port.clocks().nowNanos());
      }
    } else {
      flush();
    }
  }

  // ---- from one connection to another ----

  /** Nothing refers to the channel any more: it can be resumed, or its extranonce1 is free. */
  private void leave(long nowNanos) {
    if (handover != null && handover.isAwaited()) {
      // What comes is passed on then.
      return;
    }
    Consumer<Resumed> heir = handover == null ? null : handover.heir();
    MiningChannel channel = work.channel();
    Resumed left = channel == null ? null : new Resumed(channel, work.difficulty(), proven);
    handover = null;
    work.end();
    if (heir != null) {
      heir.accept(left);
    } else if (left == null) {
      return;
    } else if (proven && invalidRun < port.node().options().maxInvalidRun()) {
      port.node().park(sessionId, this, left, nowNanos);
    } else {
      port.node().sessions().close(sessionId, this);
      port.node().release(source(), channel);
    }
  }

  /**
   * Hangs up, and gives what can be resumed to another connection of this miner. May be called on
   * any event loop.
   *
   * @param heir called on this session's event loop once no hash refers to the channel any more;
   *     with null if there is nothing to be had
   */
  void handOver(Consumer<Resumed> heir) {
    port.execute(() -> port.guarded(this, () -> leaveTo(heir)));
  }

  private void leaveTo(Consumer<Resumed> heir) {
    if (handover == null) {
      handover = new Handover();
    }
    handover.heir(heir);
    close(CloseReason.TAKEN_OVER);
    if (pendingHashes == 0) {
      leave(port.clocks().nowNanos());
    }
  }

  /** The miner has named a session that another connection hands over: what it sends waits. */
  void awaitSession() {
    handover = new Handover();
    handover.await();
    peer.pauseReading();
  }

  /** The session has come, or another one in its place: what has waited goes on. */
  void onSessionArrived() {
    List<byte[]> lines = handover.arrived();
    if (!closed) {
      peer.resumeReading();
    }
    for (byte[] line : lines) {
      if (!closed) {
        service.read(this, line, 0, line.length);
      }
    }
    onAnsweredLate();
  }

  /** What the session has been before, on another connection. */
  void resumed(Resumed before) {
    work.resume(before);
    proven = before.proven();
  }

  /** What other nodes are to know of it in this round, or null; nothing before it is proven. */
  public SessionNews.Session news(int round) {
    return proven ? work.news(sessionId, round) : null;
  }

  // ---- what its requests change ----

  /** The miner has an extranonce1 of its own from now on, and a session to come back to. */
  void subscribed(long id, MiningChannel channel) {
    sessionId = id;
    work.begin(channel);
  }

  /**
   * Lets another worker, or the first, mine on this connection.
   *
   * @return false if there are too many
   */
  boolean authorize(String user, Worker credited) {
    if (workers != null) {
      return workers.add(user, credited, port.node().options().maxWorkers());
    }
    workers = new Workers(user, credited);
    lastShareNanos = port.clocks().nowNanos();
    return true;
  }

  void userAgent(String name) {
    userAgent = service.userAgent(name, LONGEST_USER_AGENT);
  }

  /** Sets whether we have asked for the miner's version; returns whether we had before. */
  boolean awaitsVersion(boolean awaits) {
    boolean before = awaitsVersion;
    awaitsVersion = awaits;
    return before;
  }

  /** The same for transactions, which the miner has asked for. */
  boolean awaitsTransactions(boolean awaits) {
    boolean before = awaitsTransactions;
    awaitsTransactions = awaits;
    return before;
  }

  // ---- what becomes of its shares ----

  /** Whether shares of it are being hashed, whose verdicts it has not been told. */
  public boolean awaitsHashes() {
    return pendingHashes > 0;
  }

  /** A submission waits for its hash; where there are too many, nothing more is read. */
  void onHashPending() {
    if (++pendingHashes >= port.node().options().maxPendingHashes()) {
      peer.pauseReading();
    }
  }

  void onHashDone() {
    if (--pendingHashes == port.node().options().maxPendingHashes() / 2) {
      peer.resumeReading();
    }
  }

  /**
   * A share of this miner counts.
   *
   * @param difficulty that its job was handed out with, as the port counts
   */
  void onAccepted(double difficulty, long nowNanos) {
    accepted++;
    proven = true;
    invalidRun = 0;
    lastShareNanos = nowNanos;
    if (!closed) {
      work.onShare(difficulty, nowNanos);
    }
  }

  /** Who sends junk without end is hung up on. */
  void countInvalid() {
    if (++invalidRun >= port.node().options().maxInvalidRun()) {
      close(CloseReason.TOO_MANY_INVALID);
    }
  }

  // ---- what others may know ----

  StratumV1Service service() {
    return service;
  }

  MinerPort port() {
    return port;
  }

  MinerWork work() {
    return work;
  }

  /** Whether it does not read what was sent to it. */
  boolean isBehind() {
    return peer.isBehind();
  }

  /** The authorized worker of the name in these bytes, or null. */
  Worker worker(byte[] line, int from, int length) {
    return workers == null ? null : workers.find(line, from, length);
  }

  /** Whether a worker is authorized. */
  public boolean isAuthorized() {
    return workers != null;
  }

  /** The first worker, or null before authorization. */
  public Worker worker() {
    return workers == null ? null : workers.first();
  }

  /** Where its jobs come from: a coin, or a switching group. */
  public String source() {
    return port.source();
  }

  /** The difficulty that the miner has now. */
  public double difficulty() {
    return work.currentDifficulty();
  }

  public long acceptedShares() {
    return accepted;
  }

  public long lastShareNanos() {
    return lastShareNanos;
  }

  public long connectedNanos() {
    return connectedNanos;
  }

  public String userAgent() {
    return userAgent;
  }

  /** Tells the session from others without giving away what would resume it. */
  public String publicId() {
    return work.channel() == null ? "" : Hex.encode(work.channel().extranonce1());
  }

  public String address() {
    return peer.address();
  }
}
