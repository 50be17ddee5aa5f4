package io.powerpool.monitor;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Whether miners should be sent to this node rather than another: what is wrong with all of the
 * pool alike is left aside, or a balancer would take every node out for it.
 *
 * @param faults why this node cannot keep what miners do, in plain words
 */
record NodeHealth(String node, NodeState state, List<String> faults) {

  /**
   * Judges by what the node's verticles have reported.
   *
   * @param reports of this node
   */
  static NodeHealth of(String node, NodeState state, List<StatusReport> reports) {
    return new NodeHealth(
        node,
        state,
        reports.stream()
            .filter(report -> report.type().equals(Component.JOURNAL))
            .filter(report -> !Component.text(report.body(), "failing").isEmpty())
            .map(report -> report.component() + ": " + Component.text(report.body(), "failing"))
            .toList());
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
