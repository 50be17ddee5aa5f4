package io.powerpool.jobmanager;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.coinrpc.TemplateRequest;
import io.powerpool.config.ConfigException;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.merged.MergedWorks;
import io.powerpool.statistics.Counters;
import io.powerpool.statistics.RollingCounter;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one coin: makes a job of every new template and publishes it, answers newcomers, and
 * takes solved blocks. Belongs to one event loop.
 */
final class CoinJobManager {

  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLEANUP_INTERVAL = Duration.ofMinutes(1);

  /** How long new transactions wait for the disk, so that their job outlives the process. */
  private static final Duration DISK_PATIENCE = Duration.ofMillis(500);

  /** So long the work of one merged chain waits for that of others. */
  private static final Duration MERGED_GATHERING = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(CoinJobManager.class);

  /**
   * @param written when the template has been forced to disk
   */
  private record Made(Job job, BlockTemplate template, Future<Void> written) {}

  private final Vertx vertx;
  private final String node;
  private final Coin coin;
  private final Clock clock;
  private final Topics topics;
  private final CoinServers servers;
  private final TemplateStore templates;
  private final BlockNews news;
  private final TemplatePoller poller;
  private final PushSignals signals;
  private final BlockSubmitter submitter;
  private final BlockStats blockStats = new BlockStats();
  private final BlockArchive archive;
  private final BlockProposal proposal;
  private final Tightness tightness;
  private final WorkHerald herald;
  private final MergedMining merged;
  private final Path termFile;
  private final RollingCounter newJobs;
  private final RollingCounter workRestarts;
  private final RollingCounter workPushes;
  private final Counters counters;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();

  private JobFactory jobs;
  private boolean stopped;
  private boolean polling;
  private boolean checking;
  private String trouble = "";
  private Job job;

  /** The newest, as the server gave it. */
  private BlockTemplate newest;

  private boolean mergedJobPlanned;
  private boolean mergedJobIsClean;
  private long templateMillis;
  private long lastBlockMillis;
  private int jobCount;

  /**
   * @param auxiliaries coins that are mined together with this one
   */
  CoinJobManager(
      Vertx vertx,
      String node,
      Coin coin,
      JobManagerOptions options,
      List<AuxCoin> auxiliaries,
      Clock clock) {
    this.vertx = vertx;
    this.node = node;
    this.coin = coin;
    this.clock = clock;
    this.topics = Topics.of(vertx);
    this.servers = new CoinServers(vertx, options.servers(), options.intervals(), clock);
    Path folder = options.dataFolder();
    this.templates =
        new TemplateStore(
            vertx,
            folder.resolve("templates").resolve(coin.currency()),
            options.templateRetention(),
            clock);
    this.news = new BlockNews(options.watchedWays());
    this.poller =
        new TemplatePoller(
            vertx,
            coin.currency(),
            servers,
            TemplateRequest.of(coin),
            options,
            news,
            this::onTemplate,
            template -> jobs.create(template, false, clock.millis()));
    this.signals =
        new PushSignals(vertx, coin.currency(), options.posixSignal(), poller::onSignal, clock);
    this.archive = new BlockArchive(vertx, folder.resolve("blocks"), coin.currency());
    this.proposal = new BlockProposal(vertx, coin, servers, clock);
    this.tightness = new Tightness(coin);
    this.herald =
        new WorkHerald(
            topics,
            coin.currency(),
            () -> servers.best().isPresent(),
            this::lack,
            System::nanoTime);
    this.submitter =
        new BlockSubmitter(
            vertx,
            coin,
            servers,
            BlockAssembly.ofTemplates(vertx, coin, templates),
            HandOver.BLOCK,
            archive,
            blockStats,
            this::onTaken);
    this.merged =
        new MergedMining(
            auxiliaries.stream()
                .map(
                    aux ->
                        new AuxChain(
                            vertx,
                            node,
                            coin.currency(),
                            aux.coin(),
                            aux.options(),
                            clock,
                            this::onMergedWork))
                .toList());
    this.termFile = folder.resolve("terms").resolve(coin.currency());
    this.counters = new Counters("MonitorNetwork_" + coin.currency());
    long nowNanos = System.nanoTime();
    this.newJobs = counters.perMinute("new_jobs", nowNanos);
    this.workRestarts = counters.perMinute("work_restarts", nowNanos);
    this.workPushes = counters.perMinute("work_pushes", nowNanos);
  }

  /**
   * Starts, also while no coin server can be reached. Fails with a {@link ConfigException} if one
   * can and does not know a payout address, or has a chain of other rules.
   */
  Future<Void> start() {
    merged.start();
    servers.onRecovery(this::onServerRecovered);
    return vertx
        .executeBlocking(() -> Term.next(termFile, clock.millis()))
        .onSuccess(term -> jobs = new JobFactory(coin, term))
        .compose(begun -> servers.start())
        .compose(pinged -> checkThenPoll())
        .compose(checked -> submitter.resume())
        .onSuccess(resumed -> serve());
  }

  /** Stops; what is being written is on disk then. Blocks that are not settled wait for a start. */
  Future<Void> stop() {
    stopped = true;
    herald.stop();
    timers.forEach(vertx::cancelTimer);
    if (polling) {
      poller.stop();
    }
    return Future.join(subscriptions.stream().map(Subscription::cancel).toList())
        .transform(cancelled -> signals.stop())
        .transform(cancelled -> servers.close())
        .transform(closed -> Future.join(templates.flushed(), submitter.flushed(), merged.stop()))
        .mapEmpty();
  }

  private void serve() {
    subscriptions.add(topics.currentJob(coin.currency()).serve(node, question -> currentJob()));
    subscriptions.add(topics.newJob(coin.currency()).serve(node, question -> newJob()));
    subscriptions.add(topics.solvedBlocks(coin.currency()).serve(node, submitter::submit));
    subscriptions.add(topics.proposal(coin.currency()).serve(node, question -> propose()));
    subscriptions.add(topics.transactions(coin.currency()).serve(node, templates::transactions));
    subscriptions.add(
        topics
            .handOuts(coin.currency())
            .subscribe(done -> news.handedOut(done.jobId(), done.nanos())));
    signals.start(topics, servers);
    servers.onChange(herald::onChange);
    timers.add(vertx.setPeriodic(STATUS_INTERVAL.toMillis(), fired -> onSecond()));
    timers.add(vertx.setPeriodic(CLEANUP_INTERVAL.toMillis(), fired -> deleteOldFiles()));
    publishStatus();
  }

  private Future<Job> currentJob() {
    return job == null
        ? Future.failedFuture("no work for " + coin.currency() + " yet: " + trouble())
        : Future.succeededFuture(job);
  }

  /** Not published: miners of the coin itself have no use for it. */
  private Future<Job> newJob() {
    String words = lack();
    return words.isEmpty()
        ? Future.future(promise -> promise.complete(createJob(newest, true).job))
        : Future.failedFuture("no work for " + coin.currency() + ": " + words);
  }

  private Future<JsonObject> propose() {
    Optional<BlockTemplate> template = job == null ? Optional.empty() : templates.recent(job.id());
    return template.isEmpty()
        ? Future.failedFuture("no work for " + coin.currency() + " yet: " + trouble())
        : proposal.ask(job, template.get());
  }

  private void onTaken(Hash256 block) {
    poller.onSignal(Way.OWN, Optional.of(block), System.nanoTime());
  }

  private void onServerRecovered() {
    if (polling) {
      poller.refresh();
    }
    submitter.onServerRecovered();
  }

  private void onSecond() {
    if (!polling) {
      String before = trouble;
      checkThenPoll()
          .onComplete(
              done -> {
                if (!polling && !trouble.equals(before)) {
                  log.error("{} stays without work: {}", coin.currency(), trouble);
                }
              });
    }
    herald.tell();
    publishStatus();
  }

  /** No job is made before a server has agreed with us on who is paid, and on the chain's rules. */
  private Future<Void> checkThenPoll() {
    if (servers.best().isEmpty() || checking) {
      return Future.succeededFuture();
    }
    checking = true;
    return PayoutCheck.check(coin, servers)
        .compose(agreed -> ChainCheck.check(coin, servers))
        .onComplete(done -> checking = false)
        .onSuccess(
            agreed -> {
              trouble = "";
              if (!polling && !stopped) {
                polling = true;
                poller.start();
              }
            })
        .recover(
            failure -> {
              trouble = String.valueOf(failure.getMessage());
              return failure instanceof ConfigException
                  ? Future.failedFuture(failure)
                  : Future.succeededFuture();
            });
  }

  private void onTemplate(BlockTemplate given, boolean newParent) {
    makeJob(given, newParent);
    newest = given;
    if (newParent) {
      lastBlockMillis = job.createdMillis();
      log.info(
          "{}: new block {}, mining height {} with {} transactions",
          coin.currency(),
          given.previous(),
          given.height(),
          given.transactions().size());
    }
  }

  /** An auxiliary chain has new work: others that have it at the same moment join in. */
  private void onMergedWork(boolean clean) {
    if (newest == null) {
      // It will be in the first job.
      return;
    }
    mergedJobIsClean |= clean;
    if (!mergedJobPlanned) {
      mergedJobPlanned = true;
      vertx.setTimer(MERGED_GATHERING.toMillis(), fired -> makeMergedJob());
    }
  }

  private void makeMergedJob() {
    if (stopped || !mergedJobPlanned) {
      return;
    }
    try {
      makeJob(newest, false);
    } catch (RuntimeException e) {
      // The job in force stays, with the work that it has.
      log.error("{}: no job with the new work of merged chains", coin.currency(), e);
    }
  }

  /**
   * Makes a job, with the present work of all merged chains, and publishes it.
   *
   * @param newParent whether it is the first on its parent
   */
  private void makeJob(BlockTemplate given, boolean newParent) {
    boolean clean = newParent || mergedJobIsClean;
    mergedJobPlanned = false;
    mergedJobIsClean = false;
    long nowNanos = System.nanoTime();
    Made made = createJob(given, clean);
    if (newParent) {
      // The file is written while miners already work: every moment on the old parent is lost.
      publish(made.job, true);
      if (proposal.due()) {
        proposal.ask(made.job, made.template);
      }
    } else {
      made.written
          .timeout(DISK_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .onComplete(
              done -> {
                if (made.job.id() > job.id() && !stopped) {
                  publish(made.job, false);
                }
              });
    }
    newJobs.increment(nowNanos);
    (clean ? workRestarts : workPushes).increment(nowNanos);
  }

  /** A job with the present work of all merged chains, and its template as it is kept. */
  private Made createJob(BlockTemplate given, boolean clean) {
    MergedWorks works = merged.works();
    BlockTemplate fitting = tightness.fit(given, withCommitment(given, works.commitment()));
    Job made = jobs.create(fitting, works.works(), clean, clock.millis());
    return new Made(made, fitting, templates.put(made.id(), fitting));
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

  private void publish(Job made, boolean newParent) {
    job = made;
    servers.workingOn(made.previous());
    templateMillis = made.createdMillis();
    topics.jobs(coin.currency()).publish(made);
    if (newParent) {
      news.working(made.previous(), made.height() - 1, made.id(), System.nanoTime());
    }
    jobCount++;
    herald.onChange();
  }

  private void deleteOldFiles() {
    archive
        .deleteOld(servers.highestTip(), clock.millis())
        .onFailure(e -> log.warn("{}: old blocks not deleted", coin.currency(), e));
    templates
        .deleteOld()
        .onFailure(e -> log.warn("{}: old templates not deleted", coin.currency(), e));
  }

  private String troubleOfWork() {
    return trouble.isEmpty() && polling ? poller.trouble() : trouble;
  }

  /** Why miners had better not be sent here; empty if they can be. */
  private String lack() {
    return job == null ? "no work yet" : troubleOfWork();
  }

  private String trouble() {
    return Stream.of(
            troubleOfWork(),
            templates.trouble(),
            tightness.words(),
            proposal.trouble(),
            news.silence())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private void publishStatus() {
    topics
        .status()
        .publish(
            new StatusReport(node, coin.currency(), 0, "jobmanager", clock.millis(), status()));
  }

  private JsonObject status() {
    JsonObject status =
        new JsonObject()
            .put("currency", coin.currency())
            .put("algorithm", coin.algorithm().name())
            .put("hashes_per_difficulty_one", coin.hashesPerShare())
            .put("net_state", netState())
            .put("block_stats", blockStats.toJson())
            .put("last_signal", signals.lastMillis() / 1000)
            .put("signals", news.toJson())
            .put("recent_blocks", news.recentJson());
    return ServerReport.addTo(status, servers)
        .put("job_count", jobCount)
        .put("job_id", job == null ? null : job.idText())
        .put("template_age", job == null ? null : (clock.millis() - templateMillis) / 1000.0)
        .put("block_proposal", proposal.toJson())
        .put("trouble", trouble())
        .put("counters", new JsonArray(counters.toList(System.nanoTime())));
  }

  private JsonObject netState() {
    if (job == null) {
      return new JsonObject();
    }
    return new JsonObject()
        .put("difficulty", Difficulty.ofTarget(job.networkTarget(), coin.difficultyOne()).value())
        .put("height", job.height())
        .put("last_block", lastBlockMillis / 1000)
        .put("prev_hash", job.previous().toString())
        .put("transactions", job.transactions())
        .put("subsidy", job.reward());
  }
}
