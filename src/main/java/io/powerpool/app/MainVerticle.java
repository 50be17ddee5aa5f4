package io.powerpool.app;

import io.powerpool.agent.AgentVerticle;
import io.powerpool.algorithm.Algorithm;
import io.powerpool.cluster.NodeName;
import io.powerpool.coin.Coin;
import io.powerpool.compute.ComputePool;
import io.powerpool.jobmanager.JobManagerVerticle;
import io.powerpool.monitor.MonitorVerticle;
import io.powerpool.monitor.NodeState;
import io.powerpool.reporter.JournalShipper;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ReporterVerticle;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.share.BlockReport;
import io.powerpool.signal.SignalVerticle;
import io.powerpool.stratum.BlockFinder;
import io.powerpool.stratum.Clocks;
import io.powerpool.stratum.PortOptions;
import io.powerpool.stratum.PrefixLease;
import io.powerpool.stratum.PrefixVerticle;
import io.powerpool.stratum.SettingsVerticle;
import io.powerpool.stratum.StratumNode;
import io.powerpool.stratum.StratumOptions;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole node in one verticle: runs the configured roles, each started after those it needs, and
 * stops them the other way round. The journal is open before the first miner can connect and is
 * closed after the last one is gone.
 */
public final class MainVerticle extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(MainVerticle.class);

  private final Optional<Role> only;
  private final int stratumInstances;
  private final Consumer<BlockReport> observer;
  private JsonObject values;
  private ShareJournal journal;
  private JournalShipper shipper;
  private ComputePool compute;
  private BlockFinder blocks;
  private Optional<JobManagerVerticle> jobManager = Optional.empty();
  private StratumInstances stratum;
  private Optional<AgentVerticle> agents = Optional.empty();
  private NodeDrain drain;
  private volatile boolean up;

  /** Runs the roles that the configuration names. */
  public MainVerticle() {
    this(Optional.empty(), 0, report -> {});
  }

  /**
   * @param only the one role to run, whatever the configuration names
   * @param stratumInstances how many event loops serve miners; 0 for one per core
   * @param observer is told about the blocks that miners of this node find
   */
  MainVerticle(Optional<Role> only, int stratumInstances, Consumer<BlockReport> observer) {
    this.only = only;
    this.stratumInstances = stratumInstances;
    this.observer = observer;
  }

  @Override
  public void start(Promise<Void> started) {
    // A configuration made for one role has only what that role needs.
    values = only.map(role -> role.alone(config())).orElseGet(this::config);
    PoolConfig config = PoolConfig.from(values);
    drain = new NodeDrain(vertx, config.drain());
    Stages stages = new Stages(vertx);
    Future<Void> roles = NodeName.claim(vertx, config.node().node());
    for (Role role : Role.values()) {
      if (config.roles().contains(role)) {
        roles = roles.compose(ready -> start(role, config, stages));
      }
    }
    roles
        .onSuccess(
            ready -> {
              up = true;
              log.info("{} is up, node {}", config.node().poolName(), config.node().node());
            })
        .onComplete(started);
  }

  /**
   * Takes the node out of service, so that it can be ended without anybody losing anything. On any
   * thread. Completed, never failed, when that is done; at once while it is not up.
   */
  Future<Void> drain() {
    if (!up) {
      return Future.succeededFuture();
    }
    return drain.begin(
        jobManager,
        stratum == null ? List.of() : stratum.verticles(),
        agents,
        Optional.ofNullable(blocks),
        Optional.ofNullable(journal),
        Optional.ofNullable(shipper));
  }

  private NodeState state() {
    if (!up) {
      return NodeState.STARTING;
    }
    return drain.underWay() ? NodeState.DRAINING : NodeState.UP;
  }

  @Override
  public void stop(Promise<Void> stopped) {
    Future<Void> closed = blocks == null ? Future.succeededFuture() : blocks.close();
    closed
        .otherwiseEmpty()
        .compose(
            nothing ->
                vertx.<Void>executeBlocking(
                    () -> {
                      if (compute != null) {
                        compute.close();
                      }
                      if (journal != null) {
                        journal.close();
                      }
                      return null;
                    }))
        .onComplete(stopped);
  }

  private Future<Void> start(Role role, PoolConfig config, Stages stages) {
    return switch (role) {
      case MONITOR ->
          deploy(
                  stages,
                  () ->
                      new MonitorVerticle(
                          config.monitor(),
                          config.settings(),
                          config.node().node(),
                          this::state,
                          minerPorts(config)),
                  1)
              .recover(
                  cause ->
                      notListening(
                          cause, config.monitor().address() + ":" + config.monitor().port()));
      case REPORTER ->
          deploy(
              stages,
              () ->
                  new ReporterVerticle(
                      config.reporters(), config.node().node(), config.node().dataDirectory()),
              1);
      case JOBMANAGER -> {
        jobManager = Optional.of(new JobManagerVerticle());
        yield deploy(stages, jobManager::get, 1);
      }
      case STRATUM -> startStratum(config, stages);
      case AGENT -> startAgents(config, stages);
      case SIGNAL -> startSignal(config, stages);
    };
  }

  private Future<Void> startSignal(PoolConfig config, Stages stages) {
    if (!config.signal().enabled()) {
      return Future.succeededFuture();
    }
    return deploy(
            stages,
            () ->
                new SignalVerticle(config.signal(), config.node().node(), config.coins().keySet()),
            1)
        .recover(
            cause -> notListening(cause, config.signal().address() + ":" + config.signal().port()));
  }

  private Future<Void> startStratum(PoolConfig config, Stages stages) {
    return openJournal(config, stages)
        .compose(
            open -> {
              blocks =
                  new BlockFinder(
                      vertx,
                      config.node().node(),
                      config.node().dataDirectory().resolve("solved"),
                      this::onBlock);
              return blocks.start();
            })
        .compose(ready -> startReserve(config, stages))
        .compose(ready -> startMinerPorts(config, stages));
  }

  /**
   * Where miners are served there is someone to hand a block in while no leader can be reached, and
   * to compare settings with the leaders'.
   */
  private Future<Void> startReserve(PoolConfig config, Stages stages) {
    boolean needed = vertx.isClustered() && !config.roles().contains(Role.JOBMANAGER);
    if (!needed) {
      return Future.succeededFuture();
    }
    return deploy(stages, () -> new JobManagerVerticle(false), 1)
        .recover(
            cause -> {
              log.warn(
                  "blocks that are solved here while no job manager can be reached will wait: {}",
                  cause.getMessage());
              return Future.succeededFuture();
            })
        .compose(
            kept ->
                deploy(
                    stages,
                    () -> new SettingsVerticle(config.node().node(), config.fingerprints()),
                    1));
  }

  private Future<Void> startAgents(PoolConfig config, Stages stages) {
    if (config.agents().isEmpty()) {
      return Future.succeededFuture();
    }
    String places =
        config.agents().stream()
            .map(port -> port.host() + ":" + port.port())
            .collect(Collectors.joining(" or "));
    return openJournal(config, stages)
        .compose(
            open -> {
              agents =
                  Optional.of(new AgentVerticle(config.agents(), config.node().node(), journal));
              return deploy(stages, agents::get, 1);
            })
        .recover(cause -> notListening(cause, places));
  }

  /** Whoever is first to need it opens it and has it delivered. */
  private Future<Void> openJournal(PoolConfig config, Stages stages) {
    if (journal != null) {
      return Future.succeededFuture();
    }
    String node = config.node().node();
    // Rig agents may be served by a process of their own, beside one that serves miners.
    String folder = only.filter(role -> role == Role.AGENT).isPresent() ? "agents" : "journal";
    List<String> reporters = config.reporters().stream().map(ReporterOptions::name).toList();
    boolean reportsItself = only.isEmpty() && config.roles().contains(Role.REPORTER);
    return vertx
        .executeBlocking(
            () ->
                ShareJournal.open(
                    config.node().dataDirectory().resolve(folder), config.journal(), reporters))
        .compose(
            opened -> {
              journal = opened;
              shipper =
                  new JournalShipper(opened, node, reporters, reportsItself, config.shipping());
              return deploy(stages, () -> shipper, 1);
            });
  }

  private Future<Void> startMinerPorts(PoolConfig config, Stages stages) {
    List<Algorithm> algorithms =
        config.coins().values().stream().map(Coin::algorithm).distinct().toList();
    if (algorithms.stream().anyMatch(Algorithm::slow)) {
      compute = new ComputePool(config.compute().threads(), config.compute().queueLimit());
    }
    // Event loops hash one by one.
    algorithms.stream()
        .filter(algorithm -> algorithm.slow() || algorithm.preparesSingleHash())
        .forEach(this::prepare);
    Optional<PrefixLease> lease =
        vertx.isClustered() ? Optional.of(lease(config)) : Optional.empty();
    StratumNode node =
        new StratumNode(
            config.node().node(),
            config.stratum(),
            config.coins(),
            config.switching(),
            journal,
            blocks,
            OpenFiles.connections(config.stratum().maxConnections()),
            lease);
    stratum = new StratumInstances(node, compute, Clocks.SYSTEM, Main.Version.own());
    String places =
        config.stratum().ports().stream()
            .map(port -> port.host() + ":" + port.port())
            .collect(Collectors.joining(" or "));
    Future<Void> claiming =
        lease.isPresent()
            ? deploy(stages, () -> new PrefixVerticle(lease.get()), 1)
            : Future.succeededFuture();
    return claiming
        .compose(begun -> deploy(stages, stratum, instanceCount(config)))
        .recover(cause -> notListening(cause, places));
  }

  private static PrefixLease lease(PoolConfig config) {
    StratumOptions options = config.stratum();
    SecureRandom random = new SecureRandom();
    return new PrefixLease(
        config.node().node(),
        random.nextLong(),
        options.extranoncePrefixBits(),
        options.extranoncePrefixGiven()
            ? OptionalInt.of(options.extranoncePrefix())
            : OptionalInt.empty(),
        options.jobLifetime().plus(options.resumeTimeout()),
        random);
  }

  /** Meanwhile the function's headers are hashed one by one: no miner waits for it. */
  private void prepare(Algorithm algorithm) {
    vertx
        .executeBlocking(algorithm::prepare, false)
        .onSuccess(finding -> finding.ifPresent(log::info))
        .onFailure(cause -> log.warn("{} stays hashed one by one", algorithm.name(), cause));
  }

  /** The network's own failure does not say where it is, and is of another class for each kind. */
  private static Future<Void> notListening(Throwable cause, String places) {
    if (!(cause instanceof IOException)) {
      return Future.failedFuture(cause);
    }
    BindException named =
        new BindException("cannot listen on " + places + ": " + cause.getMessage());
    named.initCause(cause);
    return Future.failedFuture(named);
  }

  private CompletionStage<Void> onBlock(BlockReport report, int chain) {
    CompletionStage<Void> kept = journal.onBlock(report, chain);
    observer.accept(report);
    return kept;
  }

  /** Instances share a port only if its number is known. */
  private int instanceCount(PoolConfig config) {
    if (config.stratum().ports().stream().anyMatch(port -> port.port() == 0)) {
      return 1;
    }
    return stratumInstances > 0 ? stratumInstances : Runtime.getRuntime().availableProcessors();
  }

  /** Of this process: each with how many event loops serve it. */
  private Map<String, Integer> minerPorts(PoolConfig config) {
    int instances = instanceCount(config);
    return config.roles().contains(Role.STRATUM)
        ? config.stratum().ports().stream()
            .collect(Collectors.toMap(PortOptions::component, port -> instances, Integer::max))
        : Map.of();
  }

  private Future<Void> deploy(Stages stages, Supplier<Verticle> verticle, int instances) {
    return stages.deploy(
        verticle, new DeploymentOptions().setConfig(values).setInstances(instances));
  }
}
