package io.powerpool.monitor;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last status report of every instance in the cluster. Ages are counted from when a report
 * arrived, for other nodes' clocks may be off. Used by one thread.
 */
final class StatusBoard {

  /** Reports come each second; an instance unheard for this long no longer counts. */
  static final Duration SILENT_AFTER = Duration.ofSeconds(10);

  /** A silent instance is complained about until then, and then forgotten. */
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(2);

  /** Shares are summed by minute. Reports take a fraction of a second, from a frozen node some. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

  /** Far above any real cluster: 100 nodes of 100 instances. */
  static final int MAX_SOURCES = 10_000;

  /** The types in the order in which people look for them; others follow. */
  private static final List<String> TYPE_ORDER =
      List.of(
          Component.PROCESS,
          Component.JOB_MANAGER,
          Component.AUX_MANAGER,
          Component.SWITCHING,
          Component.STRATUM,
          Component.JOURNAL,
          Component.REPORTER,
          Component.SIGNAL);

  private static final Comparator<ComponentId> ORDER =
      Comparator.comparingInt(
              (ComponentId id) ->
                  TYPE_ORDER.contains(id.type) ? TYPE_ORDER.indexOf(id.type) : TYPE_ORDER.size())
          .thenComparing(ComponentId::type)
          .thenComparing(ComponentId::name);

  private record Source(String node, String component, int instance) {}

  /**
   * @param ahead of our clock the report's time was when it came, in milliseconds; what it took is
   *     not known
   */
  private record Heard(StatusReport report, long atNanos, long ahead) {}

  private record ComponentId(String type, String name) {}

  private final Map<Source, Heard> reports = new HashMap<>();

  void onReport(StatusReport report, long nowNanos, long nowMillis) {
    Source source = new Source(report.node(), report.component(), report.instance());
    if (reports.size() < MAX_SOURCES || reports.containsKey(source)) {
      reports.put(source, new Heard(report, nowNanos, report.epochMillis() - nowMillis));
    }
  }

  /** Drops what has been silent for too long. */
  void forget(long nowNanos) {
    reports.values().removeIf(heard -> olderThan(FORGOTTEN_AFTER, heard, nowNanos));
  }

  /** Every component that reports, in a fixed order. */
  List<Component> components(long nowNanos) {
    Map<ComponentId, List<Heard>> groups = new TreeMap<>(ORDER);
    for (Heard heard : reports.values()) {
      if (!olderThan(SILENT_AFTER, heard, nowNanos)) {
        ComponentId id = new ComponentId(heard.report.type(), heard.report.component());
        groups.computeIfAbsent(id, key -> new ArrayList<>()).add(heard);
      }
    }
    return groups.entrySet().stream()
        .map(group -> merge(group.getKey(), group.getValue()))
        .toList();
  }

  /** What every node that is heard reports, in the order of their names and their components. */
  Map<String, List<StatusReport>> nodes(long nowNanos) {
    Map<String, List<StatusReport>> nodes = new TreeMap<>();
    reports.values().stream()
        .filter(heard -> !olderThan(SILENT_AFTER, heard, nowNanos))
        .map(Heard::report)
        .sorted(
            Comparator.comparing(StatusReport::component).thenComparingInt(StatusReport::instance))
        .forEach(
            report -> nodes.computeIfAbsent(report.node(), key -> new ArrayList<>()).add(report));
    return nodes;
  }

  /** The component of this name; of several the first in {@link #components} order. */
  Optional<Component> component(String name, long nowNanos) {
    return components(nowNanos).stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** The instances that have fallen silent, in words. */
  List<String> silent(long nowNanos) {
    return reports.entrySet().stream()
        .filter(entry -> olderThan(SILENT_AFTER, entry.getValue(), nowNanos))
        .map(entry -> silence(entry.getKey(), entry.getValue(), nowNanos))
        .sorted()
        .toList();
  }

  /** The nodes whose clocks are not this one's, in words. */
  List<String> clocks(long nowNanos) {
    Map<String, Heard> latest = new TreeMap<>();
    for (Heard heard : reports.values()) {
      if (!olderThan(SILENT_AFTER, heard, nowNanos)) {
        latest.merge(
            heard.report.node(), heard, (one, two) -> one.atNanos > two.atNanos ? one : two);
      }
    }
    return latest.entrySet().stream()
        .filter(node -> Math.abs(node.getValue().ahead) > CLOCKS_DIFFER.toMillis())
        .map(
            node ->
                "the clock of node %s is %d s %s this node's: its shares are written down so"
                    .formatted(
                        node.getKey(),
                        Math.round(Math.abs(node.getValue().ahead) / 1000.0),
                        node.getValue().ahead > 0 ? "ahead of" : "behind"))
        .toList();
  }

  private static String silence(Source source, Heard heard, long nowNanos) {
    long seconds = Duration.ofNanos(nowNanos - heard.atNanos).toSeconds();
    return "%s %s on node %s has been silent for %d s"
        .formatted(heard.report.type(), source.component, source.node, seconds);
  }

  private static Component merge(ComponentId id, List<Heard> group) {
    // By node and instance first, so that equal times do not reorder from one second to the next.
    group.sort(
        Comparator.comparing((Heard heard) -> heard.report.node())
            .thenComparing(heard -> heard.report.instance()));
    List<JsonObject> parts = group.stream().map(heard -> heard.report.body()).toList();
    List<JsonObject> oldestFirst =
        group.stream()
            .sorted(Comparator.comparingLong(Heard::atNanos))
            .map(heard -> heard.report.body())
            .toList();
    List<String> nodes = group.stream().map(heard -> heard.report.node()).distinct().toList();
    return new Component(id.type, id.name, nodes, parts, StatusMerge.merge(oldestFirst));
  }

  private static boolean olderThan(Duration age, Heard heard, long nowNanos) {
    return nowNanos - heard.atNanos > age.toNanos();
  }
}
