package io.powerpool.reporter;

import io.powerpool.cluster.ReporterHere;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** The reporters of the cluster that have been heard lately. Belongs to one event loop. */
final class HeardReporters {

  /** Five signs of life: a cluster that has lost a node is silent for one or two. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(5).toNanos();

  /** Who is there has been heard by then, even if one of his signs was lost. */
  private static final long LISTEN_NANOS = Duration.ofMillis(2_500).toNanos();

  private final LongSupplier clock;
  private final long startNanos;
  private final Map<String, Map<String, Heard>> byName = new HashMap<>();
  private final String node;
  private final Set<String> endedHere = new HashSet<>();

  /** What a node said last, and when. */
  private record Heard(ReporterHere here, long nanos) {}

  /**
   * Listens from now on.
   *
   * @param node this one's name
   */
  HeardReporters(String node, LongSupplier clock) {
    this.node = node;
    this.clock = clock;
    this.startNanos = clock.getAsLong();
  }

  void onHere(ReporterHere here) {
    Map<String, Heard> nodes = byName.computeIfAbsent(here.reporter(), name -> new TreeMap<>());
    if (here.store().isEmpty()) {
      nodes.remove(here.node());
      if (here.node().equals(node)) {
        endedHere.add(here.reporter());
      }
    } else {
      if (here.node().equals(node)) {
        endedHere.remove(here.reporter());
      }
      nodes.put(here.node(), new Heard(here, clock.getAsLong()));
    }
  }

  /** Whether a reporter of this node has said that it takes no more, and nothing since. */
  boolean hasEndedHere(String reporter) {
    return endedHere.contains(reporter);
  }

  /** Whether it is too early to say who is missing. */
  boolean listening() {
    return clock.getAsLong() - startNanos < LISTEN_NANOS;
  }

  /** Those of a name, ordered by their nodes. */
  List<ReporterHere> of(String reporter) {
    Map<String, Heard> nodes = byName.getOrDefault(reporter, Map.of());
    long now = clock.getAsLong();
    nodes.values().removeIf(heard -> now - heard.nanos > SILENCE_NANOS);
    return nodes.values().stream().map(Heard::here).toList();
  }
}
