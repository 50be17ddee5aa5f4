package io.powerpool.app;

import io.powerpool.cluster.ClusterOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The whole configuration: one record per owner, each checked by its owner, and what must fit
 * between them.
 *
 * @param name of this pool, for people
 * @param dataDirectory where journals, the ledger and solved blocks are kept
 * @param roles what the all-in-one verticle runs on this node
 * @param cluster how nodes meet
 */
record PoolConfig(String name, Path dataDirectory, List<String> roles, ClusterOptions cluster) {

  static final List<String> ROLES = List.of("reporter", "jobmanager", "stratum", "monitor");

  PoolConfig {
    roles = List.copyOf(roles);
  }

  /**
   * Checks everything.
   *
   * @throws ConfigException listing every fault
   */
  static PoolConfig from(JsonObject values) {
    Faults faults = new Faults();
    PoolConfig config = from(Section.root(values.getMap(), faults));
    faults.throwIfAny();
    return config;
  }

  /** What is in effect without any configuration; such a pool has no coin and starts nothing. */
  static PoolConfig defaults() {
    return from(Section.root(Map.of(), new Faults()));
  }

  /** Reads every section; the faults are in the section's {@link Faults}. */
  static PoolConfig from(Section root) {
    List<String> roles = root.strings("roles", ROLES);
    for (String role : roles) {
      if (!ROLES.contains(role)) {
        root.fault("roles", role, "one or more of " + String.join(", ", ROLES));
      }
    }
    return new PoolConfig(
        root.string("name", "PowerPool"),
        Path.of(root.string("data_dir", "data")),
        roles,
        ClusterOptions.from(root.section("cluster")));
  }
}
