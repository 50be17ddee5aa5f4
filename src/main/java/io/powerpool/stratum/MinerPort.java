package io.powerpool.stratum;

import io.powerpool.cluster.HandOut;
import io.powerpool.cluster.SessionNews;
import io.powerpool.coin.Coin;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.share.MiningChannel;
import io.powerpool.stratum.v1.JobLine;
import io.powerpool.stratum.v1.LineSink;
import io.powerpool.stratum.v1.StratumV1Session;
import io.powerpool.work.Job;
import io.powerpool.work.JobBook;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One port on one event loop: the jobs of its coin, or of several coins of one algorithm in turn,
 * its sessions, and the scratch memory they share. Belongs to the event loop.
 */
public final class MinerPort {

  private static final Logger LOG = LoggerFactory.getLogger(MinerPort.class);

  /** So many are served before the clock is looked at. */
  private static final int SESSIONS_AT_ONCE = 32;

  /** So long may those wait who have just sent a share. */
  private static final long SHORTEST_TURN_NANOS = 1_000_000;

  private static final long LONGEST_TURN_NANOS = 20_000_000;

  private final StratumNode node;
  private final PortOptions options;
  private final PortCoins coins;
  private final JobBook book;
  private final PortStatistics statistics;
  private final SlowHashing slowHashing;
  private final Clocks clocks;
  private final Executor nextTurn;
  private final LineSink out = new LineSink();
  private final List<StratumV1Session> sessions = new ArrayList<>();
  private Census counting = new Census();
  private Census census = counting;
  private final Round newJobRound = new Round(StratumV1Session::onJob, this::onHandedOut);
  private final Round tickRound = new Round(this::onTick, this::onCounted);
  private int pendingHashes;
  private JobLine line;
  private int prefix;
  private long formerJobId = -1;
  private BiConsumer<String, HandOut> handOuts = (currency, handOut) -> {};
  private final RoundNews roundNews;
  private Job newBlockJob;
  private long newBlockNanos;
  private double networkDifficulty = Double.POSITIVE_INFINITY;

  /**
   * @param slowHashing for proof-of-work functions that would hold the event loop up
   * @param nextTurn does something on the event loop after it has looked for what came in
   *     meanwhile; from whichever thread
   */
  public MinerPort(
      StratumNode node,
      PortOptions options,
      SlowHashing slowHashing,
      Clocks clocks,
      Executor nextTurn) {
    this.node = node;
    this.options = options;
    this.coins = new PortCoins(node.coins(options.source()));
    this.book = new JobBook(node.options().maxJobs(), node.options().jobLifetime().toNanos());
    this.slowHashing = slowHashing;
    this.clocks = clocks;
    this.nextTurn = nextTurn;
    this.prefix = node.options().extranoncePrefix();
    this.roundNews = new RoundNews(node.name(), options.source());
    this.statistics = new PortStatistics(options.component(), clocks.nowNanos());
  }

  public StratumNode node() {
    return node;
  }

  public PortOptions options() {
    return options;
  }

  /** Where its jobs come from: a coin, or a switching group. */
  public String source() {
    return options.source();
  }

  /** The coin that is mined now. */
  public Coin coin() {
    return coins.mined();
  }

  /** Its coins, and how their difficulties compare. */
  public PortCoins coins() {
    return coins;
  }

  public JobBook book() {
    return book;
  }

  public PortStatistics statistics() {
    return statistics;
  }

  public SlowHashing slowHashing() {
    return slowHashing;
  }

  public Clocks clocks() {
    return clocks;
  }

  /** What goes out to the session that is being served. */
  public LineSink out() {
    return out;
  }

  /** The current job's line, or null before the first job. */
  public JobLine line() {
    return line;
  }

  /** The id of the job before the current one, or −1. */
  public long formerJobId() {
    return formerJobId;
  }

  /** Bytes of an extranonce1: as the jobs have it, or as configured before the first job. */
  public int extranonce1Size() {
    return line == null ? coin().extranonce1Size() : line.job().extranonce1Size();
  }

  /** Bytes of an extranonce2. */
  public int extranonce2Size() {
    return line == null ? coin().extranonce2Size() : line.job().extranonce2Size();
  }

  /** A channel for the current job, or the first one, with an extranonce1 of its own; or null. */
  public MiningChannel newChannel() {
    return node.newChannel(source(), extranonce1Size(), prefix);
  }

  /** Whether the channel's extranonce1 is one of those that the current job is handed out with. */
  public boolean fits(MiningChannel channel) {
    return channel.extranonce1().length == extranonce1Size() && node.prefix(channel) == prefix;
  }

  /** The difficulty that solves a block of the current job, as miners count it. */
  public double networkDifficulty() {
    return networkDifficulty;
  }

  /** The sessions of this event loop; only {@link #add} and {@link #remove} change them. */
  public List<StratumV1Session> sessions() {
    return sessions;
  }

  /** Adds a session and tells it its place. */
  public void add(StratumV1Session session) {
    session.place(sessions.size());
    sessions.add(session);
  }

  /** Removes a session; the last one takes its place. */
  public void remove(StratumV1Session session) {
    StratumV1Session last = sessions.remove(sessions.size() - 1);
    if (last != session) {
      sessions.set(session.place(), last);
      last.place(session.place());
      if (newJobRound.underWay()) {
        // Its new place may have had its turn already.
        guarded(last, () -> last.onJob(clocks.nowNanos()));
      }
    }
  }

  /** Counts submissions whose hash is being computed elsewhere. */
  public void hashPending(int change) {
    pendingHashes += change;
  }

  /** How many submissions wait for a hash that is computed elsewhere. */
  public int pendingHashes() {
    return pendingHashes;
  }

  /**
   * Does something with one session; a surprise costs that session its connection, and nobody else
   * anything.
   */
  public void guarded(StratumV1Session session, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.error("connection {} is closed after an unexpected error", session.address(), e);
      out.take();
      session.close(CloseReason.ERROR);
    }
  }

  /** Does something on this event loop, in one of its next turns; from whichever thread. */
  public void execute(Runnable task) {
    nextTurn.execute(task);
  }

  /** Hands a job to every miner of this event loop, with the same extranonces as before. */
  public boolean onJob(Job job) {
    return onJob(job, prefix);
  }

  /**
   * Hands a job to every miner of this event loop: all at once if it makes older work worthless,
   * otherwise some at a time, and between them the event loop answers those who have sent
   * something.
   *
   * @param granted the prefix of the extranonces that it is to be handed out with
   * @return false if it is no newer than the current one
   */
  public boolean onJob(Job job, int granted) {
    long nowNanos = clocks.nowNanos();
    Coin coin = coins.of(job);
    if (!book.add(job, nowNanos)) {
      return false;
    }
    prefix = granted;
    coins.mine(coin);
    networkDifficulty = Difficulty.ofTarget(job.networkTarget(), coin.difficultyOne()).value();
    formerJobId = line == null ? -1 : line.job().id();
    line = node.line(source(), job);
    statistics.onJob(job, clocks.nowMillis(), nowNanos);
    if (job.clean()) {
      newBlockJob = job;
      newBlockNanos = nowNanos;
    }
    newJobRound.begin(line.clean());
    return true;
  }

  /** What the extranonces begin with that the current job is handed out with. */
  int prefix() {
    return prefix;
  }

  /** Miners may come before the first job: their extranonces begin with this. */
  void prefix(int granted) {
    prefix = granted;
  }

  /** A coin has a job that this port may not get: its older work may be worthless by it. */
  public void onOtherJob(Job job) {
    book.outdate(job);
  }

  /**
   * To be told when the first job on a new block has reached all miners, if there are any, with the
   * coin of the job.
   */
  void onHandOut(BiConsumer<String, HandOut> listener) {
    handOuts = listener;
  }

  /** To be told each second what other nodes are to know of the sessions. */
  public void onSessions(Consumer<SessionNews> listener) {
    roundNews.listener(listener);
  }

  /** Whoever was to have a new block's first job has it, or a later one on the same block. */
  private void onHandedOut() {
    if (newBlockJob != null && !sessions.isEmpty()) {
      handOuts.accept(
          newBlockJob.currency(),
          new HandOut(
              newBlockJob.templateId(), clocks.nowNanos() - newBlockNanos, sessions.size()));
    }
    newBlockJob = null;
  }

  /** Once a second: limits, quiet miners, old jobs. */
  public void onTick() {
    book.expire(clocks.nowNanos());
    if (!tickRound.underWay()) {
      counting = new Census();
      tickRound.begin(false);
    }
  }

  private void onCounted() {
    census = counting;
    node.onCounted(this, census);
    roundNews.end();
  }

  private void onTick(StratumV1Session session, long nowNanos) {
    session.onTick(nowNanos);
    counting.add(session, nowNanos, options.idleThreshold().toNanos());
    roundNews.look(session);
  }

  /** The miners as they were counted last, about a second ago. */
  Census census() {
    return census;
  }

  /**
   * Something that is done with all sessions, with some of them in each turn of the event loop, so
   * that those who send something meanwhile are answered. A turn lasts about as long as the event
   * loop took since the last one: however busy it is, a round takes twice its own time at most.
   */
  private final class Round {
    private final BiConsumer<StratumV1Session, Long> action;
    private final Runnable atEnd;

    /** The place of the session that had its turn last; the one before it is next. */
    private int place;

    /** So many sessions are still to come. */
    private int left;

    private boolean hurry;
    private boolean planned;
    private long lastTurnNanos;

    private Round(BiConsumer<StratumV1Session, Long> action, Runnable atEnd) {
      this.action = action;
      this.atEnd = atEnd;
    }

    boolean underWay() {
      return left > 0;
    }

    /**
     * Begins; if it is under way, it goes on where it is until all have had their turn once more.
     *
     * @param inOneTurn whether nothing else is worth doing before it is done
     */
    private void begin(boolean inOneTurn) {
      if (!underWay()) {
        place = sessions.size();
        lastTurnNanos = clocks.nowNanos();
      }
      left = sessions.size();
      hurry = inOneTurn;
      if (hurry || !planned) {
        turn();
      }
    }

    /**
     * From the last place to the first, because those who come meanwhile are put at the end. Who is
     * moved into the place of one who has left may have its turn twice.
     */
    private void turn() {
      long startNanos = clocks.nowNanos();
      long nanos =
          Math.max(SHORTEST_TURN_NANOS, Math.min(startNanos - lastTurnNanos, LONGEST_TURN_NANOS));
      do {
        serve(startNanos);
      } while (underWay() && (hurry || clocks.nowNanos() - startNanos < nanos));
      lastTurnNanos = clocks.nowNanos();
      if (!underWay()) {
        atEnd.run();
      } else if (!planned) {
        planned = true;
        nextTurn.execute(this::plannedTurn);
      }
    }

    private void plannedTurn() {
      planned = false;
      if (underWay()) {
        turn();
      }
    }

    private void serve(Long nowNanos) {
      for (int i = 0; i < SESSIONS_AT_ONCE; i++) {
        left = Math.min(left, sessions.size());
        if (left == 0) {
          return;
        }
        left--;
        place = Math.min(place, sessions.size());
        place = place == 0 ? sessions.size() - 1 : place - 1;
        StratumV1Session session = sessions.get(place);
        guarded(session, () -> action.accept(session, nowNanos));
      }
    }
  }
}
