package io.powerpool.jobmanager;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.coinrpc.CoinRpc;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxWork;
import io.powerpool.statistics.Counters;
import io.powerpool.statistics.RollingCounter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One auxiliary chain: asks its servers for work, tells the main chain's job manager of it, and
 * takes the chain's solved blocks. Nothing that goes wrong here keeps the main chain waiting.
 * Belongs to one event loop.
 */
final class AuxChain {

  /** What is told of work. */
  @FunctionalInterface
  interface Listener {

    /**
     * There is work that the job should have at once.
     *
     * @param clean whether miners are to drop what they have
     */
    void onWork(boolean clean);
  }

  /**
   * Work that no server has confirmed for so long is left out of further jobs: nobody could be
   * given a block of it.
   */
  static final Duration STALE_AFTER = Duration.ofSeconds(60);

  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLEANUP_INTERVAL = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(AuxChain.class);

  private final Vertx vertx;
  private final String node;
  private final String main;
  private final Coin coin;
  private final AuxOptions options;
  private final Clock clock;
  private final Listener listener;
  private final Topics topics;
  private final CoinServers servers;
  private final BlockStats blockStats = new BlockStats();
  private final BlockArchive archive;
  private final BlockSubmitter submitter;
  private final PushSignals signals;
  private final Counters counters;
  private final RollingCounter newJobs;
  private final RollingCounter workRestarts;
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();

  private boolean stopped;
  private boolean leading;

  /** The server that owes an answer; null if none does. */
  private CoinServer asked;

  private boolean askAgain;
  private AuxWork work;
  private CoinServer source;
  private boolean serverIsBack;
  private boolean stale;
  private long confirmedNanos;
  private long workMillis;
  private long lastBlockMillis;
  private String trouble = "no work yet";
  private String keptOut = "";

  /**
   * @param main the currency of the chain whose work stands for this one's
   */
  AuxChain(
      Vertx vertx,
      String node,
      String main,
      Coin coin,
      AuxOptions options,
      Clock clock,
      Listener listener) {
    this.vertx = vertx;
    this.node = node;
    this.main = main;
    this.coin = coin;
    this.options = options;
    this.clock = clock;
    this.listener = listener;
    this.topics = Topics.of(vertx);
    this.servers = new CoinServers(vertx, options.servers(), options.intervals(), clock);
    this.archive = new BlockArchive(vertx, options.dataFolder().resolve("blocks"), coin.currency());
    this.submitter =
        new BlockSubmitter(
            vertx,
            coin,
            servers,
            BlockAssembly.ofProofs(),
            HandOver.PROOF,
            archive,
            blockStats,
            taken -> ask());
    this.signals =
        new PushSignals(
            vertx,
            coin.currency(),
            options.posixSignal(),
            (way, block, nanos) -> onSignal(),
            clock);
    this.counters = new Counters("MonitorAuxNetwork_" + coin.currency());
    long nowNanos = System.nanoTime();
    this.newJobs = counters.perMinute("new_jobs", nowNanos);
    this.workRestarts = counters.perMinute("work_restarts", nowNanos);
  }

  String currency() {
    return coin.currency();
  }

  /** Starts, also while no server can be reached, and waits for none. */
  void start() {
    servers.onRecovery(this::onServerRecovered);
    servers.onChange(this::onChange);
    submitter
        .resume()
        .onFailure(e -> log.error("{}: solved blocks not taken up again", currency(), e));
    subscriptions.add(topics.solvedBlocks(currency()).serve(node, submitter::submit));
    subscriptions.add(topics.solvedBlockHere(currency()).serve(submitter::submit));
    signals.start(topics, servers);
    timers.add(vertx.setPeriodic(options.workInterval().toMillis(), fired -> onTick()));
    timers.add(vertx.setPeriodic(STATUS_INTERVAL.toMillis(), fired -> publishStatus()));
    timers.add(vertx.setPeriodic(CLEANUP_INTERVAL.toMillis(), fired -> deleteOldFiles()));
    servers.start().onComplete(asked -> ask());
    publishStatus();
  }

  /** Stops; what is being written is on disk then. Blocks that are not settled wait for a start. */
  Future<Void> stop() {
    stopped = true;
    timers.forEach(vertx::cancelTimer);
    return Future.join(subscriptions.stream().map(Subscription::cancel).toList())
        .transform(cancelled -> signals.stop())
        .transform(cancelled -> servers.close())
        .transform(closed -> submitter.flushed())
        .mapEmpty();
  }

  /** Whether this node's work goes to miners: others that stand by have theirs all the same. */
  void lead(boolean leads) {
    leading = leads;
  }

  /** The work for a job of now; empty if there is none that is good. */
  Optional<AuxOffer> offer() {
    if (work == null || stale) {
      return Optional.empty();
    }
    return Optional.of(new AuxOffer(currency(), work, difficulty(), options.reported()));
  }

  /** The job has this chain's work. */
  void admit() {
    keptOut = "";
  }

  /** The job cannot have this chain's work, for this reason. */
  void keepOut(String reason) {
    if (!reason.equals(keptOut)) {
      log.error("{} stays out of the work of {}: {}", currency(), main, reason);
    }
    keptOut = reason;
  }

  private void onSignal() {
    servers.askTips();
    ask();
  }

  private void onServerRecovered() {
    // It may have been started anew, and then knows no work that it gave before.
    serverIsBack = true;
    submitter.onServerRecovered();
    ask();
  }

  private void onChange() {
    Optional<CoinServer> best = servers.best();
    boolean news =
        best.flatMap(CoinServer::tip)
            .filter(tip -> work == null || !tip.id().equals(work.previous()))
            .isPresent();
    if (news) {
      ask();
    }
  }

  private void onTick() {
    long silentNanos = System.nanoTime() - confirmedNanos;
    if (work != null && !stale && silentNanos > STALE_AFTER.toNanos()) {
      stale = true;
      log.warn(
          "{}: no work for {} s, {} is mined without it: {}",
          currency(),
          STALE_AFTER.toSeconds(),
          main,
          trouble());
    }
    Optional<CoinServer> best = servers.best();
    if (asked != null && asked.slow() && best.isPresent() && best.get() != asked) {
      asked = null;
    }
    if (asked == null) {
      ask();
    }
    servers.toBeTried().stream()
        .filter(server -> server != best.orElse(null))
        .forEach(
            server ->
                server
                    .auxWork(address())
                    .onSuccess(
                        given -> {
                          if (isOfThisChain(server, given)) {
                            server.usable();
                          }
                        }));
  }

  private String address() {
    return coin.payouts().get(0).address();
  }

  private void ask() {
    if (stopped) {
      return;
    }
    if (asked != null) {
      askAgain = true;
      return;
    }
    preferred().ifPresent(this::ask);
  }

  /**
   * Only the server that gave work can take its block, so the same one is asked if it is as good.
   */
  private Optional<CoinServer> preferred() {
    Optional<CoinServer> best = servers.best();
    boolean asGood =
        source != null
            && source.live()
            && !source.slow()
            && !source.faulty()
            && best.isPresent()
            && source.tip().equals(best.get().tip());
    return asGood ? Optional.of(source) : best;
  }

  private void ask(CoinServer server) {
    asked = server;
    askAgain = false;
    server
        .auxWork(address())
        .compose(
            given ->
                given.height() == AuxWork.UNKNOWN_HEIGHT
                    ? server.call(CoinRpc::blockCount).map(count -> given.withHeight(count + 1))
                    : Future.succeededFuture(given))
        .onComplete(
            done -> {
              boolean left = asked != server;
              if (stopped || left) {
                return;
              }
              asked = null;
              if (done.succeeded()) {
                onAnswer(server, done.result());
              } else {
                say(String.valueOf(done.cause().getMessage()));
              }
              if (askAgain && done.succeeded()) {
                ask();
              }
            });
  }

  private void onAnswer(CoinServer server, AuxWork given) {
    if (!isOfThisChain(server, given)) {
      say(server.name() + " has chain id " + given.chainId() + ", not " + options.chainId());
      return;
    }
    boolean first = work == null;
    boolean newTip = first || !work.previous().equals(given.previous());
    boolean changed = work == null || !work.hash().equals(given.hash());
    // Work that is made anew on the same tip is worth a few fees more; the old is good as well,
    // but for a server that never gave it.
    boolean urgent = newTip || stale || (changed && (serverIsBack || server != source));
    work = given;
    source = server;
    servers.workingOn(given.previous());
    server.usable();
    serverIsBack = false;
    stale = false;
    confirmedNanos = System.nanoTime();
    if (!trouble.isEmpty()) {
      log.info("{}: work at height {} for {}", currency(), given.height(), main);
    }
    trouble = "";
    if (changed) {
      onChanged(newTip);
    }
    if (urgent && options.notifyNow()) {
      listener.onWork(newTip && !first && options.flush());
    }
  }

  /** Whether the server is what it is configured as; it is noted if it is not. */
  private boolean isOfThisChain(CoinServer server, AuxWork given) {
    boolean so = options.chainId() == 0 || options.chainId() == given.chainId();
    if (!so) {
      server.unusable(
          server.name()
              + ": chain id "
              + given.chainId()
              + " where chain_id is "
              + options.chainId());
    }
    return so;
  }

  private void onChanged(boolean newTip) {
    workMillis = clock.millis();
    newJobs.increment(confirmedNanos);
    if (newTip) {
      lastBlockMillis = workMillis;
      if (options.flush()) {
        workRestarts.increment(confirmedNanos);
      }
      log.info("{}: new block {}, merged height {}", currency(), work.previous(), work.height());
    }
  }

  /** Notes why there is no work, and tells the log unless it was told the same before. */
  private void say(String message) {
    if (!message.equals(trouble)) {
      log.warn("{}: no work for merged mining: {}", currency(), message);
    }
    trouble = message;
  }

  private String trouble() {
    if (!keptOut.isEmpty()) {
      return keptOut;
    }
    return servers.best().isEmpty() ? servers.noneLive() : trouble;
  }

  private double difficulty() {
    return Difficulty.ofTarget(work.bits().toTarget(), coin.difficultyOne()).value();
  }

  private void deleteOldFiles() {
    archive
        .deleteOld(servers.highestTip(), clock.millis())
        .onFailure(e -> log.warn("{}: old blocks not deleted", currency(), e));
  }

  private void publishStatus() {
    topics
        .status()
        .publish(new StatusReport(node, currency(), 0, "auxmanager", clock.millis(), status()));
  }

  private JsonObject status() {
    JsonObject net = new JsonObject();
    JsonObject last = new JsonObject();
    if (work != null) {
      net.put("difficulty", difficulty())
          .put("height", work.height())
          .put("last_block", lastBlockMillis / 1000)
          .put("prev_hash", work.previous().toString())
          .put("subsidy", work.value());
      last.put("hash", work.hash().toString())
          .put("height", work.height())
          .put("chainid", work.chainId())
          .put("bits", work.bits().toString())
          .put("time", workMillis / 1000);
    }
    JsonObject status =
        new JsonObject()
            .put("currency", currency())
            .put("leader", leading)
            .put("algorithm", coin.algorithm().name())
            .put("main", main)
            .put("current_net", net)
            .put("last_work", last)
            .put("stale", work == null || stale)
            .put("left_out", work == null || stale || !keptOut.isEmpty())
            .put("block_stats", blockStats.toJson())
            .put("last_signal", signals.lastMillis() / 1000);
    return ServerReport.addTo(status, servers)
        .put("trouble", trouble())
        .put("counters", new JsonArray(counters.toList(System.nanoTime())));
  }
}
