package io.powerpool.app;

import io.powerpool.agent.AgentVerticle;
import io.powerpool.jobmanager.JobManagerVerticle;
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
   * @return completed, never failed, when the process may end
   */
  Future<Void> begin(
      Optional<JobManagerVerticle> jobManager,
      List<StratumVerticle> stratum,
      Optional<AgentVerticle> agents,
      Optional<BlockFinder> blocks,
      Optional<ShareJournal> journal) {
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
        .compose(gone -> journal.map(this::flush).orElseGet(Future::succeededFuture))
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

  private Future<Void> flush(ShareJournal journal) {
    Promise<Void> flushed = Promise.promise();
    long startNanos = System.nanoTime();
    vertx.setTimer(LOOK_MILLIS, fired -> look(journal, startNanos, flushed));
    return flushed.future();
  }

  private void look(ShareJournal journal, long startNanos, Promise<Void> flushed) {
    boolean written = journal.isWritten();
    Map<String, Long> backlog = journal.status().backlog();
    if (written && backlog.values().stream().allMatch(entries -> entries == 0)) {
      flushed.complete();
    } else if (System.nanoTime() - startNanos >= options.flushTimeout().toNanos()) {
      log.warn(
          "after {} s there are still entries in the journal, by reporter: {}; they stay on disk and"
              + " are delivered after the next start",
          options.flushTimeout().toSeconds(),
          backlog);
      flushed.complete();
    } else {
      vertx.setTimer(LOOK_MILLIS, fired -> look(journal, startNanos, flushed));
    }
  }
}
