package io.powerpool.jobmanager;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.merged.MergedWorks;
import io.powerpool.statistics.Counters;
import io.powerpool.statistics.RollingCounter;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the jobs of one coin during one term as its leader: from templates of the coin's servers,
 * with the work of merged chains. Belongs to one event loop.
 */
final class JobMaker {

  /** How long new transactions wait for the disk, so that their job outlives the process. */
  private static final Duration DISK_PATIENCE = Duration.ofMillis(500);

  /** So long the work of one merged chain waits for that of others. */
  private static final Duration MERGED_GATHERING = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(JobMaker.class);

  /** What is told of jobs. */
  @FunctionalInterface
  interface Listener {

    /** A job for everybody; {@code newParent} if it is the first on its parent. */
    void onJob(Job job, boolean newParent);
  }

  /** What a coin's job manager has, whether it leads or not. */
  record Parts(
      Vertx vertx,
      Coin coin,
      JobManagerOptions options,
      CoinServers servers,
      TemplateStore templates,
      TemplateReplication replication,
      BlockNews news,
      BlockProposal proposal,
      MergedMining merged,
      Counts counts,
      JobStamps stamps) {}

  /** How many jobs were made, over all terms. */
  static final class Counts {
    private final RollingCounter newJobs;
    private final RollingCounter workRestarts;
    private final RollingCounter workPushes;

    Counts(Counters counters) {
      long nowNanos = System.nanoTime();
      this.newJobs = counters.perMinute("new_jobs", nowNanos);
      this.workRestarts = counters.perMinute("work_restarts", nowNanos);
      this.workPushes = counters.perMinute("work_pushes", nowNanos);
    }

    private void onJob(boolean clean) {
      long nowNanos = System.nanoTime();
      newJobs.increment(nowNanos);
      (clean ? workRestarts : workPushes).increment(nowNanos);
    }
  }

  /**
   * @param written when the template has been forced to disk
   */
  private record Made(Job job, BlockTemplate template, Future<Void> written) {}

  private final Parts parts;
  private final Coin coin;
  private final JobFactory jobs;
  private final Listener listener;
  private final TemplatePoller poller;
  private final Tightness tightness;

  private boolean stopped;
  private long publishedId;

  /** The newest, as the server gave it. */
  private BlockTemplate newest;

  private boolean mergedJobPlanned;
  private boolean mergedJobIsClean;

  /**
   * @param epoch of the term
   * @param inherited what the job was made from that the leader before left behind, if it is known
   */
  JobMaker(Parts parts, long epoch, Optional<BlockTemplate> inherited, Listener listener) {
    this.parts = parts;
    this.coin = parts.coin;
    this.jobs = new JobFactory(coin, epoch);
    this.listener = listener;
    this.tightness = new Tightness(coin);
    this.poller =
        new TemplatePoller(
            parts.vertx,
            coin.currency(),
            parts.servers,
            TemplateRequest.of(coin),
            parts.options,
            parts.news,
            this::onTemplate,
            template -> jobs.create(template, false, parts.stamps.next()));
    inherited.ifPresent(poller::inherit);
  }

  void start() {
    poller.start();
  }

  void stop() {
    stopped = true;
    poller.stop();
  }

  /** Something tells of a new block. */
  void onSignal(Way way, Optional<Hash256> block, long nanos) {
    poller.onSignal(way, block, nanos);
  }

  /** A coin server has come or gone, or has another tip. */
  void onServersChanged() {
    poller.onChange();
  }

  /** Fetches a template now. */
  void refresh() {
    poller.refresh();
  }

  /** Why there is no fresh work; empty if all is well. */
  String trouble() {
    return poller.trouble();
  }

  /** Whether there is fresh work, or the first is on its way. */
  boolean works() {
    return parts.servers.best().filter(CoinServer::fit).isPresent()
        && (newest == null || trouble().isEmpty());
  }

  /** What does not fit into a block; empty if all does. */
  String excess() {
    return tightness.words();
  }

  /** A server has this block as its tip: it was asked for it. */
  void onPoll(Hash256 block, long nanos) {
    parts.news.heard(Way.POLL, Optional.of(block), nanos);
  }

  /** A job that nobody is told of, with the newest template; empty if none has come yet. */
  Optional<Job> unpublished() {
    return Optional.ofNullable(newest).map(template -> create(template, true).job);
  }

  /** An auxiliary chain has new work: others that have it at the same moment join in. */
  void onMergedWork(boolean clean) {
    if (newest == null) {
      // It will be in the first job.
      return;
    }
    mergedJobIsClean |= clean;
    if (!mergedJobPlanned) {
      mergedJobPlanned = true;
      parts.vertx.setTimer(MERGED_GATHERING.toMillis(), fired -> makeMergedJob());
    }
  }

  private void makeMergedJob() {
    if (stopped || !mergedJobPlanned) {
      return;
    }
    try {
      make(newest, false);
    } catch (RuntimeException e) {
      // The job in force stays, with the work that it has.
      log.error("{}: no job with the new work of merged chains", coin.currency(), e);
    }
  }

  private void onTemplate(BlockTemplate given, boolean newParent) {
    make(given, newParent);
    newest = given;
    if (newParent) {
      log.info(
          "{}: new block {}, mining height {} with {} transactions",
          coin.currency(),
          given.previous(),
          given.height(),
          given.transactions().size());
    }
  }

  /** Makes a job, with the present work of all merged chains, and gives it out. */
  private void make(BlockTemplate given, boolean newParent) {
    boolean clean = newParent || mergedJobIsClean;
    mergedJobPlanned = false;
    mergedJobIsClean = false;
    Made made = create(given, clean);
    if (newParent) {
      // The file is written while miners already work: every moment on the old parent is lost.
      publish(made.job, true);
      if (parts.proposal.due()) {
        parts.proposal.ask(made.job, made.template);
      }
    } else {
      made.written
          .timeout(DISK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .onComplete(
              done -> {
                if (made.job.id() > publishedId && !stopped) {
                  publish(made.job, false);
                }
              });
    }
    parts.counts.onJob(clean);
  }

  private void publish(Job job, boolean newParent) {
    publishedId = job.id();
    listener.onJob(job, newParent);
    if (newParent) {
      parts.news.working(job.previous(), job.height() - 1, job.id(), System.nanoTime());
    }
  }

  /** A job with the present work of all merged chains, and its template as it is kept. */
  private Made create(BlockTemplate given, boolean clean) {
    MergedWorks works = parts.merged.works();
    BlockTemplate fitting = tightness.fit(given, withCommitment(given, works.commitment()));
    Job job = jobs.create(fitting, works.works(), clean, parts.stamps.next());
    parts.replication.send(job.id(), fitting);
    return new Made(job, fitting, parts.templates.put(job.id(), fitting));
  }

  /** Right behind the height, in front of what the node wants in the script. */
  private static BlockTemplate withCommitment(BlockTemplate given, byte[] commitment) {
    return commitment.length == 0
        ? given
        : given.withCoinbaseFlags(
            new ByteSink(commitment.length + given.coinbaseFlags().length)
                .bytes(commitment)
                .bytes(given.coinbaseFlags())
                .toBytes());
  }
}
