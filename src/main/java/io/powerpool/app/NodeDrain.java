package io.powerpool.app;

import io.powerpool.agent.AgentVerticle;
import io.powerpool.jobmanager.JobManagerVerticle;
import io.powerpool.reporter.JournalShipper;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.stratum.BlockFinder;
import io.powerpool.stratum.StratumVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a node out of service without anybody losing anything: other nodes lead what it leads,
 * nobody is let in any more, the miners are sent away a few at a time, the outcomes of their blocks
 * are waited for, and what is in the journal goes to the reporters.
 */
final class NodeDrain {

  private static final Logger log = LoggerFactory.getLogger(NodeDrain.class);

  /** So often the journal is looked at. */
  private static final long LOOK_MILLIS = 50;

  /** What cannot go on for so long is not waited for: a reporter that is connecting may be. */
  private static final long STUCK_NANOS = 2_000_000_000;

  private final Vertx vertx;
  private final DrainOptions options;
  private volatile boolean underWay;

  NodeDrain(Vertx vertx, DrainOptions options) {
    this.vertx = vertx;
    this.options = options;
  }

  /** Whether it has begun. */
  boolean underWay() {
    return underWay;
  }

  /**
   * Begins.
   *
   * @param stratum what serves miners here
   * @param agents what serves rig agents here
   * @param journal what they have sent, and what brings it to the reporters; both or neither
   * @return completed, never failed, when the process may end
   */
  Future<Void> begin(
      Optional<JobManagerVerticle> jobManager,
      List<StratumVerticle> stratum,
      Optional<AgentVerticle> agents,
      Optional<BlockFinder> blocks,
      Optional<ShareJournal> journal,
      Optional<JournalShipper> shipper) {
    underWay = true;
    log.info("draining: this node goes out of service");
    long startNanos = System.nanoTime();
    agents.ifPresent(AgentVerticle::drain);
    List<Future<Void>> leaving =
        new ArrayList<>(stratum.stream().map(each -> each.drain(options.time())).toList());
    // Miners that stay for a while have a leader's work from elsewhere, or still from here.
    jobManager.ifPresent(each -> leaving.add(each.handOver()));
    return Future.join(leaving)
        .<Void>mapEmpty()
        .onFailure(cause -> log.error("draining goes on after a failure", cause))
        .otherwiseEmpty()
        .compose(gone -> settle(blocks))
        .compose(
            gone ->
                journal
                    .flatMap(kept -> shipper.map(shipping -> flush(kept, shipping)))
                    .orElseGet(Future::succeededFuture))
        .onSuccess(
            done ->
                log.info(
                    "drained after {} s",
                    Duration.ofNanos(System.nanoTime() - startNanos).toMillis() / 1e3));
  }

  /** What becomes of them belongs into the journal before that is flushed. */
  private Future<Void> settle(Optional<BlockFinder> blocks) {
    Promise<Void> settled = Promise.promise();
    blocks.ifPresentOrElse(
        each -> awaitOutcomes(each, System.nanoTime(), settled), settled::complete);
    return settled.future();
  }

  private void awaitOutcomes(BlockFinder blocks, long startNanos, Promise<Void> settled) {
    int open = blocks.unanswered();
    boolean late = System.nanoTime() - startNanos >= options.flushTimeout().toNanos();
    if (open > 0 && !late) {
      vertx.setTimer(LOOK_MILLIS, fired -> awaitOutcomes(blocks, startNanos, settled));
      return;
    }
    if (open > 0) {
      log.warn(
          "after {} s {} blocks have no outcome yet; they stay on disk and are asked about after"
              + " the next start",
          options.flushTimeout().toSeconds(),
          open);
    }
    settled.complete();
  }

  private Future<Void> flush(ShareJournal journal, JournalShipper shipper) {
    shipper.flush();
    Promise<Void> flushed = Promise.promise();
    Flush flush = new Flush(journal, shipper, flushed);
    vertx.setTimer(LOOK_MILLIS, fired -> flush.look());
    return flushed.future();
  }

  /** Waits until the reporters have what is in the journal, as long as there is hope. */
  private final class Flush {

    private final ShareJournal journal;
    private final JournalShipper shipper;
    private final Promise<Void> flushed;
    private final long startNanos = System.nanoTime();

    /** Since when nothing that is left can be delivered soon; 0 while something can. */
    private long stuckSinceNanos;

    Flush(ShareJournal journal, JournalShipper shipper, Promise<Void> flushed) {
      this.journal = journal;
      this.shipper = shipper;
      this.flushed = flushed;
    }

    void look() {
      shipper.heldUp().onSuccess(this::look);
    }

    private void look(Map<String, String> heldUp) {
      boolean written = journal.isWritten();
      Map<String, Long> left = new TreeMap<>(journal.status().backlog());
      left.values().removeIf(entries -> entries == 0);
      long nowNanos = System.nanoTime();
      if (!written || !heldUp.keySet().containsAll(left.keySet())) {
        stuckSinceNanos = 0;
      } else if (stuckSinceNanos == 0) {
        stuckSinceNanos = nowNanos;
      }
      boolean stuck = stuckSinceNanos != 0 && nowNanos - stuckSinceNanos >= STUCK_NANOS;
      if (written && left.isEmpty()) {
        flushed.complete();
      } else if (stuck || nowNanos - startNanos >= options.flushTimeout().toNanos()) {
        tell(left, heldUp, nowNanos);
        flushed.complete();
      } else {
        vertx.setTimer(LOOK_MILLIS, fired -> look());
      }
    }

    private void tell(Map<String, Long> left, Map<String, String> heldUp, long nowNanos) {
      log.warn(
          "after {} s there are still entries in the journal; they stay on disk and are delivered"
              + " after the next start: {}",
          Duration.ofNanos(nowNanos - startNanos).toMillis() / 1e3,
          left.entrySet().stream()
              .map(
                  each ->
                      "%d for %s (%s)"
                          .formatted(
                              each.getValue(),
                              each.getKey(),
                              heldUp.getOrDefault(each.getKey(), "on their way")))
              .collect(Collectors.joining(", ")));
    }
  }
}
