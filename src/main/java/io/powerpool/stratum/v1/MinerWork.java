package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.SessionNews;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.PasswordArguments;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.stratum.RemoteSessions;
import io.powerpool.stratum.ResumableSessions.Resumed;
import io.powerpool.work.Job;

/**
 * What one miner works on: its channel, its difficulty, and the job it was handed last. Sees to it
 * that the miner knows of every change. One per session.
 */
final class MinerWork {

  private final StratumV1Session session;
  private final MinerDifficulty difficulty;
  private MiningChannel channel;

  /** The version bits agreed on; 0 for none. */
  private int versionMask;

  private byte extranonce2Size;
  private boolean takesExtranonces;

  /** The difficulty that other nodes know of. */
  private float toldDifficulty;

  /** Whether no job has been sent on this connection yet, or one that is about to come is. */
  private boolean owesJob = true;

  private long lastJobNanos;

  MinerWork(StratumV1Session session, long nowNanos) {
    this.session = session;
    this.difficulty = new MinerDifficulty(session.port().options().difficulty().start(), nowNanos);
    this.lastJobNanos = nowNanos;
  }

  /** What the miner mines on, or null before it has subscribed and after it has left. */
  MiningChannel channel() {
    return channel;
  }

  // ---- what the miner's requests change ----

  /** The miner has an extranonce1 of its own from now on. */
  void begin(MiningChannel given) {
    channel = given;
    extranonce2Size = (byte) session.port().extranonce2Size();
    if (versionMask != 0) {
      channel.versionMask(versionMask);
    } else {
      versionMask = channel.versionMask();
    }
  }

  /** Where the miner stood on another connection. */
  void resume(Resumed before) {
    difficulty.resume(before.difficulty());
  }

  /**
   * The miner is authorized: difficulty and job follow, as soon as there is one.
   *
   * @param asked in its password
   */
  void start(PasswordArguments asked, long nowNanos) {
    difficulty.ask(asked);
    difficulty.setUp(session.port().options());
    if (session.port().line() == null) {
      session.service().writer().setDifficulty(effectiveDifficulty());
    } else {
      handOut(nowNanos, true);
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

  /** The miner suggests a difficulty; if it is mining already, that holds from now on. */
  void suggest(double wanted) {
    if (difficulty.suggest(wanted)) {
      difficultyAsked();
    }
  }

  /** The least difficulty that the miner takes; the same. */
  void require(double minimum) {
    if (difficulty.require(minimum)) {
      difficultyAsked();
    }
  }

  private void difficultyAsked() {
    if (!session.isAuthorized()) {
      return;
    }
    difficulty.setUp(session.port().options());
    if (session.port().line() == null) {
      session.service().writer().setDifficulty(effectiveDifficulty());
      return;
    }
    long nowNanos = session.port().clocks().nowNanos();
    difficulty.start(nowNanos);
    handOutIfChanged(nowNanos);
  }

  // ---- difficulty ----

  /** The difficulty that holds for the next job, unless a block is easier; as the port counts. */
  double difficulty() {
    return difficulty.value();
  }

  /** The difficulty that the miner has now. */
  double currentDifficulty() {
    return channel == null || channel.lastDifficulty() == 0
        ? difficulty.value()
        : channel.lastDifficulty();
  }

  /**
   * An accepted share.
   *
   * @param shareDifficulty that its job was handed out with, as the port counts
   */
  void onShare(double shareDifficulty, long nowNanos) {
    difficulty.onShare(shareDifficulty, nowNanos);
    retarget(nowNanos);
  }

  private void retarget(long nowNanos) {
    if (session.port().line() != null && difficulty.retarget(nowNanos)) {
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
    if (channel != null && effectiveDifficulty() != channel.lastDifficulty()) {
      handOut(nowNanos, false);
    }
  }

  /** No share may be harder than a block, or blocks would be missed. */
  private double effectiveDifficulty() {
    MinerPort port = session.port();
    return Math.min(difficulty.value() * port.coins().scale(), port.networkDifficulty());
  }

  // ---- jobs ----

  /** A new job is there; nothing to do if the miner has it already. */
  void onJob(Peer peer, long nowNanos) {
    MinerPort port = session.port();
    Job job = port.line().job();
    if (channel.lastJobId() == job.id() && !owesJob) {
      return;
    }
    MiningChannel gone = channel.forgetBefore(port.book().oldestLiveId(), port.book().oldestId());
    if (gone != null) {
      port.node().release(session.source(), gone);
    }
    difficulty.start(nowNanos);
    if (fits(job)
        && session.service().jobs().handOutShared(channel, versionMask, effectiveDifficulty())) {
      owesJob = false;
      lastJobNanos = nowNanos;
      peer.sendShared(port.line().shared());
    } else {
      handOut(nowNanos, false);
    }
  }

  /** Once a second while mining: follows a miner that has become slower, and pushes a job. */
  void onTick(long nowNanos) {
    if (session.port().line() == null) {
      return;
    }
    MinerPort port = session.port();
    if (port.options().difficulty().isPerAddress()) {
      difficulty.crowd(
          port.node().connections(port.options().component(), session.worker().address()));
    }
    retarget(nowNanos);
    if (nowNanos - lastJobNanos >= session.port().options().pushInterval().toNanos()) {
      handOut(nowNanos, false);
    }
  }

  /**
   * Hands the current job to this miner alone, the difficulty before it if that has changed.
   *
   * @param clean whether the miner must begin with it at once
   */
  void handOut(long nowNanos, boolean clean) {
    if (channel == null) {
      // What was done just before has ended the connection.
      return;
    }
    Job job = session.port().line().job();
    if (channel.lastJobId() > job.id()) {
      // On the event loop that had the session before, the next job has come already.
      owesJob = true;
      return;
    }
    if (!fits(job) && !changeExtranonce()) {
      return;
    }
    difficulty.start(nowNanos);
    session.service().jobs().handOut(channel, versionMask, effectiveDifficulty(), clean || owesJob);
    owesJob = false;
    lastJobNanos = nowNanos;
  }

  /** Whether the extranonces have the sizes that the miner was told, and its own is still ours. */
  private boolean fits(Job job) {
    return session.port().fits(channel) && job.extranonce2Size() == extranonce2Size;
  }

  /**
   * The extranonces have another size or prefix now: tells the miner, or has it come again.
   *
   * @return whether it can be handed the job now
   */
  private boolean changeExtranonce() {
    MinerPort port = session.port();
    if (!takesExtranonces) {
      session.reconnect();
      session.close(CloseReason.NEW_EXTRANONCE);
      return false;
    }
    MiningChannel next = port.newChannel();
    if (next == null) {
      session.close(CloseReason.FULL);
      return false;
    }
    next.replace(channel);
    channel = next;
    extranonce2Size = (byte) port.extranonce2Size();
    session
        .service()
        .writer()
        .order("mining.set_extranonce", Hex.encode(channel.extranonce1()), port.extranonce2Size());
    return true;
  }

  /**
   * What other nodes are to know: if the difficulty has changed, and once in {@link
   * RemoteSessions#REPEAT_SECONDS} rounds; else null.
   */
  SessionNews.Session news(long id, int round) {
    float now = (float) difficulty.value();
    boolean due = Math.floorMod(id, RemoteSessions.REPEAT_SECONDS) == round;
    if (channel == null || (now == toldDifficulty && !due)) {
      return null;
    }
    toldDifficulty = now;
    return new SessionNews.Session(id, difficulty.value(), versionMask);
  }

  /** The miner has left; its channel is another's from now on. */
  void end() {
    channel = null;
  }
}
