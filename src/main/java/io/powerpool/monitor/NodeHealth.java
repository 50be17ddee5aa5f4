package io.powerpool.monitor;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Whether miners should be sent to this node rather than another: what is wrong with all of the
 * pool alike is left aside, or a balancer would take every node out for it.
 *
 * @param faults why this node cannot serve miners or keep what they do, in plain words
 */
record NodeHealth(String node, NodeState state, List<String> faults) {

  /**
   * Judges by what the node's verticles have reported.
   *
   * @param ports the components that are to serve miners here, each with how many event loops do
   * @param reports of this node, but for those that are too old to count
   */
  static NodeHealth of(
      String node, NodeState state, Map<String, Integer> ports, List<StatusReport> reports) {
    List<String> faults =
        Stream.concat(
                reports.stream().map(NodeHealth::fault),
                ports.entrySet().stream()
                    .map(port -> silence(port.getKey(), port.getValue(), reports)))
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList();
    return new NodeHealth(node, state, faults);
  }

  /** An event loop that hangs accepts miners and answers none; or null. */
  private static String silence(String port, int loops, List<StatusReport> reports) {
    long heard =
        reports.stream()
            .filter(NodeHealth::isOfMiners)
            .filter(report -> report.component().equals(port))
            .count();
    if (heard >= loops) {
      return null;
    }
    return heard == 0
        ? port + ": nothing is heard of it"
        : "%s: nothing is heard of %d of its %d event loops".formatted(port, loops - heard, loops);
  }

  /** What is wrong with one of its components, or null. */
  private static String fault(StatusReport report) {
    String words = "";
    if (report.type().equals(Component.JOURNAL)) {
      words = Component.text(report.body(), "failing");
    } else if (isOfMiners(report)) {
      words = closedPort(report.body());
    }
    return words.isEmpty() ? null : report.component() + ": " + words;
  }

  /** A port's rig agents have a report of their own under its name. */
  private static boolean isOfMiners(StatusReport report) {
    return report.type().equals(Component.STRATUM) && report.body().containsKey("port");
  }

  /** In a cluster a port is opened only when there is work for its miners, and may be taken. */
  private static String closedPort(JsonObject body) {
    if (Component.number(body, "port") > 0) {
      return "";
    }
    String trouble = Component.text(body, "trouble");
    return trouble.isEmpty() ? "its port is not open yet" : trouble;
  }

  /** Whether miners should be sent there. */
  boolean wantsMiners() {
    return state == NodeState.UP && faults.isEmpty();
  }

  JsonObject toJson() {
    String status = state == NodeState.UP && !faults.isEmpty() ? "failing" : state.label();
    return new JsonObject()
        .put("node", node)
        .put("status", status)
        .put("reasons", new JsonArray(faults));
  }
}
