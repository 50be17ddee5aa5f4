package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One component of the pool as the cluster reports it at present, all its instances together.
 *
 * @param type what it is: "stratum", "jobmanager", ...
 * @param name its name in the configuration's terms
 * @param nodes the nodes that report it
 * @param parts what each instance reports, by node and instance
 * @param body the parts merged
 */
record Component(
    String type, String name, List<String> nodes, List<JsonObject> parts, JsonObject body) {

  static final String STRATUM = "stratum";
  static final String JOB_MANAGER = "jobmanager";
  static final String AUX_MANAGER = "auxmanager";
  static final String SWITCHING = "switching";
  static final String JOURNAL = "journal";
  static final String REPORTER = "reporter";
  static final String SIGNAL = "signal";
  static final String PROCESS = "process";
  static final String NODE = "node";

  /** What has a route of its own, or is of use for us only. */
  private static final Set<String> HIDDEN =
      Set.of(StatusMerge.COUNTERS, ClientDirectory.ADDRESS, Ledgers.ADDRESS);

  /** What PowerPool calls these kinds; its front ends find components by the prefix. */
  private static final Map<String, String> CLASS_NAMES =
      Map.of(
          STRATUM, "StratumServer",
          JOB_MANAGER, "MonitorNetwork",
          AUX_MANAGER, "MonitorAuxNetwork",
          SWITCHING, "MonitorNetworkMulti",
          REPORTER, "Reporter",
          JOURNAL, "ShareJournal",
          SIGNAL, "PushSignals",
          PROCESS, "PowerPool");

  /** {@code ClassName_key}, PowerPool's key of a component. */
  String key() {
    return CLASS_NAMES.getOrDefault(type, type) + "_" + name;
  }

  boolean is(String wanted) {
    return type.equals(wanted);
  }

  /** The status without what has a route of its own or is of use for us only. */
  JsonObject status() {
    JsonObject status = new JsonObject();
    for (String field : body.fieldNames()) {
      if (!HIDDEN.contains(field)) {
        status.put(field, body.getValue(field));
      }
    }
    return status.put("nodes", new JsonArray(nodes));
  }

  /** The counters, each with this component as its owner. */
  List<JsonObject> counters() {
    return array(body, StatusMerge.COUNTERS).stream()
        .filter(JsonObject.class::isInstance)
        .map(item -> ((JsonObject) item).copy().put("owner", key()))
        .toList();
  }

  /** What fails in any instance, in its own words; empty if nothing does. */
  Optional<String> failure() {
    return parts.stream()
        .map(part -> part.getValue("failing"))
        .filter(failing -> Boolean.TRUE.equals(failing) || failing instanceof String)
        .map(Object::toString)
        .filter(failing -> !failing.isEmpty())
        .findFirst();
  }

  /** A field of a body that should be a list; an empty one if it is missing or something else. */
  static JsonArray array(JsonObject body, String field) {
    return body.getValue(field) instanceof JsonArray array ? array : new JsonArray();
  }

  /**
   * A field of a body that should be an object; an empty one if it is missing or something else.
   */
  static JsonObject object(JsonObject body, String field) {
    return body.getValue(field) instanceof JsonObject object ? object : new JsonObject();
  }

  /** A number, 0 if it is missing or something else. */
  static double number(JsonObject body, String field) {
    return body.getValue(field) instanceof Number number ? number.doubleValue() : 0;
  }

  /** A text, empty if it is missing or something else. */
  static String text(JsonObject body, String field) {
    return body.getValue(field) instanceof String text ? text : "";
  }
}
