package io.powerpool.testing.cluster;

import io.powerpool.testing.cluster.ShareBook.Credit;
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

  private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(45);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(15);
  private static final int MOST_TOLD = 8;

  private final MinerSwarm swarm;
  private final Ledgers ledgers;
  private final BlockAudit blocks;

  /** When nodes were killed, by place. */
  private final Map<Integer, List<Long>> kills = new HashMap<>();

  /** When the network was cut, from and until. */
  private final List<long[]> cuts = new ArrayList<>();

  private final Set<String> told = new HashSet<>();
  private ShareBook.Snapshot last;

  /** Whether answers may have got lost since the last {@link #settle}. */
  private boolean disturbed;

  Audit(PoolCluster cluster, MinerSwarm swarm) {
    this.swarm = swarm;
    this.ledgers = new Ledgers(cluster.nodes());
    this.blocks = new BlockAudit(cluster, ledgers, new Events());
    this.last = swarm.snapshot();
  }

  /** From this moment on a node says nothing any more. */
  void killed(int node) {
    disturbed = true;
    kills.computeIfAbsent(node, place -> new ArrayList<>()).add(System.nanoTime());
  }

  /** A node answers nobody for a while. */
  void frozen() {
    disturbed = true;
  }

  /** From this moment on nodes do not hear each other. */
  void cut() {
    disturbed = true;
    cuts.add(new long[] {System.nanoTime(), Long.MAX_VALUE});
  }

  /** They hear each other again, and agree. */
  void healed() {
    cuts.get(cuts.size() - 1)[1] = System.nanoTime();
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
      blocks.bury(now);
      await(DELIVERY_LIMIT, () -> shareFaults(now).isEmpty() && blockFaults(now).isEmpty());
      blocks.lookAgain();
      figures.add(figures(now));
      now.faults().stream().skip(last.faults().size()).limit(MOST_TOLD).forEach(figures::fault);
      if (swarm.unanswered() > 0) {
        figures.fault(swarm.unanswered() + " shares are not answered");
      }
      long lost = now.unanswered() - last.unanswered();
      if (lost > 0) {
        figures.add("never answered " + lost);
        if (!disturbed) {
          figures.fault(lost + " shares never answered, though no node was killed");
        }
      }
      disturbed = false;
      if (now.givenUp() > last.givenUp()) {
        figures.add("miners that gave up waiting " + (now.givenUp() - last.givenUp()));
      }
      since(last.refusals(), now.refusals())
          .forEach((reason, count) -> figures.fault(count + " shares refused: " + reason));
      ledgers
          .putAside()
          .forEach((entry, reason) -> figures.fault("put aside: " + entry + ": " + reason));
      tell(shareFaults(now), figures);
      tell(blockFaults(now), figures);
      tell(untold(ledgers.doubles()), figures);
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
            .filter(block -> blocks.confirmations(block) > 0)
            .count();
  }

  /** Whether the first block that was solved after a moment is in the chain. */
  boolean isFirstInChain(long momentNanos) {
    return swarm.snapshot().blocks().stream()
        .filter(block -> block.nanos() > momentNanos)
        .findFirst()
        .map(block -> blocks.confirmations(block) > 0)
        .orElse(false);
  }

  private void tell(Map<String, String> faults, Figures figures) {
    faults.values().stream().limit(MOST_TOLD).forEach(figures::fault);
    if (faults.size() > MOST_TOLD) {
      figures.fault(faults.size() - MOST_TOLD + " more like these");
    }
    told.addAll(faults.keySet());
  }

  private String figures(ShareBook.Snapshot now) {
    List<ShareBook.Block> found = now.blocks().subList(last.blocks().size(), now.blocks().size());
    long inChain = found.stream().filter(block -> blocks.confirmations(block) > 0).count();
    return "shares %d, stale %d, blocks %d (%d in the chain, %d beside it), jobs %d"
        .formatted(
            now.accepted() - last.accepted(),
            now.stale() - last.stale(),
            found.size(),
            inChain,
            found.size() - inChain,
            now.jobs() - last.jobs());
  }

  /** Connections whose shares are not in the ledgers as they should be. */
  private Map<String, String> shareFaults(ShareBook.Snapshot now) {
    Map<String, Long> sums = ledgers.accepted();
    Map<String, String> faults = new TreeMap<>();
    for (Credit credit : now.credits()) {
      long sum = sums.getOrDefault(credit.worker(), 0L);
      int most = credit.count() + credit.unanswered();
      if ((sum < credit.count() || sum > most) && !told.contains(credit.worker())) {
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

  private Map<String, String> blockFaults(ShareBook.Snapshot now) {
    return untold(blocks.faults(now));
  }

  private Map<String, String> untold(Map<String, String> faults) {
    faults.keySet().removeAll(told);
    return faults;
  }

  /** What happened, by the clock of the miners. */
  private final class Events implements BlockAudit.Trouble {

    @Override
    public boolean killed(int node, long momentNanos, Duration time) {
      return kills.getOrDefault(node, List.of()).stream()
          .anyMatch(
              killNanos -> killNanos >= momentNanos && killNanos - momentNanos <= time.toNanos());
    }

    @Override
    public boolean cut(long momentNanos) {
      return cuts.stream().anyMatch(cut -> cut[0] <= momentNanos && momentNanos <= cut[1]);
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
      Awaitility.await()
          .atMost(limit)
          .pollInterval(Duration.ofMillis(250))
          .ignoreExceptions()
          .until(condition::get);
    } catch (ConditionTimeoutException e) {
      // Told in words by the caller.
    }
  }
}
