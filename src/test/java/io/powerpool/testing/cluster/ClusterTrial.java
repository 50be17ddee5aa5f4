package io.powerpool.testing.cluster;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A cluster, its miners and the audit of both, for scenarios that follow each other. */
public final class ClusterTrial implements AutoCloseable {

  private static final Duration MINERS_LIMIT = Duration.ofSeconds(60);

  /** Blocks are found so far apart. */
  private static final Duration BLOCK_INTERVAL = Duration.ofSeconds(3);

  /** Mining before and after an event, in which figures are taken. */
  private static final Duration STEADY = Duration.ofSeconds(2);

  /** Nobody waits longer for a leader. */
  private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(20);

  /** What nodes say of each other may be old: longer than it takes to fall out with one. */
  private static final Duration THAWED = Duration.ofSeconds(4);

  private static final int MOST_ATTEMPTS = 3;

  /** Miners of all nodes, whoever leads. */
  public static final Function<PoolNode, IntPredicate> EVERYBODY = leader -> node -> true;

  /** All miners but those of the leader. */
  public static final Function<PoolNode, IntPredicate> MINERS_OF_OTHERS =
      leader -> node -> node != leader.place();

  private static final Duration EXIT_LIMIT = Duration.ofSeconds(30);

  private final PoolCluster cluster;
  private final MinerSwarm swarm;
  private final Path folder;
  private final Path jar;
  private final int rounds;
  private Audit audit;

  private ClusterTrial(PoolCluster cluster, MinerSwarm swarm, Path folder, Path jar, int rounds) {
    this.folder = folder;
    this.cluster = cluster;
    this.swarm = swarm;
    this.jar = jar;
    this.rounds = rounds;
  }

  /**
   * Starts all of it; returns when every miner has work.
   *
   * @param folder for all that is written; what is in it from before is deleted
   * @param rounds how often each scenario is run
   */
  public static ClusterTrial start(Path folder, Path jar, int nodes, int miners, int rounds) {
    long startNanos = System.nanoTime();
    delete(folder);
    PoolCluster cluster = new PoolCluster(folder, nodes);
    try {
      print("%s, %d miners".formatted(cluster.network().description(), miners));
      cluster.start(jar);
      Algorithm algorithm = Algorithms.byName("scrypt");
      ClusterTrial trial =
          new ClusterTrial(
              cluster,
              new MinerSwarm(
                  miners, cluster.hosts(), cluster.minerPort(), PoolCluster.ADDRESS, algorithm),
              folder,
              jar,
              rounds);
      trial.swarm.start();
      trial.awaitMiners();
      trial.audit = new Audit(cluster, trial.swarm);
      print("started in %.1f s".formatted((System.nanoTime() - startNanos) / 1e9));
      return trial;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  public PoolCluster cluster() {
    return cluster;
  }

  /** Runs a scenario in each round and audits it; in the end all has to be as at the beginning. */
  public void run(String name, Consumer<Figures> scenario) {
    for (int round = 1; round <= rounds; round++) {
      runOnce(rounds == 1 ? name : name + " (" + round + ")", scenario);
    }
  }

  private void runOnce(String name, Consumer<Figures> scenario) {
    for (int attempt = 1; !proves(name, scenario); attempt++) {
      if (attempt == MOST_ATTEMPTS) {
        throw new AssertionError(name + ": nothing proved in " + MOST_ATTEMPTS + " attempts");
      }
    }
  }

  /** Runs it; false if it has to be run again, for it has proved nothing. */
  private boolean proves(String name, Consumer<Figures> scenario) {
    final long startNanos = System.nanoTime();
    Figures figures = new Figures();
    try {
      awaitMinersAtHome();
      scenario.accept(figures);
      cluster.awaitWhole();
      awaitMiners();
    } catch (RuntimeException | AssertionError e) {
      figures.fault(String.valueOf(e.getMessage()));
    }
    audit.settle(figures);
    String line =
        "%s: %s; %.0f s"
            .formatted(
                name, String.join("; ", figures.words()), (System.nanoTime() - startNanos) / 1e9);
    print(line);
    if (!figures.faults().isEmpty()) {
      figures.faults().forEach(fault -> print("  BROKEN: " + fault));
      print("  what the nodes have written is in " + folder + "/*/output.txt");
      cluster.repair(jar);
      throw new AssertionError(name + ": " + figures.faults());
    }
    figures.unproven().forEach(text -> print("  AGAIN: " + text));
    return figures.unproven().isEmpty();
  }

  /** Waits until the cluster is whole; the node that leads. */
  public PoolNode leader() {
    return cluster.awaitWhole();
  }

  /** The first of the nodes that does not lead. */
  public PoolNode follower() {
    PoolNode leader = leader();
    return others(leader).get(0);
  }

  /** All nodes but one. */
  public List<PoolNode> others(PoolNode one) {
    return cluster.nodes().stream().filter(node -> node != one).toList();
  }

  /** Waits until a node's monitor complains of something. */
  public void awaitComplaint(PoolNode node, String words) {
    Awaitility.await(node.name() + " complains: " + words)
        .atMost(TAKE_OVER_LIMIT)
        .until(() -> node.ask("/health").map(JsonObject::encode).orElse("").contains(words));
  }

  /** As {@code kill -9}. */
  public void kill(PoolNode node) {
    audit.killed(node.place());
    node.kill();
  }

  /** Has it stand still, with its sockets open. */
  public void freeze(PoolNode node) {
    audit.frozen();
    node.freeze();
  }

  /** Has a frozen node go on, and waits until that has come about with all. */
  public void thaw(PoolNode node) {
    node.thaw();
    cluster.awaitWhole(THAWED);
  }

  /** Starts a node that does not run. */
  public void start(PoolNode node) {
    node.start(jar);
  }

  /**
   * Has something happen that takes the leader away, and measures how long miners are without news.
   * A block that is found at once, while nobody leads, has to be in the chain; then others find
   * blocks, too.
   *
   * @param limit for the first job of the next leader
   * @param miners from whom the figures are taken, and the block: by the leader that goes, which
   *     places of nodes are theirs
   * @param event what happens to the leader
   * @return that leader
   */
  public PoolNode takeOver(
      Figures figures,
      Duration limit,
      Function<PoolNode, IntPredicate> miners,
      Consumer<PoolNode> event) {
    cluster.foreignBlocks(true);
    mine(STEADY);
    cluster.foreignBlocks(false);
    cluster.awaitSameTip();
    Awaitility.await("all mine on the tip")
        .atMost(MINERS_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () -> swarm.parents().equals(Set.of(cluster.livingDaemon().call("getbestblockhash"))));
    // On a busy machine another may have taken it for dead meanwhile.
    PoolNode leader = leader();
    IntPredicate node = miners.apply(leader);
    MinerSwarm.Choice choice = new MinerSwarm.Choice(System.nanoTime(), node);
    swarm.takeLag();
    event.accept(leader);
    long goneNanos = System.nanoTime();
    swarm.orderBlock(node);
    try {
      Awaitility.await()
          .atMost(TAKE_OVER_LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> audit.isFirstInChain(goneNanos));
      figures.add(
          "a block found meanwhile in the chain after %.2f s"
              .formatted((System.nanoTime() - goneNanos) / 1e9));
    } catch (ConditionTimeoutException e) {
      figures.fault("the block that was found while nobody led is not in the chain");
    }
    cluster.foreignBlocks(true);
    try {
      mine(STEADY);
      awaitAll(() -> swarm.untilOtherTerm(choice));
      figures.add(
          "first job of the next leader", swarm.untilOtherTerm(choice), limit, swarm.takeLag());
      figures.add("job gap", swarm.gaps(choice, choice.momentNanos(), System.nanoTime()));
    } finally {
      cluster.foreignBlocks(false);
    }
    return leader;
  }

  /**
   * Has something happen to a node that takes its miners away, and measures how long they are.
   *
   * @param limit for their first job from another node
   */
  public void moveMiners(Figures figures, Duration limit, PoolNode from, Runnable event) {
    mine(STEADY);
    MinerSwarm.Choice choice =
        new MinerSwarm.Choice(System.nanoTime(), node -> node == from.place());
    swarm.takeLag();
    event.run();
    mine(STEADY);
    awaitAll(() -> swarm.untilOtherNode(choice));
    figures.add(
        "first job from another node", swarm.untilOtherNode(choice), limit, swarm.takeLag());
  }

  /**
   * Cuts a node off from the others for a while in which blocks are found on both sides; some of
   * the cut side have to be in the chain before the end of it.
   */
  public void cutOff(Figures figures, PoolNode node, Duration time) {
    MinerSwarm.Choice choice = new MinerSwarm.Choice(System.nanoTime(), at -> at == node.place());
    audit.cut();
    cluster.network().cut(node.place());
    try {
      while (System.nanoTime() < choice.momentNanos() + time.toNanos()) {
        mine(BLOCK_INTERVAL, () -> swarm.orderBlock(at -> at == node.place()));
        mine(BLOCK_INTERVAL, () -> swarm.orderBlock(at -> at != node.place()));
      }
      figures.add("first job of a leader of its own", swarm.untilOtherTerm(choice));
      int inChain = audit.inChain(node.place(), choice.momentNanos());
      figures.add("blocks of the node that was cut off and in the chain meanwhile " + inChain);
      if (inChain == 0) {
        figures.fault("no block of the node that was cut off is in the chain");
      }
    } finally {
      cluster.network().heal(node.place());
    }
    long healedNanos = System.nanoTime();
    cluster.awaitWhole();
    audit.healed();
    figures.add(
        "one cluster again after %.1f s".formatted((System.nanoTime() - healedNanos) / 1e9));
  }

  /** A jar with the same code that calls itself another version. */
  public Path otherVersion(String version) {
    return OtherVersion.of(jar, folder, version);
  }

  /** What a node calls itself to miners who ask. */
  public String version(PoolNode node) {
    // Its port opens when its extranonce prefix is granted, which may be after it is up.
    return Awaitility.await()
        .atMost(TAKE_OVER_LIMIT)
        .ignoreExceptions()
        .until(() -> swarm.askVersion(node.place()), Objects::nonNull);
  }

  private static void awaitAll(Supplier<long[]> times) {
    try {
      Awaitility.await()
          .atMost(TAKE_OVER_LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                long[] now = times.get();
                return now.length > 0 && now[now.length - 1] != Long.MAX_VALUE;
              });
    } catch (ConditionTimeoutException e) {
      // Told by the figures.
    }
  }

  /** Ends a node as its service manager would, starts it from a jar, and waits for it. */
  public void restart(Figures figures, PoolNode node, Path from) {
    node.terminate();
    comeBack(figures, node, from);
  }

  /** How often miners have been told to connect elsewhere, up to now. */
  public int reconnects() {
    return swarm.reconnects();
  }

  /** Waits for the end of a node that was asked to end, starts it from a jar, and waits for it. */
  public void comeBack(Figures figures, PoolNode node, Path from) {
    int code = node.exitCode(EXIT_LIMIT);
    if (code != 0) {
      figures.fault(node.name() + " ended with " + code);
    }
    node.start(from);
    cluster.awaitWhole();
  }

  /** Lets the miners mine for a while, with a block now and then, the first one at once. */
  public void mine(Duration time) {
    mine(time, swarm::orderBlock);
  }

  private void mine(Duration time, Runnable order) {
    long endNanos = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < endNanos) {
      order.run();
      long nextNanos = Math.min(endNanos, System.nanoTime() + BLOCK_INTERVAL.toNanos());
      Awaitility.await("a block is found")
          .pollInterval(Duration.ofMillis(20))
          .atMost(BLOCK_INTERVAL.plusSeconds(10))
          .until(() -> System.nanoTime() >= nextNanos && swarm.ordered() == 0);
    }
  }

  /** How many blocks miners have solved up to now. */
  public int blocks() {
    return swarm.snapshot().blocks().size();
  }

  private void awaitMinersAtHome() {
    Awaitility.await("all miners are back where they began")
        .atMost(MINERS_LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(swarm::goHome);
  }

  /** Waits until every miner has work. */
  public void awaitMiners() {
    Awaitility.await("all miners mine")
        .atMost(MINERS_LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> swarm.mining() == swarm.size());
  }

  @Override
  public void close() {
    swarm.close();
    cluster.close();
  }

  /** A line for whoever runs the tests. */
  public static void print(String line) {
    System.out.println("[cluster] " + line);
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
