package io.powerpool.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for the place of a source's leader on the bus; alone, without a cluster, it leads from the
 * start. Belongs to one event loop.
 */
public final class Candidacy {

  /** What is told of the place. */
  public interface Listener {

    /** It leads from now on, in the term of this epoch. */
    void onElected(long epoch);

    /** Its term is over: another leads, or will; or it begins a later term itself, at once. */
    void onDeposed();
  }

  private static final long TICK_MILLIS = 50;
  private static final int TICKS_PER_BEAT = 5;

  private static final Logger log = LoggerFactory.getLogger(Candidacy.class);

  private final Vertx vertx;
  private final Topics topics;
  private final Clock clock;
  private final BooleanSupplier able;
  private final Listener listener;
  private final String source;
  private final SettingsCheck settings;
  private final Election election;
  private Topic.Subscription subscription = Future::succeededFuture;
  private long timer;
  private int ticks;
  private boolean leading;

  /** The epoch of the term that the listener was last told of. */
  private long term;

  /**
   * @param merged the coins that are mined together with this one
   * @param node the node's name
   * @param fingerprint of what the configuration makes of blocks; who differs from the last leader
   *     takes its place only if nobody else does
   * @param seen the highest epoch known from earlier runs
   * @param able whether work can be made here at this moment; asked every few dozen milliseconds
   */
  public Candidacy(
      Vertx vertx,
      String source,
      List<String> merged,
      String node,
      String fingerprint,
      long seen,
      Clock clock,
      BooleanSupplier able,
      Listener listener) {
    this.vertx = vertx;
    this.topics = Topics.of(vertx);
    this.clock = clock;
    this.able = able;
    this.listener = listener;
    this.source = source;
    this.settings =
        new SettingsCheck(
            source, node, fingerprint, "this node takes over only if nobody else does");
    this.election =
        new Election(
            source,
            merged,
            node,
            process(vertx),
            fingerprint,
            seen,
            clock.millis(),
            System.nanoTime());
  }

  /** Tells this process from others, also from those that call their node the same. */
  public static long process(Vertx vertx) {
    return Leaders.of(vertx).process();
  }

  /** Begins to stand. */
  public void start() {
    lookAtSelf();
    if (!vertx.isClustered()) {
      election.lead(clock.millis());
      look();
      return;
    }
    subscription = topics.beats().subscribe(this::onBeat);
    timer = vertx.setPeriodic(TICK_MILLIS, fired -> onTick());
    tell();
  }

  /** Gives the place up if it has it; others are told, so one of them takes over at once. */
  public Future<Void> stop() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    vertx.cancelTimer(timer);
    election.end();
    look();
    tell();
    return subscription.cancel();
  }

  /**
   * Gives the place up as soon as somebody else can take it, and takes it again only if nobody else
   * does: this node goes out of service. Others are told before this returns.
   */
  public void handOver() {
    if (vertx.isClustered()) {
      election.leave(System.nanoTime());
      look();
      tell();
    }
  }

  /** A job with this term in its id is known: the next term begins behind it. */
  public void saw(long term) {
    election.saw(term);
  }

  /**
   * Somebody else tells of a job with this term in its id, which is above all of the leader's that
   * is heard. Should this one be that leader, it begins a later term before long, unless the leader
   * of that one is heard.
   */
  public void onLaterJob(long laterTerm) {
    election.onLaterJob(laterTerm, System.nanoTime());
  }

  public boolean leads() {
    return leading;
  }

  /** What it does at present. */
  public Beat.State state() {
    return election.beat().state();
  }

  /** Of the term of the leader that is known, itself or another. */
  public long epoch() {
    return election.epoch();
  }

  /** The other one that leads, if one does. */
  public Optional<Beat> leader() {
    return election.leader();
  }

  /**
   * Why this node had better not lead: its clock is absurd, or somebody leads with a configuration
   * that makes other blocks than this one's. Empty if all is well.
   */
  public String trouble() {
    return election.clockFault().isEmpty() ? settings.words() : election.clockFault();
  }

  private void onBeat(Beat beat) {
    election.onBeat(beat, System.nanoTime());
    look();
    settings.look(leader());
  }

  private void onTick() {
    lookAtSelf();
    if (Leaders.of(vertx).isDeaf()) {
      // Who does not even hear itself knows nothing of others, and they should not follow it.
      election.stepDown(System.nanoTime());
    } else {
      election.onTick(System.nanoTime(), clock.millis());
    }
    look();
    ticks++;
    if (ticks % TICKS_PER_BEAT == 0) {
      tell();
    }
  }

  private void lookAtSelf() {
    String before = election.clockFault();
    election.onAbility(able.getAsBoolean(), System.nanoTime(), clock.millis());
    if (before.isEmpty() && !election.clockFault().isEmpty()) {
      log.error("{}", election.clockFault());
    }
  }

  /** Tells the listener if there is news of the place. */
  private void look() {
    if (election.leads() == leading && (!leading || election.epoch() == term)) {
      return;
    }
    if (leading && election.leads()) {
      log.warn(
          "{}: jobs of a later term than {} are about, and its leader is not heard", source, term);
      listener.onDeposed();
    }
    leading = election.leads();
    if (leading) {
      term = election.epoch();
      log.info("{}: this node leads from now on, epoch {}", source, election.epoch());
      // Before the first job, so that whoever gets it knows whom it is from.
      tell();
      listener.onElected(election.epoch());
    } else {
      log.info(
          "{}: this node leads no more{}",
          source,
          leader().map(other -> ", node " + other.node() + " does").orElseGet(this::reason));
      tell();
      listener.onDeposed();
    }
  }

  private String reason() {
    return switch (state()) {
      case RESIGNED -> ": it goes out of service, and another node can lead";
      case STANDBY -> election.beat().able() ? "" : ": it can make no work, and another node can";
      case LEADING, ENDED -> "";
    };
  }

  private void tell() {
    topics.beats().publish(election.beat());
  }
}
