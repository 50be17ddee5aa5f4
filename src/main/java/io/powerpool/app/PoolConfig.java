package io.powerpool.app;

import io.powerpool.agent.AgentOptions;
import io.powerpool.cluster.ClusterOptions;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.coin.Coin;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.jobmanager.AuxOptions;
import io.powerpool.jobmanager.JobManagerOptions;
import io.powerpool.jobmanager.MergedCoins;
import io.powerpool.jobmanager.SourceFingerprints;
import io.powerpool.jobmanager.switching.SwitchingGroups;
import io.powerpool.monitor.MonitorOptions;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.Reporters;
import io.powerpool.reporter.ShipperOptions;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.signal.SignalOptions;
import io.powerpool.stratum.PortOptions;
import io.powerpool.stratum.StratumOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The whole configuration: one record per owner, each checked by its owner, and what must fit
 * between them.
 *
 * @param node who this node is
 * @param roles what this node runs
 * @param coins by currency
 * @param switching the coins of each switching group
 * @param fingerprints of what decides the blocks of coins and switching groups
 * @param agents the ports for rig agents
 * @param journal where every verdict is written first
 * @param reporters where it is carried from there, and {@code shipping} how
 * @param signal where push signals are heard
 * @param compute the threads for slow proof-of-work functions
 * @param drain how it goes out of service
 * @param cluster how nodes meet
 * @param settings what is in effect for each component by its name in statistics, secrets hidden
 */
record PoolConfig(
    NodeOptions node,
    Set<Role> roles,
    Map<String, Coin> coins,
    Map<String, List<String>> switching,
    Map<String, String> fingerprints,
    StratumOptions stratum,
    List<AgentOptions> agents,
    ComputeOptions compute,
    JournalOptions journal,
    ShipperOptions shipping,
    List<ReporterOptions> reporters,
    MonitorOptions monitor,
    SignalOptions signal,
    DrainOptions drain,
    ClusterOptions cluster,
    Map<String, JsonObject> settings) {

  PoolConfig {
    settings = Map.copyOf(settings);
    roles = Set.copyOf(roles);
    coins = Map.copyOf(coins);
    switching = Map.copyOf(switching);
    fingerprints = Map.copyOf(fingerprints);
    agents = List.copyOf(agents);
    reporters = List.copyOf(reporters);
  }

  /**
   * Checks everything.
   *
   * @throws ConfigException listing every fault
   */
  static PoolConfig from(JsonObject values) {
    Faults faults = new Faults();
    PoolConfig config = from(Section.root(NodeOptions.plain(values), faults));
    faults.throwIfAny();
    return config;
  }

  /** Reads every section; what is wrong is in the section's {@link Faults}. */
  static PoolConfig from(Section root) {
    NodeOptions node = NodeOptions.from(root);
    Set<Role> roles = roles(root);
    Map<Section, Duration> retentions = new LinkedHashMap<>();
    MergedCoins merged = MergedCoins.from(root.named("coins"));
    Map<String, Coin> coins = coins(root, node, roles, merged, retentions);
    SwitchingGroups switching = SwitchingGroups.from(root, merged);
    switching.check(coins);
    StratumOptions stratum = StratumOptions.from(root.section("stratum"), node.serverNumber());
    retentions.forEach((coin, kept) -> checkRetention(coin, kept, stratum.jobLifetime()));
    MonitorOptions monitor =
        MonitorOptions.from(root.section("monitor"), node.poolName(), node.serverNumber());
    List<AgentOptions> agents = agents(root, stratum);
    checkPorts(root, roles, stratum, agents, monitor);
    if (roles.equals(Set.of(Role.AGENT)) && agents.isEmpty()) {
      root.section("stratum")
          .fault("ports", null, "at least one with agent: {enabled: true}: nothing else runs here");
    }
    SignalOptions signal = SignalOptions.from(root.section("signal"), node.serverNumber());
    if (roles.equals(Set.of(Role.SIGNAL)) && !signal.enabled()) {
      root.section("signal").fault("enabled", null, "true, because nothing else runs here");
    }
    Section journal = root.section("journal");
    ComputeOptions compute = ComputeOptions.from(root.section("compute"));
    JournalOptions journalOptions = JournalOptions.from(journal);
    ShipperOptions shipping = ShipperOptions.from(journal);
    List<ReporterOptions> reporters = Reporters.from(root);
    ClusterOptions cluster = ClusterOptions.from(root.section("cluster"));
    return new PoolConfig(
        node,
        roles,
        coins,
        switching.coins(),
        SourceFingerprints.of(merged, coins, switching.coins()),
        stratum,
        agents,
        compute,
        journalOptions,
        shipping,
        reporters,
        monitor,
        signal,
        DrainOptions.from(root.section("drain")),
        cluster,
        settings(root, stratum, reporters));
  }

  private static Map<String, JsonObject> settings(
      Section root, StratumOptions stratum, List<ReporterOptions> reporters) {
    Map<String, JsonObject> settings = new LinkedHashMap<>();
    settings.put("journal", shown(root.section("journal")));
    settings.put("signal", shown(root.section("signal")));
    root.named("coins").forEach((currency, entry) -> settings.put(currency, shown(entry)));
    root.named("switching").forEach((group, entry) -> settings.put(group, shown(entry)));
    List<Section> ports = root.section("stratum").sections("ports");
    for (int i = 0; i < ports.size(); i++) {
      settings.put(stratum.ports().get(i).component(), shown(ports.get(i)));
    }
    // Without the key there is a reporter, and no section of it.
    List<Section> entries = root.sections("reporters");
    for (int i = 0; i < entries.size(); i++) {
      settings.put(reporters.get(i).name(), shown(entries.get(i)));
    }
    return settings;
  }

  private static JsonObject shown(Section section) {
    return new JsonObject(section.effective());
  }

  private static List<AgentOptions> agents(Section root, StratumOptions stratum) {
    List<AgentOptions> agents = new ArrayList<>();
    List<Section> sections = root.section("stratum").sections("ports");
    for (int i = 0; i < sections.size(); i++) {
      PortOptions port = stratum.ports().get(i);
      AgentOptions.from(
              sections.get(i).section("agent"),
              port.host(),
              port.port(),
              port.component(),
              port.userNames(),
              port.proxy())
          .ifPresent(agents::add);
    }
    return agents;
  }

  private static Set<Role> roles(Section root) {
    Set<Role> roles = new LinkedHashSet<>();
    for (String name : root.strings("roles", Role.keys())) {
      Role.of(name)
          .ifPresentOrElse(
              roles::add,
              () -> root.fault("roles", name, "one or more of " + String.join(", ", Role.keys())));
    }
    if (roles.isEmpty()) {
      root.fault("roles", null, "one or more of " + String.join(", ", Role.keys()));
    }
    return roles;
  }

  private static Map<String, Coin> coins(
      Section root,
      NodeOptions node,
      Set<Role> roles,
      MergedCoins merged,
      Map<Section, Duration> retentions) {
    Map<String, Section> entries = root.named("coins");
    Map<String, Coin> coins = new LinkedHashMap<>();
    entries.forEach(
        (currency, entry) -> {
          String definition = entry.string("definition", "");
          if (!definition.isEmpty() && !CoinDefinitions.NAMES.contains(definition)) {
            entry.fault(
                "definition", definition, "one of " + String.join(", ", CoinDefinitions.NAMES));
            entry.ignoreRest();
            return;
          }
          Coin.from(currency, entry).ifPresent(coin -> coins.put(currency, coin));
          if (!roles.contains(Role.JOBMANAGER) && !entry.has("servers")) {
            return;
          }
          if (merged.isAuxiliary(currency)) {
            AuxOptions.from(entry, node.dataDirectory());
          } else {
            retentions.put(
                entry, JobManagerOptions.from(entry, node.dataDirectory()).templateRetention());
          }
        });
    merged.check(coins);
    checkNotMinedAlone(root, merged);
    boolean needed =
        roles.contains(Role.JOBMANAGER)
            || roles.contains(Role.STRATUM)
            || roles.equals(Set.of(Role.SIGNAL));
    if (entries.isEmpty() && needed) {
      root.fault("coins", null, "at least one coin, for example LTC: {definition: litecoin, ...}");
    }
    return coins;
  }

  /** Miners work on main chains. */
  private static void checkNotMinedAlone(Section root, MergedCoins merged) {
    for (Section port : root.section("stratum").sections("ports")) {
      String coin = port.string("coin", "");
      if (merged.isAuxiliary(coin)) {
        port.fault("coin", coin, merged.mainOf(coin) + ", with which " + coin + " is merged");
      }
    }
  }

  /** A share that solves a block is of no use when the block's transactions are forgotten. */
  private static void checkRetention(Section coin, Duration retention, Duration jobLifetime) {
    if (retention.compareTo(jobLifetime) < 0) {
      coin.fault("template_retention", retention, "not less than stratum.job_lifetime");
    }
  }

  /** A port's coin or switching group must exist, and no two listeners may want the same place. */
  private static void checkPorts(
      Section root,
      Set<Role> roles,
      StratumOptions stratum,
      List<AgentOptions> agents,
      MonitorOptions monitor) {
    Set<String> sources = new LinkedHashSet<>(root.named("coins").keySet());
    sources.addAll(root.named("switching").keySet());
    List<Section> sections = root.section("stratum").sections("ports");
    if (sections.isEmpty() && roles.contains(Role.STRATUM)) {
      root.section("stratum")
          .fault("ports", null, "at least one port, for example - {port: 3333, coin: LTC}");
    }
    List<Place> taken = new ArrayList<>();
    if (roles.contains(Role.MONITOR)) {
      taken.add(new Place(monitor.address(), monitor.port(), "monitor.port"));
    }
    for (int i = 0; i < stratum.ports().size(); i++) {
      PortOptions port = stratum.ports().get(i);
      Section section = sections.get(i);
      if (!port.source().isEmpty() && !sources.contains(port.source())) {
        section.fault(
            "coin",
            port.source(),
            sources.isEmpty()
                ? "a coin, and none is configured"
                : "one of " + String.join(", ", sources));
      }
      take(
          taken,
          section,
          "port",
          port.port(),
          new Place(port.host(), port.port(), section.path() + ".port"));
      agents.stream()
          .filter(agent -> agent.component().equals(port.component()))
          .findFirst()
          .ifPresent(
              agent ->
                  take(
                      taken,
                      section.section("agent"),
                      "port_diff",
                      agent.port() - port.port(),
                      new Place(agent.host(), agent.port(), section.path() + ".agent.port_diff")));
    }
  }

  private static void take(List<Place> taken, Section section, String key, int value, Place place) {
    taken.stream()
        .filter(place::collidesWith)
        .findFirst()
        .ifPresent(
            other ->
                section.fault(
                    key, value, "a port of its own, and " + other.path() + " has the same"));
    taken.add(place);
  }

  /** Where something listens, and which key says so. */
  private record Place(String host, int port, String path) {

    boolean collidesWith(Place other) {
      boolean sameHost = host.equals(other.host) || isAny() || other.isAny();
      return port != 0 && port == other.port && sameHost;
    }

    private boolean isAny() {
      return host.equals("0.0.0.0") || host.equals("::");
    }
  }
}
