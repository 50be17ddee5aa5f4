package io.powerpool.app;

import io.powerpool.cluster.NodeOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a node can do, in the order in which it is started; stopping goes the other way round. */
enum Role {
  MONITOR("io.powerpool.monitor.MonitorVerticle"),
  REPORTER("io.powerpool.reporter.ReporterVerticle"),
  JOBMANAGER("io.powerpool.jobmanager.JobManagerVerticle"),
  STRATUM("io.powerpool.stratum.StratumVerticle"),
  AGENT("io.powerpool.agent.AgentVerticle"),
  SIGNAL("io.powerpool.signal.SignalVerticle");

  private final String verticle;

  Role(String verticle) {
    this.verticle = verticle;
  }

  /** Its name in the configuration. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The class by whose name it is run alone. */
  String verticle() {
    return verticle;
  }

  /**
   * A configuration with this as the only role, whatever roles it names itself. Without a name of
   * its own the node is called after the role, so that several of a machine can share a file.
   */
  JsonObject alone(JsonObject values) {
    JsonObject alone = values.copy().put("roles", new JsonArray().add(key()));
    if (!values.containsKey("node")) {
      int number = values.getValue("server_number") instanceof Integer given ? given : 0;
      alone.put("node", NodeOptions.defaultName(number) + "-" + key());
    }
    return alone;
  }

  /** The names in the configuration. */
  static List<String> keys() {
    return Arrays.stream(values()).map(Role::key).toList();
  }

  /** The role of this name in the configuration. */
  static Optional<Role> of(String key) {
    return Arrays.stream(values()).filter(role -> role.key().equals(key)).findFirst();
  }

  /** The role that the class of this name plays. */
  static Optional<Role> ofVerticle(String className) {
    return Arrays.stream(values()).filter(role -> role.verticle.equals(className)).findFirst();
  }
}
