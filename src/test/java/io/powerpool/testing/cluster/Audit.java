package io.powerpool.testing.cluster;

import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.cluster.ShareBook.Credit;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Compares what miners were told with the ledgers and the chain. What is wrong is told once: what
 * comes after is judged by itself.
 */
public final class Audit {

  /** What a process takes along when it dies without warning: more than the journal's 2 ms. */
  private static final long LAST_MOMENT_NANOS = Duration.ofMillis(100).toNanos();

  private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(45);
  private static final Duration LATE_DELIVERY_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
  private static final int MOST_TOLD = 8;

  private final PoolCluster cluster;
  private final MinerSwarm swarm;
  private final Ledgers ledgers;

  /** When nodes were killed, by place. */
  private final Map<Integer, List<Long>> kills = new HashMap<>();

  private final Set<String> told = new HashSet<>();
  private final Set<String> settled = new HashSet<>();
  private ShareBook.Snapshot last;

  Audit(PoolCluster cluster, MinerSwarm swarm) {
    this.cluster = cluster;
    this.swarm = swarm;
    this.ledgers = new Ledgers(cluster.nodes());
    this.last = swarm.snapshot();
  }

  /** From this moment on a node says nothing any more. */
  void killed(int node) {
    kills.computeIfAbsent(node, place -> new ArrayList<>()).add(System.nanoTime());
  }

  /**
   * Has the miners pause, waits until the ledgers and the chain have what they are owed, and has
   * them go on.
   *
   * @return figures for people
   * @throws AssertionError if a promise is broken, with all that are
   */
  String settle() {
    swarm.pause();
    try {
      await(ANSWER_LIMIT, () -> swarm.unanswered() == 0);
      ShareBook.Snapshot now = swarm.snapshot();
      await(DELIVERY_LIMIT, () -> shareFaults(now).isEmpty() && blockFaults(now).isEmpty());
      // What a node was killed with may be missing, but most of it only comes later than the rest.
      await(LATE_DELIVERY_LIMIT, () -> unsettledOfLastMoment(now) == 0);
      List<String> faults =
          new ArrayList<>(now.faults().subList(last.faults().size(), now.faults().size()));
      if (swarm.unanswered() > 0) {
        faults.add(swarm.unanswered() + " shares are not answered");
      }
      since(last.refusals(), now.refusals())
          .forEach((reason, count) -> faults.add(count + " shares refused: " + reason));
      ledgers
          .putAside()
          .forEach((entry, reason) -> faults.add("put aside: " + entry + ": " + reason));
      faults.addAll(shareFaults(now).values());
      faults.addAll(blockFaults(now).values());
      told.addAll(shareFaults(now).keySet());
      told.addAll(blockFaults(now).keySet());
      String figures = figures(now);
      last = now;
      if (!faults.isEmpty()) {
        throw new AssertionError(
            faults.size()
                + " promises broken: "
                + String.join("; ", faults.subList(0, Math.min(MOST_TOLD, faults.size())))
                + " ("
                + figures
                + ")");
      }
      return figures;
    } finally {
      swarm.resume();
    }
  }

  private String figures(ShareBook.Snapshot now) {
    long missing = missingOfLastMoment(now);
    List<ShareBook.Block> blocks = now.blocks().subList(last.blocks().size(), now.blocks().size());
    List<Integer> places = blocks.stream().map(this::confirmations).toList();
    return "shares %d, stale %d%s, blocks %d (%d in the chain, %d beside it), jobs %d"
        .formatted(
            now.accepted() - last.accepted(),
            now.stale() - last.stale(),
            missing == 0 ? "" : ", lost in the last moment of a killed node " + missing,
            blocks.size(),
            places.stream().filter(place -> place > 0).count(),
            places.stream().filter(place -> place < 0).count(),
            now.jobs() - last.jobs());
  }

  /** Connections whose shares are not in the ledgers as they should be. */
  private Map<String, String> shareFaults(ShareBook.Snapshot now) {
    Map<String, Long> sums = ledgers.accepted();
    Map<String, String> faults = new TreeMap<>();
    for (Credit credit : now.credits()) {
      long sum = sums.getOrDefault(credit.worker(), 0L);
      int least = credit.count() - lastMoment(credit);
      int most = credit.count() + credit.unanswered();
      if ((sum < least || sum > most) && !told.contains(credit.worker())) {
        faults.put(
            credit.worker(),
            "%s at node %d: %d accepted%s, %d in the ledgers"
                .formatted(
                    credit.worker(),
                    credit.node(),
                    credit.count(),
                    credit.unanswered() == 0 ? "" : " and " + credit.unanswered() + " not answered",
                    sum));
      }
    }
    return faults;
  }

  private long missingOfLastMoment(ShareBook.Snapshot now) {
    long missing = unsettledOfLastMoment(now);
    now.credits().stream()
        .filter(credit -> lastMoment(credit) > 0)
        .forEach(credit -> settled.add(credit.worker()));
    return missing;
  }

  private long unsettledOfLastMoment(ShareBook.Snapshot now) {
    Map<String, Long> sums = ledgers.accepted();
    return now.credits().stream()
        .filter(credit -> lastMoment(credit) > 0 && !settled.contains(credit.worker()))
        .mapToLong(credit -> credit.count() - sums.getOrDefault(credit.worker(), 0L))
        .map(missing -> Math.max(0, missing))
        .sum();
  }

  /** Of a connection that ended with its node: shares that were accepted just before. */
  private int lastMoment(Credit credit) {
    return kills.getOrDefault(credit.node(), List.of()).stream()
        .filter(killNanos -> credit.openedNanos() < killNanos)
        .mapToInt(killNanos -> credit.countAfter(killNanos - LAST_MOMENT_NANOS))
        .min()
        .orElse(0);
  }

  /** Blocks that no daemon, or no ledger, has heard of. */
  private Map<String, String> blockFaults(ShareBook.Snapshot now) {
    Map<String, String> outcomes = ledgers.blocks();
    Map<String, String> faults = new TreeMap<>();
    for (ShareBook.Block block : now.blocks()) {
      String hash = block.hash().toString();
      if (told.contains(hash) || settled.contains(hash)) {
        continue;
      }
      if (confirmations(block) == 0) {
        faults.put(hash, "block " + hash + " of node " + block.node() + " is at no daemon");
      } else if (!outcomes.containsKey(hash)) {
        faults.put(hash, "block " + hash + " of node " + block.node() + " is in no ledger");
      } else {
        settled.add(hash);
      }
    }
    return faults;
  }

  /**
   * How many blocks of the chain stand on it, itself included; −1 if it is valid and another one of
   * its height is in the chain; 0 if the daemon does not know it.
   */
  private int confirmations(ShareBook.Block block) {
    LitecoinNodes.Node daemon = cluster.livingDaemon();
    try {
      JsonObject header = (JsonObject) daemon.call("getblockheader", block.hash().toString());
      return header.getInteger("confirmations");
    } catch (IllegalStateException unknown) {
      return 0;
    }
  }

  private static Map<String, Integer> since(Map<String, Integer> before, Map<String, Integer> now) {
    Map<String, Integer> more = new TreeMap<>();
    now.forEach(
        (reason, count) -> {
          int added = count - before.getOrDefault(reason, 0);
          if (added > 0) {
            more.put(reason, added);
          }
        });
    return more;
  }

  /** What is still wrong when the time is over is told by whoever asks next. */
  private static void await(Duration limit, Supplier<Boolean> condition) {
    try {
      Awaitility.await().atMost(limit).pollInterval(Duration.ofMillis(250)).until(condition::get);
    } catch (ConditionTimeoutException e) {
      // Told in words by the caller.
    }
  }
}
