package io.powerpool.jobmanager;

import io.powerpool.cluster.Candidacy;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.jobmanager.switching.SwitchingGroups;
import io.powerpool.jobmanager.switching.SwitchingJobManager;
import io.powerpool.jobmanager.switching.SwitchingOptions;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the job managers of all configured coins and switching groups on one event loop; those of
 * coins that are mined together with another belong to that one's. Reads {@code node}, {@code
 * data_dir}, {@code coins} and {@code switching} of the configuration, each coin's definition
 * already merged below its entry.
 */
public final class JobManagerVerticle extends AbstractVerticle {

  private final boolean stands;
  private final List<CoinJobManager> managers = new ArrayList<>();
  private final List<SwitchingJobManager> switching = new ArrayList<>();

  /** One for all coins, and whether this process leads any of them or not. */
  private PrefixTable prefixes;

  private Subscription prefixClaims = Future::succeededFuture;

  /** Job managers that may lead. */
  public JobManagerVerticle() {
    this(true);
  }

  /**
   * @param stands whether they may lead; otherwise they are the reserve of a node that serves
   *     miners: what they keep of the leader's work lets them hand in blocks that are solved here
   *     while no leader can be reached
   */
  public JobManagerVerticle(boolean stands) {
    this.stands = stands;
  }

  @Override
  public void start(Promise<Void> started) {
    prefixes = new PrefixTable(Candidacy.process(vertx));
    read();
    // Those that switch hear the first jobs of their coins if they are there before.
    Future.all(switching.stream().map(SwitchingJobManager::start).toList())
        .compose(heard -> Future.all(managers.stream().map(CoinJobManager::start).toList()))
        .<Void>mapEmpty()
        .recover(failure -> stopAll().transform(stopped -> Future.failedFuture(failure)))
        .onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    stopAll().onComplete(stopped);
  }

  /**
   * Has other nodes lead what this one leads, where there are some that can. On any thread.
   *
   * @return completed when they were told
   */
  public Future<Void> handOver() {
    Promise<Void> told = Promise.promise();
    context.runOnContext(
        turn -> {
          switching.forEach(SwitchingJobManager::handOver);
          managers.forEach(CoinJobManager::handOver);
          told.complete();
        });
    return told.future();
  }

  private Future<Void> stopAll() {
    return prefixClaims.cancel().transform(cancelled -> stopManagers());
  }

  private Future<Void> stopManagers() {
    return Future.join(switching.stream().map(SwitchingJobManager::stop).toList())
        .transform(stopped -> Future.join(managers.stream().map(CoinJobManager::stop).toList()))
        .mapEmpty();
  }

  private void read() {
    Faults faults = new Faults();
    Section root = Section.root(NodeOptions.plain(config()), faults);
    NodeOptions node = NodeOptions.from(root);
    // A job manager may run beside it with the same configuration.
    Path data = stands ? node.dataDirectory() : node.dataDirectory().resolve("reserve");
    Map<String, Section> coins = root.named("coins");
    if (coins.isEmpty()) {
      root.fault("coins", null, "at least one coin");
    }
    MergedCoins merged = MergedCoins.from(coins);
    Map<String, Coin> known = new LinkedHashMap<>();
    Map<String, JobManagerOptions> mains = new HashMap<>();
    Map<String, AuxOptions> auxiliaries = new HashMap<>();
    coins.forEach(
        (currency, section) -> {
          if (merged.isAuxiliary(currency)) {
            auxiliaries.put(currency, AuxOptions.from(section, data));
          } else {
            mains.put(currency, JobManagerOptions.from(section, data));
          }
          Coin.from(currency, section).ifPresent(coin -> known.put(currency, coin));
        });
    merged.check(known);
    SwitchingGroups groups = SwitchingGroups.from(root, merged);
    groups.check(known);
    faults.throwIfAnyAmongKnownKeys();
    Clock clock = Clock.systemUTC();
    JobStamps stamps = new JobStamps(clock);
    known.forEach(
        (currency, coin) -> {
          if (mains.containsKey(currency)) {
            List<AuxCoin> others =
                merged.auxiliariesOf(currency).stream()
                    .map(name -> new AuxCoin(known.get(name), auxiliaries.get(name)))
                    .toList();
            managers.add(
                new CoinJobManager(
                    vertx, node.node(), coin, mains.get(currency), others, stands, stamps, clock));
          }
        });
    if (!stands) {
      return;
    }
    if (vertx.isClustered()) {
      // Before anybody hears that there is a candidate here.
      prefixClaims =
          Topics.of(vertx)
              .extranonces(node.node())
              .serve(
                  claim ->
                      Future.succeededFuture(
                          prefixes.claim(claim, System.nanoTime(), stamps.last())));
    }
    Map<String, String> fingerprints = SourceFingerprints.of(merged, known, groups.coins());
    for (SwitchingOptions group : groups.options()) {
      Path termFile = data.resolve("terms").resolve("switching-" + group.name());
      switching.add(
          new SwitchingJobManager(
              vertx,
              node.node(),
              group,
              group.coins().stream().map(known::get).toList(),
              fingerprints.get(group.name()),
              clock,
              () -> Term.last(termFile),
              term -> Term.note(termFile, term)));
    }
  }
}
