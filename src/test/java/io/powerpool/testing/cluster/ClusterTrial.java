package io.powerpool.testing.cluster;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A cluster, its miners and the audit of both, for scenarios that follow each other. */
public final class ClusterTrial implements AutoCloseable {

  private static final Duration MINERS_LIMIT = Duration.ofSeconds(60);

  /** Blocks are found so far apart. */
  private static final Duration BLOCK_INTERVAL = Duration.ofSeconds(3);

  private final PoolCluster cluster;
  private final MinerSwarm swarm;
  private Audit audit;

  private ClusterTrial(PoolCluster cluster, MinerSwarm swarm) {
    this.cluster = cluster;
    this.swarm = swarm;
  }

  /**
   * Starts all of it; returns when every miner has work.
   *
   * @param folder for all that is written; what is in it from before is deleted
   */
  public static ClusterTrial start(Path folder, Path jar, int nodes, int miners) {
    long startNanos = System.nanoTime();
    delete(folder);
    PoolCluster cluster = new PoolCluster(folder, nodes);
    try {
      print("%s, %d miners".formatted(cluster.network().description(), miners));
      cluster.start(jar);
      Algorithm algorithm = Algorithms.byName("scrypt");
      algorithm.prepare();
      ClusterTrial trial =
          new ClusterTrial(
              cluster,
              new MinerSwarm(
                  miners, cluster.hosts(), cluster.minerPort(), PoolCluster.ADDRESS, algorithm));
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

  public MinerSwarm swarm() {
    return swarm;
  }

  /**
   * Runs a scenario and audits it.
   *
   * @param scenario returns its own figures
   */
  public void run(String name, Supplier<String> scenario) {
    long startNanos = System.nanoTime();
    String figures = scenario.get();
    awaitMiners();
    long[] gaps = swarm.gaps(startNanos, System.nanoTime());
    String audited;
    try {
      audited = audit.settle();
    } catch (AssertionError e) {
      print("%s: FAILED: %s".formatted(name, e.getMessage()));
      tellTroubles();
      throw e;
    }
    print(
        "%s: %s%s; job gap %s; %.0f s"
            .formatted(
                name,
                figures.isEmpty() ? "" : figures + "; ",
                audited,
                spread(gaps),
                (System.nanoTime() - startNanos) / 1e9));
  }

  /** Lets the miners mine for a while, with a block now and then. */
  public void mine(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < endNanos) {
      swarm.orderBlock();
      long nextNanos = Math.min(endNanos, System.nanoTime() + BLOCK_INTERVAL.toNanos());
      Awaitility.await()
          .pollInterval(Duration.ofMillis(20))
          .atMost(BLOCK_INTERVAL.plusSeconds(10))
          .until(() -> System.nanoTime() >= nextNanos && swarm.ordered() == 0);
    }
  }

  /** Blocks that miners have solved up to now. */
  public int blocks() {
    return swarm.snapshot().blocks().size();
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

  /** The middle one, the 99th of a hundred, and the last of ascending times, as seconds. */
  static String spread(long[] nanos) {
    return String.format(
        Locale.ROOT,
        "p50 %.2f p99 %.2f max %.2f s",
        nanos[nanos.length / 2] / 1e9,
        nanos[(int) Math.min(nanos.length - 1L, Math.round(nanos.length * 0.99))] / 1e9,
        nanos[nanos.length - 1] / 1e9);
  }

  private void tellTroubles() {
    for (PoolNode node : cluster.nodes()) {
      List<String> troubles = node.troubles(10);
      troubles.forEach(line -> print("  " + node.name() + ": " + line));
    }
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

  private static void print(String line) {
    System.out.println("[cluster] " + line);
  }
}
