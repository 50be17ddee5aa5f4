package io.powerpool.stratum;

import io.powerpool.cluster.Beat;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.Topics;
import io.powerpool.work.Job;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a port waits for in a cluster: miners until there is a prefix to give them extranonces of,
 * and a job until its maker has granted that prefix to this node. Without a cluster nothing waits.
 * Belongs to the event loop.
 */
final class PortGate {

  private static final Logger LOG = LoggerFactory.getLogger(PortGate.class);

  /** Between two looks whether what is waited for has come. */
  private static final long LOOK_MILLIS = 20;

  private static final long TELL_NANOS = 2_000_000_000L;

  /** Job managers repeat their jobs as often. */
  private static final long SHOW_NANOS = 2_000_000_000L;

  /** Longer than any take-over; miners may work in vain after that. */
  private static final Duration ORPHANED = Duration.ofSeconds(30);

  private final Vertx vertx;
  private final MinerPort port;
  private final Clocks clocks;
  private final Optional<PrefixLease> lease;

  /** The newest that may not be handed out yet, or null. */
  private Job waiting;

  private long waitingSinceNanos;
  private boolean waitingTold;
  private Runnable opening;
  private long oldestTold;
  private boolean looking;

  /** When the newest job was last shown to a leader whose jobs are older. */
  private long shownNanos;

  /** When the leader that gave out the newest job was last heard of. */
  private long ledNanos;

  PortGate(Vertx vertx, MinerPort port, Clocks clocks) {
    this.vertx = vertx;
    this.port = port;
    this.clocks = clocks;
    this.lease = port.node().lease();
    this.ledNanos = clocks.nowNanos();
    this.shownNanos = ledNanos - SHOW_NANOS;
  }

  // ---- jobs ----

  /** A job is there: its miners get it now, or as soon as they may. */
  void onJob(Job job) {
    if (lease.isEmpty()) {
      hand(job, port.prefix());
      return;
    }
    if (!job.isOfPossibleTerm()) {
      // Nobody is the leader that made it: it would wait for ever, and be newer than all others.
      return;
    }
    int prefix =
        Leaders.of(vertx)
            .maker(job)
            .map(
                maker ->
                    lease.get().prefixFor(maker.process(), job.createdMillis(), clocks.nowNanos()))
            .orElse(PrefixClaim.NONE);
    if (prefix == PrefixClaim.NONE) {
      if (port.line() == null || job.id() > port.line().job().id()) {
        keepAside(job);
      } else {
        answerIfOld(job);
      }
      return;
    }
    if (waiting != null && waiting.id() <= job.id()) {
      waiting = null;
    }
    hand(job, prefix);
  }

  private void hand(Job job, int prefix) {
    // Job managers repeat what they know; only one that is not known and too old is worth a word.
    if (!port.onJob(job, prefix) && port.book().find(job.id()) == null && oldestTold < job.id()) {
      oldestTold = job.id();
      LOG.info("{} is older than the current {}, which stays", job, port.line().job());
    }
    answerIfOld(job);
  }

  /**
   * A leader that has never heard of a later term, whose leader is gone, has to learn of it or this
   * port will take none of its jobs: it is shown the newest job that is known here.
   */
  private void answerIfOld(Job job) {
    long nowNanos = clocks.nowNanos();
    Leaders leaders = Leaders.of(vertx);
    if (lease.isPresent()
        && port.book().find(job.id()) == null
        && nowNanos - shownNanos >= SHOW_NANOS
        && leaders.isLed(port.source(), job)
        && !leaders.isContested(port.source())) {
      shownNanos = nowNanos;
      Topics.of(vertx).jobs(port.source()).publish(port.line().job());
    }
  }

  private void keepAside(Job job) {
    if (waiting == null) {
      waitingSinceNanos = clocks.nowNanos();
      waitingTold = false;
    }
    if (waiting == null || waiting.id() < job.id()) {
      waiting = job;
    }
    lookLater();
  }

  /** Whether nobody need ask for a job: there is one, or one waits. */
  boolean hasJob() {
    return port.line() != null || waiting != null;
  }

  // ---- miners ----

  /**
   * Miners may come from now on, or as soon as this node has a prefix that the leader of the port's
   * jobs grants: nobody could get work before.
   *
   * @param open lets them in
   */
  void open(Runnable open) {
    opening = open;
    look();
  }

  /** Whether miners had better go elsewhere: the leader's jobs will not come. */
  boolean isBarred() {
    return opening == null
        && lease.isPresent()
        && leader().filter(leader -> lease.get().isBarredBy(leader.process())).isPresent();
  }

  /** Once a second. */
  void onTick() {
    if (port.line() == null || Leaders.of(vertx).isLed(port.source(), port.line().job())) {
      ledNanos = clocks.nowNanos();
    }
  }

  /** Why there are no miners or no jobs, in words; empty if all is well. */
  String trouble() {
    if (lease.isEmpty()) {
      return "";
    }
    if (opening == null && waiting == null) {
      return isOrphaned() ? orphaned() : "";
    }
    String words = lease.get().trouble();
    if (!words.isEmpty()) {
      return words;
    }
    return opening == null
        ? "the maker of the newest job has not granted this node's extranonce prefix"
        : "no extranonce prefix is agreed on with the leader of " + port.source() + " yet";
  }

  private boolean isOrphaned() {
    return clocks.nowNanos() - ledNanos > ORPHANED.toNanos();
  }

  private String orphaned() {
    return "node %s has heard nothing for %d s of the leader of %s whose job its miners work on: it may be stale"
        .formatted(port.node().name(), ORPHANED.toSeconds(), port.source());
  }

  private Optional<Beat> leader() {
    return Leaders.of(vertx).leader(port.source());
  }

  // ---- waiting ----

  private void look() {
    looking = false;
    if (opening != null && mayOpen()) {
      Runnable open = opening;
      opening = null;
      open.run();
    }
    if (waiting != null) {
      onJob(waiting);
      tell();
    }
    if (opening != null) {
      lookLater();
    }
  }

  private boolean mayOpen() {
    if (lease.isEmpty()) {
      return true;
    }
    if (port.line() == null) {
      port.prefix(lease.get().prefix());
    }
    return leader()
        .filter(leader -> lease.get().isGrantedBy(leader.process(), clocks.nowNanos()))
        .isPresent();
  }

  private void tell() {
    if (waiting != null && !waitingTold && clocks.nowNanos() - waitingSinceNanos > TELL_NANOS) {
      waitingTold = true;
      LOG.warn("{} is not handed out yet: {}", waiting, trouble());
    }
  }

  private void lookLater() {
    if (!looking) {
      looking = true;
      vertx.setTimer(LOOK_MILLIS, timer -> look());
    }
  }
}
