package io.powerpool.jobmanager.switching;

import io.powerpool.cluster.Candidacy;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.cluster.WorkState;
import io.powerpool.coin.Coin;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the ports of a switching group their jobs: those of the coin that is most profitable at
 * present. Belongs to one event loop.
 *
 * <p>One of those in a cluster leads the group, so all ports follow the same decision, which comes
 * to them as a job; the others stand by. While it is away they keep the coin they have. A job that
 * miners of the group had before is not handed out again, or they would find the same shares again:
 * when a coin comes back too early its job manager is asked for a new one.
 */
public final class SwitchingJobManager {

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** The present job is told again so often, by all who know it, as those of coins are. */
  private static final Duration JOB_REPEAT = Duration.ofSeconds(2);

  /** So long miners may be kept on the block before while the coin to be mined makes a job. */
  private static final Duration JOB_PATIENCE = Duration.ofMillis(500);

  /** So long after the start nothing counts as missing. */
  private static final Duration QUIET = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(SwitchingJobManager.class);

  private final Vertx vertx;
  private final String node;
  private final SwitchingOptions options;
  private final List<Coin> coins;
  private final String fingerprint;
  private final Clock clock;
  private final Callable<Long> lastTerm;
  private final LongConsumer noteTerm;
  private final Topics topics;
  private final PriceSource source;
  private final PriceBook prices;
  private final Profitability profitability;
  private final SwitchRule rule;
  private final Map<String, Standing> standings = new LinkedHashMap<>();
  private final SwitchHistory history = new SwitchHistory();
  private final List<Subscription> subscriptions = new ArrayList<>();
  private final List<Long> timers = new ArrayList<>();

  private Candidacy candidacy;
  private boolean leading;
  private long startNanos;
  private long term;
  private long sequence;
  private String current;

  /** The job that the ports have, as they know it. */
  private Job served;

  /** The coin that owes a job with which it will be mined; null if none does. */
  private String awaited;

  /** Whether ports have a job of a later term than this node's, which leads. */
  private boolean overtaken;

  private boolean reading;

  /** Whether the source has answered or failed: before, nothing tells which coin to begin with. */
  private boolean asked;

  private String toldTrouble = "";
  private boolean stopped;

  /**
   * @param coins of the group, in the order configured
   * @param fingerprint of their settings
   * @param lastTerm the highest that is known from earlier runs; blocking
   * @param noteTerm notes that a term has begun; blocking
   */
  public SwitchingJobManager(
      Vertx vertx,
      String node,
      SwitchingOptions options,
      List<Coin> coins,
      String fingerprint,
      Clock clock,
      Callable<Long> lastTerm,
      LongConsumer noteTerm) {
    this.vertx = vertx;
    this.node = node;
    this.options = options;
    this.coins = List.copyOf(coins);
    this.fingerprint = fingerprint;
    this.clock = clock;
    this.lastTerm = lastTerm;
    this.noteTerm = noteTerm;
    this.topics = Topics.of(vertx);
    this.source = options.prices().open(vertx);
    this.prices = new PriceBook(options.staleAfter());
    this.profitability = new Profitability(coins.get(0).difficultyOne(), options.maxHeights());
    this.rule = new SwitchRule(options.margin());
    coins.forEach(coin -> standings.put(coin.currency(), new Standing()));
  }

  /** Starts, also while nothing is known of coins and prices. */
  public Future<Void> start() {
    return vertx.executeBlocking(lastTerm).onSuccess(this::serve).mapEmpty();
  }

  /** Stops; the ports keep the job that they have. */
  public Future<Void> stop() {
    stopped = true;
    timers.forEach(vertx::cancelTimer);
    Future<Void> resigned = candidacy == null ? Future.succeededFuture() : candidacy.stop();
    return resigned
        .transform(done -> Future.join(subscriptions.stream().map(Subscription::cancel).toList()))
        .transform(cancelled -> source.close());
  }

  /** Has another node lead if there is one that can. */
  public void handOver() {
    if (candidacy != null) {
      candidacy.handOver();
    }
  }

  private void serve(long seen) {
    startNanos = System.nanoTime();
    candidacy =
        new Candidacy(
            vertx,
            options.name(),
            List.of(),
            node,
            fingerprint,
            seen,
            clock,
            this::canWork,
            new Candidacy.Listener() {
              @Override
              public void onElected(long epoch) {
                begin(epoch);
              }

              @Override
              public void onDeposed() {
                leading = false;
                awaited = null;
              }
            });
    for (String coin : standings.keySet()) {
      subscriptions.add(topics.jobs(coin).subscribe(job -> onJob(job, true)));
      subscriptions.add(topics.workState(coin).subscribe(this::onState));
    }
    subscriptions.add(
        topics
            .currentJob(options.name())
            .serve(
                node,
                question ->
                    served == null
                        ? Future.failedFuture("no work for " + options.name() + " yet")
                        : Future.succeededFuture(served)));
    if (vertx.isClustered()) {
      subscriptions.add(topics.jobs(options.name()).subscribe(this::onServed));
      timers.add(vertx.setPeriodic(JOB_REPEAT.toMillis(), fired -> repeatJob()));
    }
    candidacy.start();
    timers.add(vertx.setPeriodic(options.pollInterval().toMillis(), fired -> readPrices()));
    timers.add(vertx.setPeriodic(SECOND.toMillis(), fired -> onSecond()));
    readPrices();
    onSecond();
  }

  private void begin(long epoch) {
    term = epoch;
    sequence = 0;
    leading = true;
    vertx.executeBlocking(
        () -> {
          noteTerm.accept(epoch);
          return null;
        },
        false);
    // A job that came while nobody led is owed to the ports: their present one may be stale by it.
    stay();
    if (overtaken) {
      overtaken = false;
      renew();
    }
  }

  /**
   * Some ports have a job of a term that is over, so they need one of this term, whatever it is.
   */
  private void renew() {
    if (sequence == 0 && awaited == null && current != null) {
      order(current, job -> handOut(job, true));
    }
  }

  /** What the leader has handed out: to go on from there if this node is to lead. */
  private void onServed(Job job) {
    boolean news = served == null || job.id() > served.id();
    if (!news || !job.isOfPossibleTerm()) {
      return;
    }
    if (leading) {
      overtaken = true;
      candidacy.onLaterJob(job.id() >>> Job.SEQUENCE_BITS);
    } else {
      served = job;
      candidacy.saw(job.id() >>> Job.SEQUENCE_BITS);
      current = job.currency();
      Standing standing = standings.get(job.currency());
      if (standing != null) {
        standing.used(job.templateId());
      }
    }
  }

  private void repeatJob() {
    if (served != null && (leading || !Leaders.of(vertx).isContested(options.name()))) {
      topics.jobs(options.name()).publish(served);
    }
  }

  private void onSecond() {
    standings.forEach(
        (coin, standing) -> {
          if (standing.job() == null) {
            // Of a term before it may have been handed out: good for its value, not for miners.
            topics.currentJob(coin).ask(node, SECOND).onSuccess(job -> onJob(job, false));
          }
        });
    decide(false);
    tellTrouble();
    publishStatus();
  }

  private void readPrices() {
    if (reading) {
      return;
    }
    reading = true;
    PriceSource.Wanted wanted =
        new PriceSource.Wanted(List.copyOf(standings.keySet()), Standing.mergedCoins(standings));
    Future.<PriceReading>future(answer -> source.read(wanted).onComplete(answer))
        .onComplete(
            done -> {
              reading = false;
              asked = true;
              if (stopped) {
                return;
              }
              if (done.succeeded()) {
                prices.onReading(done.result(), clock.millis());
              } else {
                prices.onFailure(String.valueOf(done.cause().getMessage()));
              }
              decide(false);
            });
  }

  private void onState(WorkState state) {
    Standing standing = standings.get(state.currency());
    standing.onState(state, System.nanoTime());
    if (!state.live()) {
      decide(false);
    }
  }

  private void onJob(Job job, boolean handedToNobody) {
    Standing standing = standings.get(job.currency());
    boolean newParent = standing.buildsElsewhere(job);
    if (stopped || !standing.onJob(job, handedToNobody)) {
      return;
    }
    boolean mine = job.currency().equals(current);
    decide(mine && newParent);
    if (leading && mine && job.currency().equals(current) && awaited == null && standing.unused()) {
      handOut(job, job.clean());
    }
  }

  /**
   * Looks which coin to mine.
   *
   * @param flush whether the present one has a new block just now
   */
  private void decide(boolean flush) {
    if (leading && asked && awaited == null && !stopped) {
      rule.decide(current, scores(), live(), flush).ifPresent(this::switchTo);
    }
  }

  private void switchTo(SwitchRule.Switch decision) {
    Standing standing = standings.get(decision.to());
    if (standing.unused()) {
      begin(decision, standing.job());
      return;
    }
    order(decision.to(), job -> begin(decision, job));
  }

  /**
   * Has a coin make a job that no miner has.
   *
   * @param then takes it if this node still leads; if there is none, all stays as it is
   */
  private void order(String coin, Consumer<Job> then) {
    Standing standing = standings.get(coin);
    awaited = coin;
    topics
        .newJob(coin)
        .ask(node, JOB_PATIENCE)
        .onComplete(
            done -> {
              awaited = null;
              if (stopped || !leading) {
                return;
              }
              if (done.succeeded()) {
                standing.onJob(done.result(), true);
                then.accept(standing.job());
              } else {
                standing.rest(System.nanoTime());
                log.warn(
                    "{}: {} is not mined now, it gave no job: {}",
                    options.name(),
                    coin,
                    done.cause().getMessage());
                stay();
              }
            });
  }

  /** What came of the present coin meanwhile. */
  private void stay() {
    decide(false);
    Standing standing = current == null ? null : standings.get(current);
    if (leading && awaited == null && standing != null && standing.unused()) {
      handOut(standing.job(), true);
    }
  }

  private void begin(SwitchRule.Switch decision, Job job) {
    log.info(
        "{}: mining {} from now on{}: {} ({})",
        options.name(),
        decision.to(),
        current == null ? "" : " in place of " + current,
        decision.reason(),
        scores().entrySet().stream()
            .map(score -> String.format(Locale.ROOT, "%s %.4g", score.getKey(), score.getValue()))
            .collect(Collectors.joining(", ")));
    history.add(current, decision, clock.millis());
    current = decision.to();
    handOut(job, true);
  }

  private void handOut(Job job, boolean clean) {
    standings.get(job.currency()).used(job.id());
    sequence++;
    served = job.renumbered((term << Job.SEQUENCE_BITS) + sequence, clean);
    candidacy.saw(served.id() >>> Job.SEQUENCE_BITS);
    topics.jobs(options.name()).publish(served);
  }

  private Map<String, Double> scores() {
    long nowMillis = clock.millis();
    Map<String, Double> scores = new LinkedHashMap<>();
    standings.forEach(
        (coin, standing) ->
            scores.put(
                coin,
                standing.job() == null
                    ? 0.0
                    : profitability.score(
                        standing.job(), currency -> prices.price(currency, nowMillis))));
    return scores;
  }

  /** Whether any coin has work; what starts beside this one has some time to tell. */
  private boolean canWork() {
    return !isOld() || standings.values().stream().anyMatch(coin -> coin.isLive(System.nanoTime()));
  }

  private boolean isOld() {
    return System.nanoTime() - startNanos > QUIET.toNanos();
  }

  private Set<String> live() {
    long nowNanos = System.nanoTime();
    Set<String> live = new LinkedHashSet<>();
    standings.forEach(
        (coin, standing) -> {
          if (standing.trouble(nowNanos).isEmpty()) {
            live.add(coin);
          }
        });
    return SwitchRule.minable(live, coin -> profitability.isOver(standings.get(coin).job()));
  }

  // ---- what people are told ----

  private String trouble() {
    List<String> old = prices.without(List.copyOf(standings.keySet()), clock.millis());
    List<String> words = new ArrayList<>();
    if (!prices.trouble().isEmpty()) {
      words.add("prices: " + prices.trouble());
    }
    if (!old.isEmpty()) {
      words.add("worth nothing without a price: " + String.join(", ", old));
    }
    if (live().isEmpty()) {
      words.add("no coin has live work");
    }
    return String.join("; ", words);
  }

  /** Once for each trouble; not before what starts beside this one has had the time to. */
  private void tellTrouble() {
    String words = trouble();
    if (!words.equals(toldTrouble) && isOld()) {
      if (words.isEmpty()) {
        log.info("{}: all is well again", options.name());
      } else {
        log.warn("{}: {}", options.name(), words);
      }
      toldTrouble = words;
    }
  }

  private void publishStatus() {
    topics
        .status()
        .publish(new StatusReport(node, options.name(), 0, "switching", clock.millis(), status()));
  }

  private JsonObject status() {
    Map<String, Double> scores = scores();
    JsonObject profits = new JsonObject();
    scores.forEach(profits::put);
    JsonArray standing = new JsonArray();
    standings.forEach(
        (coin, each) -> {
          Optional<Price> price = prices.price(coin, clock.millis());
          standing.add(each.toJson(coin, scores.get(coin), price, profitability));
        });
    return new JsonObject()
        .put("algorithm", coins.get(0).algorithm().name())
        .put("leader", leading)
        .put("state", candidacy.state().word())
        .put("epoch", candidacy.epoch())
        .put("disagreement", candidacy.trouble())
        .put("current_network", current)
        .put("next_network", rule.next(current, scores, live()))
        .put("price_data", prices.toJson(List.copyOf(standings.keySet())))
        .put("profit_data", profits)
        .put("coins", standing)
        .put("margin_switch", options.margin())
        .put("job_id", served == null ? null : served.idText())
        .put("trouble", trouble())
        .mergeIn(history.toJson());
  }
}
