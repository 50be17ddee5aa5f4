package io.powerpool.testing.cluster;

import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.cluster.ShareBook.Credit;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * them go on; promises that are broken become faults.
   */
  void settle(Figures figures) {
    swarm.pause();
    try {
      await(ANSWER_LIMIT, () -> swarm.unanswered() == 0);
      ShareBook.Snapshot now = swarm.snapshot();
      await(DELIVERY_LIMIT, () -> shareFaults(now).isEmpty() && blockFaults(now).isEmpty());
      // What a node was killed with may be missing, but most of it only comes later than the rest.
      await(LATE_DELIVERY_LIMIT, () -> unsettledOfLastMoment(now) == 0);
      figures.add(figures(now));
      now.faults().stream().skip(last.faults().size()).limit(MOST_TOLD).forEach(figures::fault);
      if (swarm.unanswered() > 0) {
        figures.fault(swarm.unanswered() + " shares are not answered");
      }
      since(last.refusals(), now.refusals())
          .forEach((reason, count) -> figures.fault(count + " shares refused: " + reason));
      ledgers
          .putAside()
          .forEach((entry, reason) -> figures.fault("put aside: " + entry + ": " + reason));
      tell(shareFaults(now), figures);
      tell(blockFaults(now), figures);
      last = now;
    } finally {
      swarm.resume();
    }
  }

  /** How many blocks that a node's miners have solved since a moment are in the chain. */
  int inChain(int node, long momentNanos) {
    return (int)
        swarm.snapshot().blocks().stream()
            .filter(block -> block.node() == node && block.nanos() > momentNanos)
            .filter(block -> confirmations(block) > 0)
            .count();
  }

  private void tell(Map<String, String> faults, Figures figures) {
    faults.values().stream().limit(MOST_TOLD).forEach(figures::fault);
    if (faults.size() > MOST_TOLD) {
      figures.fault(faults.size() - MOST_TOLD + " more like these");
    }
    told.addAll(faults.keySet());
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
            "%s at node %d: %d accepted%s, %d in the ledgers%s"
                .formatted(
                    credit.worker(),
                    credit.node(),
                    credit.count(),
                    credit.unanswered() == 0 ? "" : " and " + credit.unanswered() + " not answered",
                    sum,
                    end(credit)));
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
    return death(credit)
        .map(killNanos -> credit.countAfter(killNanos - LAST_MOMENT_NANOS))
        .orElse(0);
  }

  /** In words, when the last shares of a connection that ended with its node were accepted. */
  private String end(Credit credit) {
    return death(credit)
        .map(killNanos -> ", accepted before the kill: " + credit.agesInMillis(killNanos))
        .orElse("");
  }

  /** When the node of a connection was killed under it. */
  private Optional<Long> death(Credit credit) {
    return kills.getOrDefault(credit.node(), List.of()).stream()
        .filter(killNanos -> killNanos > credit.openedNanos())
        .min(Comparator.naturalOrder());
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
