package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Candidacy;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.CoinFingerprint;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.ConfigException;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.statistics.Counters;
import io.powerpool.work.Job;
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
 * The work of one coin on one node: stands for the place of its leader and, while it leads, has a
 * job made of every new template; otherwise it keeps what the leader makes, so that it can go on at
 * any moment. Answers newcomers, and takes solved blocks. Belongs to one event loop.
 */
final class CoinJobManager {

  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLEANUP_INTERVAL = Duration.ofMinutes(1);

  /**
   * The present job is told again so often, by all who know it: one that was lost is made good, and
   * whoever leads next has used the way to the others before.
   */
  private static final Duration JOB_REPEAT = Duration.ofSeconds(2);

  /** How long the note that a term has begun may take; it is needed after a restart of all. */
  private static final Duration NOTE_PATIENCE = Duration.ofMillis(300);

  private static final Logger log = LoggerFactory.getLogger(CoinJobManager.class);

  private final Vertx vertx;
  private final String node;
  private final Coin coin;
  private final Clock clock;
  private final Topics topics;
  private final Leaders leaders;
  private final CoinServers servers;
  private final TemplateStore templates;
  private final TemplateReplication replication;
  private final BlockNews news;
  private final PushSignals signals;
  private final BlockSubmitter submitter;
  private final BlockStats blockStats = new BlockStats();
  private final BlockArchive archive;
  private final BlockProposal proposal;
  private final WorkHerald herald;
  private final CoinCheck check;
  private final StandbyWork standbyWork;
  private final MergedMining merged;
  private final String fingerprint;
  private final Path termFile;
  private final Counters counters;
  private final JobMaker.Parts parts;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();

  private final boolean stands;
  private Candidacy candidacy;

  /** While this node leads; null otherwise. */
  private JobMaker maker;

  private boolean stopped;

  /** The newest that is known, of this node or another. */
  private Job job;

  /** When that came: its own stamp runs ahead of a clock that was set back. */
  private long jobNanos;

  private long lastBlockMillis;
  private int jobCount;

  /** Of a later term than this node's, which leads; null if there is none. */
  private Job overtaking;

  /**
   * @param auxiliaries coins that are mined together with this one
   * @param stands whether it may lead; otherwise it only keeps what it takes to build blocks
   * @param stamps of the jobs of all coins
   */
  CoinJobManager(
      Vertx vertx,
      String node,
      Coin coin,
      JobManagerOptions options,
      List<AuxCoin> auxiliaries,
      boolean stands,
      JobStamps stamps,
      Clock clock) {
    this.vertx = vertx;
    this.stands = stands;
    this.node = node;
    this.coin = coin;
    this.clock = clock;
    this.topics = Topics.of(vertx);
    this.leaders = Leaders.of(vertx);
    this.servers = new CoinServers(vertx, options.servers(), options.intervals(), clock);
    this.check = new CoinCheck(coin, servers, this::onChecked);
    this.standbyWork = new StandbyWork(coin, servers, clock);
    Path folder = options.dataFolder();
    this.templates =
        new TemplateStore(
            vertx,
            folder.resolve("templates").resolve(coin.currency()),
            options.templateRetention(),
            clock);
    this.replication =
        new TemplateReplication(
            vertx, coin.currency(), node, templates, options.templateRetention(), clock);
    this.news = new BlockNews(options.watchedWays());
    this.signals =
        new PushSignals(vertx, coin.currency(), options.posixSignal(), this::onSignal, clock);
    this.archive = new BlockArchive(vertx, folder.resolve("blocks"), coin.currency());
    this.proposal = new BlockProposal(vertx, coin, servers, clock);
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
            BlockAssembly.ofTemplates(vertx, coin, replication::find),
            HandOver.BLOCK,
            archive,
            blockStats,
            block -> onSignal(Way.OWN, Optional.of(block), System.nanoTime()));
    this.fingerprint = CoinFingerprint.of(coin, auxiliaries.stream().map(AuxCoin::coin).toList());
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
    this.parts =
        new JobMaker.Parts(
            vertx,
            coin,
            options,
            servers,
            templates,
            replication,
            news,
            proposal,
            merged,
            new JobMaker.Counts(counters),
            stamps);
  }

  /**
   * Starts, also while no coin server can be reached. Fails with a {@link ConfigException} if one
   * can and does not know a payout address, or has a chain of other rules.
   */
  Future<Void> start() {
    merged.start();
    servers.onRecovery(this::onServerRecovered);
    servers.onChange(this::onServersChanged);
    servers.onPoll(this::onPoll);
    return vertx
        .executeBlocking(() -> Term.last(termFile))
        .onSuccess(this::prepareToStand)
        .compose(read -> servers.start())
        .compose(pinged -> check.ask())
        .compose(agreed -> submitter.resume())
        .onSuccess(resumed -> serve());
  }

  /** Stops; what is being written is on disk then. Blocks that are not settled wait for a start. */
  Future<Void> stop() {
    boolean led = maker != null;
    stopped = true;
    // Before anything else, so that another node takes over meanwhile.
    Future<Void> resigned =
        candidacy == null || !stands ? Future.succeededFuture() : candidacy.stop();
    if (led) {
      herald.stop();
    }
    endTerm();
    timers.forEach(vertx::cancelTimer);
    return resigned
        .transform(done -> Future.join(subscriptions.stream().map(Subscription::cancel).toList()))
        .transform(cancelled -> signals.stop())
        .transform(cancelled -> servers.close())
        .transform(closed -> Future.join(templates.flushed(), submitter.flushed(), merged.stop()))
        .mapEmpty();
  }

  /** Has another node lead if there is one that can; what is asked of this one it still answers. */
  void handOver() {
    if (candidacy != null && stands) {
      candidacy.handOver();
    }
  }

  private void prepareToStand(long lastTerm) {
    candidacy =
        new Candidacy(
            vertx,
            coin.currency(),
            merged.currencies(),
            node,
            fingerprint,
            lastTerm,
            clock,
            this::canWork,
            new Candidacy.Listener() {
              @Override
              public void onElected(long epoch) {
                begin(epoch);
              }

              @Override
              public void onDeposed() {
                endTerm();
              }
            });
  }

  private void serve() {
    String currency = coin.currency();
    subscriptions.add(topics.currentJob(currency).serve(node, question -> currentJob()));
    subscriptions.add(topics.newJob(currency).serve(node, question -> newJob()));
    subscriptions.add(topics.solvedBlocks(currency).serve(node, submitter::submit));
    subscriptions.add(topics.solvedBlockHere(currency).serve(submitter::submit));
    subscriptions.add(topics.proposal(currency).serve(node, question -> propose()));
    subscriptions.add(topics.transactions(currency).serve(node, templates::transactions));
    subscriptions.add(
        topics.handOuts(currency).subscribe(done -> news.handedOut(done.jobId(), done.nanos())));
    signals.start(topics, servers);
    timers.add(vertx.setPeriodic(STATUS_INTERVAL.toMillis(), fired -> onSecond()));
    timers.add(vertx.setPeriodic(CLEANUP_INTERVAL.toMillis(), fired -> deleteOldFiles()));
    if (vertx.isClustered()) {
      subscriptions.addAll(replication.start());
      subscriptions.add(topics.jobs(currency).subscribe(this::onJobOfOther));
      timers.add(vertx.setPeriodic(JOB_REPEAT.toMillis(), fired -> repeatJob()));
    }
    if (stands) {
      candidacy.start();
    }
    publishStatus();
  }

  // ---- terms ----

  private void begin(long epoch) {
    vertx
        .executeBlocking(() -> Term.note(termFile, epoch), false)
        .timeout(NOTE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .onComplete(
            noted -> {
              if (!stopped && maker == null && candidacy.leads() && candidacy.epoch() == epoch) {
                maker = new JobMaker(parts, epoch, inherited(), this::publish);
                overtaking = null;
                merged.lead(true);
                if (check.passed()) {
                  maker.start();
                }
                publishStatus();
              }
            });
  }

  private void endTerm() {
    if (maker != null) {
      maker.stop();
      maker = null;
      merged.lead(false);
      publishStatus();
    }
  }

  /** Whether jobs are made here, or would be if this node led. */
  private boolean canWork() {
    boolean works =
        maker != null
            ? maker.works()
            : standbyWork.look(
                candidacy.leader().filter(leader -> !leader.able()).isPresent(), System.nanoTime());
    return works && check.passed();
  }

  /** What all miners work on, as far as is known; none if some of them have another parent. */
  private Optional<BlockTemplate> inherited() {
    boolean divided =
        job != null && overtaking != null && !overtaking.previous().equals(job.previous());
    return job == null || divided ? Optional.empty() : templates.recent(job.templateId());
  }

  /** What the leader has told everybody, and all that know it repeat. */
  private void onJobOfOther(Job other) {
    if ((job != null && other.id() < job.id()) || !other.isOfPossibleTerm()) {
      return;
    }
    boolean news = job == null || other.id() > job.id();
    if (maker == null) {
      if (news) {
        take(other, job == null || !job.previous().equals(other.previous()));
      }
      // Also of one that is repeated: the template may have been lost, or not asked for in time.
      replication.expect(other.templateId());
    } else if (news) {
      // Who has it takes none of this node's, whose term is the earlier one.
      overtaking = other;
      candidacy.onLaterJob(other.id() >>> Job.SEQUENCE_BITS);
    }
  }

  private void repeatJob() {
    if (job != null && (maker != null || !leaders.isContested(coin.currency()))) {
      topics.jobs(coin.currency()).publish(job);
    }
  }

  private void publish(Job made, boolean newParent) {
    take(made, newParent);
    topics.jobs(coin.currency()).publish(made);
    jobCount++;
    herald.onChange();
  }

  private void take(Job newer, boolean newParent) {
    job = newer;
    candidacy.saw(newer.id() >>> Job.SEQUENCE_BITS);
    jobNanos = System.nanoTime();
    if (newParent) {
      lastBlockMillis = Math.min(newer.createdMillis(), clock.millis());
    }
    servers.workingOn(newer.previous());
  }

  // ---- questions ----

  private Future<Job> currentJob() {
    return job == null
        ? Future.failedFuture("no work for " + coin.currency() + " yet: " + trouble())
        : Future.succeededFuture(job);
  }

  /** Not published: miners of the coin itself have no use for it. */
  private Future<Job> newJob() {
    String words = lack();
    Optional<Job> made = maker == null || !words.isEmpty() ? Optional.empty() : maker.unpublished();
    return made.map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture("no work for " + coin.currency() + " here: " + words));
  }

  private Future<JsonObject> propose() {
    Optional<BlockTemplate> template =
        job == null ? Optional.empty() : templates.recent(job.templateId());
    return template.isEmpty()
        ? Future.failedFuture("no work for " + coin.currency() + " yet: " + trouble())
        : proposal.ask(job, template.get());
  }

  // ---- events ----

  private void onSignal(Way way, Optional<Hash256> block, long nanos) {
    if (maker != null) {
      maker.onSignal(way, block, nanos);
    }
  }

  private void onPoll(Hash256 block, long nanos) {
    if (maker != null) {
      maker.onPoll(block, nanos);
    }
  }

  private void onMergedWork(boolean clean) {
    if (maker != null) {
      maker.onMergedWork(clean);
    }
  }

  private void onServerRecovered() {
    if (maker != null) {
      maker.refresh();
    }
    submitter.onServerRecovered();
  }

  private void onServersChanged() {
    if (maker != null) {
      maker.onServersChanged();
      herald.onChange();
    }
  }

  private void onSecond() {
    check.again();
    if (maker != null) {
      herald.tell();
    }
    publishStatus();
  }

  private void onChecked() {
    if (maker != null) {
      maker.start();
    }
  }

  private void deleteOldFiles() {
    archive
        .deleteOld(servers.highestTip(), clock.millis())
        .onFailure(e -> log.warn("{}: old blocks not deleted", coin.currency(), e));
    templates
        .deleteOld()
        .onFailure(e -> log.warn("{}: old templates not deleted", coin.currency(), e));
  }

  // ---- what people are told ----

  private String troubleOfWork() {
    if (!check.trouble().isEmpty() || !check.passed()) {
      return check.trouble();
    }
    if (maker != null) {
      return maker.trouble();
    }
    return servers.best().isEmpty() ? servers.noneLive() : "";
  }

  /** Why miners had better not be sent here; empty if they can be. */
  private String lack() {
    return job == null ? "no work yet" : troubleOfWork();
  }

  private String trouble() {
    return Stream.of(
            candidacy.trouble(),
            troubleOfWork(),
            templates.trouble(),
            maker == null ? "" : maker.excess(),
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
            .put("leader", maker != null)
            .put("state", stands ? candidacy.state().word() : "reserve")
            .put("epoch", candidacy.epoch())
            .put("disagreement", candidacy.trouble())
            .put("net_state", netState())
            .put("block_stats", blockStats.toJson())
            .put("last_signal", signals.lastMillis() / 1000)
            .put("signals", news.toJson())
            .put("recent_blocks", news.recentJson());
    return ServerReport.addTo(status, servers)
        .put("job_count", jobCount)
        .put("job_id", job == null ? null : job.idText())
        .put("template_age", job == null ? null : (System.nanoTime() - jobNanos) / 1e9)
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
