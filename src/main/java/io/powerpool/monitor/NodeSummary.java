package io.powerpool.monitor;

import static io.powerpool.monitor.Component.number;
import static io.powerpool.monitor.Component.text;

import io.powerpool.cluster.StatusReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes one row for each node of the cluster of what its verticles report. */
final class NodeSummary {

  private NodeSummary() {}

  /**
   * Sums up reports by node.
   *
   * @return in the order given: {@code node}, {@code leads} and {@code stands_by} (coins and
   *     groups), {@code miners} (null where none are served), {@code draining}, {@code trouble} in
   *     words, with the component that it is of
   */
  static JsonArray of(Map<String, List<StatusReport>> reports) {
    JsonArray nodes = new JsonArray();
    reports.forEach((node, own) -> nodes.add(row(node, own)));
    return nodes;
  }

  private static JsonObject row(String node, List<StatusReport> reports) {
    JsonArray leads = new JsonArray();
    JsonArray standsBy = new JsonArray();
    Set<String> trouble = new LinkedHashSet<>();
    boolean draining = false;
    boolean serves = false;
    double miners = 0;
    for (StatusReport report : reports) {
      JsonObject body = report.body();
      if (report.type().equals(Component.STRATUM)) {
        serves = true;
        miners += number(body, "client_count");
      } else if (body.getValue("leader") instanceof Boolean leader) {
        (leader ? leads : standsBy).add(report.component());
      }
      draining |= Boolean.TRUE.equals(body.getValue("draining"));
      for (String field : List.of("trouble", "failing")) {
        if (!text(body, field).isEmpty()) {
          trouble.add(report.component() + ": " + text(body, field));
        }
      }
    }
    return new JsonObject()
        .put("node", node)
        .put("leads", leads)
        .put("stands_by", standsBy)
        .put("miners", serves ? (long) miners : null)
        .put("draining", draining)
        .put("trouble", String.join("; ", trouble));
  }
}
