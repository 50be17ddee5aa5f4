package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.PasswordArguments;
import io.powerpool.share.Worker;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.work.Job;

/**
 * One miner's connection: connected, then subscribed (it has a {@link MiningChannel}), then
 * authorized (it has {@link Workers}) and mining. Holds what is known of it, and sees to it that it
 * has the right job at the right difficulty; knows neither sockets nor the spelling of messages.
 * What it asks for is answered by {@link StratumV1Answers}. Belongs to one event loop. Kept small:
 * there are tens of thousands.
 */
public final class StratumV1Session {

  private static final int LONGEST_USER_AGENT = 64;

  /** How a session's requests are answered. One per port and event loop. */
  private final StratumV1Service service;

  private final MinerPort port;
  private final Peer peer;
  private final long connectedNanos;
  private int place;

  private long sessionId;
  private MiningChannel channel;
  private int versionMask;
  private int extranonce2Size;
  private boolean takesExtranonces;
  private boolean awaitsVersion;
  private boolean awaitsTransactions;
  private boolean closed;
  private String userAgent = "";

  /** Null before authorization. */
  private Workers workers;

  private final MinerDifficulty difficulty;

  private int pendingHashes;
  private int requests;
  private int invalidRun;
  private long lastShareNanos;
  private long lastJobNanos;
  private long accepted;

  StratumV1Session(StratumV1Service service, MinerPort port, Peer peer, long nowNanos) {
    this.service = service;
    this.port = port;
    this.peer = peer;
    this.connectedNanos = nowNanos;
    this.lastShareNanos = nowNanos;
    this.lastJobNanos = nowNanos;
    this.difficulty = new MinerDifficulty(port.options().difficulty().start(), nowNanos);
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
      return;
    }
    service.read(this, bytes, from, to);
  }

  /** A new job is there; nothing to do if the miner has it already. */
  public void onJob(long nowNanos) {
    Job job = port.line().job();
    if (closed || workers == null || channel.lastJobId() == job.id()) {
      return;
    }
    MiningChannel gone = channel.forgetBefore(port.book().oldestLiveId(), port.book().oldestId());
    if (gone != null) {
      port.node().release(port.coin().currency(), gone);
    }
    difficulty.start(nowNanos);
    if (fits(job) && service.jobs().handOutShared(channel, versionMask, effectiveDifficulty())) {
      lastJobNanos = nowNanos;
      peer.sendShared(port.line().shared());
    } else {
      handOut(nowNanos, false);
      flush();
    }
  }

  /** Jobs were not sent because the miner did not read; now it does. */
  public void onJobHeldBack(long nowNanos) {
    if (workers != null && !closed) {
      handOut(nowNanos, true);
      flush();
    }
  }

  /** Once a second. */
  public void onTick(long nowNanos) {
    peer.onTick(nowNanos);
    if (closed) {
      return;
    }
    var limits = port.node().options();
    if (workers == null) {
      if (nowNanos - connectedNanos > limits.authorizeTimeout().toNanos()) {
        close(CloseReason.NOT_AUTHORIZED_IN_TIME);
      }
      return;
    }
    if (nowNanos - lastShareNanos > port.options().idleDisconnect().toNanos()) {
      close(CloseReason.IDLE);
      return;
    }
    if (port.line() == null) {
      return;
    }
    retarget(nowNanos);
    if (nowNanos - lastJobNanos >= port.options().pushInterval().toNanos()) {
      handOut(nowNanos, false);
    }
    flush();
  }

  /** The connection has ended. */
  public void onClosed(long nowNanos) {
    closed = true;
    if (pendingHashes == 0) {
      leave(nowNanos);
    }
  }

  /** Nothing refers to the channel any more: it can be resumed, or its extranonce1 is free. */
  private void leave(long nowNanos) {
    if (channel == null) {
      return;
    }
    if (accepted > 0 && invalidRun < port.node().options().maxInvalidRun()) {
      port.node().park(sessionId, port.coin().currency(), channel, difficulty.value(), nowNanos);
    } else {
      port.node().release(port.coin().currency(), channel);
    }
    channel = null;
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

  // ---- what its requests change ----

  /** The miner has work of its own from now on. */
  void subscribed(long id, MiningChannel given) {
    sessionId = id;
    channel = given;
    extranonce2Size = port.extranonce2Size();
    if (versionMask != 0) {
      channel.versionMask(versionMask);
    } else {
      versionMask = channel.versionMask();
    }
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

  /**
   * The first worker is there: difficulty and job follow, as soon as there is one.
   *
   * @param asked in its password
   */
  void begin(PasswordArguments asked) {
    difficulty.ask(asked);
    difficulty.setUp(port.options());
    if (port.line() == null) {
      service.writer().setDifficulty(effectiveDifficulty());
    } else {
      handOut(port.clocks().nowNanos(), true);
    }
  }

  /** The version bits that were agreed on: they hold at once, also while mining. */
  void versionMask(int agreed) {
    versionMask = agreed;
    if (channel != null) {
      channel.versionMask(agreed);
    }
  }

  /** The miner understands {@code mining.set_extranonce}. */
  void takesExtranonces() {
    takesExtranonces = true;
  }

  void userAgent(String name) {
    userAgent = service.userAgent(name, LONGEST_USER_AGENT);
  }

  /** Sets what an answer is awaited to; returns whether one was awaited before. */
  boolean awaitsVersion(boolean awaits) {
    boolean before = awaitsVersion;
    awaitsVersion = awaits;
    return before;
  }

  /** The same for the transactions that the miner has asked for. */
  boolean awaitsTransactions(boolean awaits) {
    boolean before = awaitsTransactions;
    awaitsTransactions = awaits;
    return before;
  }

  /** The difficulty and what the miner has asked for; see {@link #onDifficultyAsked}. */
  MinerDifficulty difficulty() {
    return difficulty;
  }

  /** What the miner mines on, or null before it has subscribed and after it has left. */
  MiningChannel channel() {
    return channel;
  }

  /** The authorized worker of the name in these bytes, or null. */
  Worker worker(byte[] line, int from, int length) {
    return workers == null ? null : workers.find(line, from, length);
  }

  /** Whether it does not read what was sent to it. */
  boolean isBehind() {
    return peer.isBehind();
  }

  // ---- what becomes of its shares ----

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

  /**
   * A share of this miner counts.
   *
   * @param shareDifficulty that its job was handed out with
   */
  void onAccepted(double shareDifficulty, long nowNanos) {
    accepted++;
    invalidRun = 0;
    lastShareNanos = nowNanos;
    if (!closed) {
      difficulty.onShare(shareDifficulty, nowNanos);
      retarget(nowNanos);
    }
  }

  /** Who sends junk without end is hung up on. */
  void countInvalid() {
    if (++invalidRun >= port.node().options().maxInvalidRun()) {
      close(CloseReason.TOO_MANY_INVALID);
    }
  }

  // ---- difficulty ----

  /** The miner asked for another difficulty: if it is mining already, it holds from now on. */
  void onDifficultyAsked() {
    if (workers == null) {
      return;
    }
    difficulty.setUp(port.options());
    if (port.line() == null) {
      service.writer().setDifficulty(effectiveDifficulty());
      return;
    }
    long nowNanos = port.clocks().nowNanos();
    difficulty.start(nowNanos);
    handOutIfChanged(nowNanos);
  }

  private void retarget(long nowNanos) {
    if (port.line() != null && difficulty.retarget(nowNanos)) {
      handOutIfChanged(nowNanos);
    }
  }

  /** The machine cannot hash what comes in: this miner is asked for fewer shares. */
  void raiseDifficulty(long nowNanos) {
    if (difficulty.raise(nowNanos)) {
      handOutIfChanged(nowNanos);
    }
  }

  private void handOutIfChanged(long nowNanos) {
    if (effectiveDifficulty() != channel.lastDifficulty()) {
      handOut(nowNanos, false);
    }
  }

  /** No share may be harder than a block, or blocks would be missed. */
  private double effectiveDifficulty() {
    return Math.min(difficulty.value(), port.networkDifficulty());
  }

  // ---- jobs ----

  /** Hands the current job to this miner alone, the difficulty before it if that has changed. */
  private void handOut(long nowNanos, boolean clean) {
    if (!fits(port.line().job()) && !changeExtranonce()) {
      return;
    }
    difficulty.start(nowNanos);
    service.jobs().handOut(channel, versionMask, effectiveDifficulty(), clean);
    lastJobNanos = nowNanos;
  }

  /** Whether the extranonces have the sizes that the miner was told. */
  private boolean fits(Job job) {
    return job.extranonce1Size() == channel.extranonce1().length
        && job.extranonce2Size() == extranonce2Size;
  }

  /**
   * The coin's extranonces have another size now: tells the miner, or has it come again.
   *
   * @return whether it can be handed the job now
   */
  private boolean changeExtranonce() {
    if (!takesExtranonces) {
      reconnect();
      close(CloseReason.NEW_EXTRANONCE);
      return false;
    }
    MiningChannel next = port.node().newChannel(port.coin().currency(), port.extranonce1Size());
    if (next == null) {
      close(CloseReason.FULL);
      return false;
    }
    next.replace(channel);
    channel = next;
    extranonce2Size = port.extranonce2Size();
    service
        .writer()
        .order("mining.set_extranonce", Hex.encode(channel.extranonce1()), extranonce2Size);
    return true;
  }

  // ---- what others may know ----

  /** Whether a worker is authorized. */
  public boolean isAuthorized() {
    return workers != null;
  }

  /** The first worker, or null before authorization. */
  public Worker worker() {
    return workers == null ? null : workers.first();
  }

  /** The difficulty that the miner has now. */
  public double currentDifficulty() {
    return channel == null || channel.lastDifficulty() == 0
        ? difficulty.value()
        : channel.lastDifficulty();
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
    return channel == null ? "" : Hex.encode(channel.extranonce1());
  }

  public String address() {
    return peer.address();
  }
}
