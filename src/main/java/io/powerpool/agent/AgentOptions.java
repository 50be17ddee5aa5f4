package io.powerpool.agent;

import io.powerpool.config.Section;
import io.powerpool.net.ProxyOptions;
import io.powerpool.share.Telemetry;
import io.powerpool.share.UserNames;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One port for rig agents, beside a stratum port.
 *
 * @param host the address to listen on: the stratum port's
 * @param port 0 for any free one
 * @param component the stratum port's name in statistics
 * @param userNames how the stratum port understands user names
 * @param timeout a connection that sends no line for so long is closed
 * @param acceptedTypes what is stored; other types are acknowledged and dropped, for an agent that
 *     is refused something repeats it for ever and sends nothing else
 * @param proxy if agents come by a balancer that tells where they come from: as the stratum port's
 *     miners do
 * @param maxConnections at a time
 * @param maxConnectionsPerAddress of one IP address; 0 for no limit
 * @param maxFailuresPerMinute authentications of one address that may fail; further ones are
 *     refused unseen, and a connection that has no worker by then is hung up on; 0 for no limit
 * @param maxWorkers that one connection may vouch for
 * @param maxPerMinute tellings of one worker that are stored in a minute, whichever connections
 *     vouch for it; more are acknowledged and dropped
 * @param maxBytesPerMinute of all tellings together that are stored in a minute: their data, and
 *     {@link TelemetryLimit#ENTRY_BYTES} for each; more are acknowledged and dropped
 * @param maxLineBytes a longer line is passed over and acknowledged
 */
public record AgentOptions(
    String host,
    int port,
    String component,
    UserNames userNames,
    Duration timeout,
    Set<String> acceptedTypes,
    Optional<ProxyOptions> proxy,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxFailuresPerMinute,
    int maxWorkers,
    int maxPerMinute,
    long maxBytesPerMinute,
    int maxLineBytes) {

  private static final int MAX_PORT = 65_535;

  private static final List<String> TYPES = List.of("temp", "status", "hashrate", "thresholds");

  public AgentOptions {
    acceptedTypes = Set.copyOf(acceptedTypes);
  }

  /**
   * Reads {@code agent} in an entry of {@code stratum.ports}; nothing if it is not enabled.
   *
   * @param host the stratum port's address
   * @param stratumPort with the server number added; 0 for any
   * @param component the stratum port's name in statistics
   * @param userNames the stratum port's
   * @param proxy the stratum port's
   */
  public static Optional<AgentOptions> from(
      Section agent,
      String host,
      int stratumPort,
      String component,
      UserNames userNames,
      Optional<ProxyOptions> proxy) {
    boolean enabled = agent.flag("enabled", false);
    int difference = agent.integer("port_diff", 1111, 1 - MAX_PORT, MAX_PORT - 1);
    int own = stratumPort == 0 ? 0 : stratumPort + difference;
    if (difference == 0 || (stratumPort != 0 && (own < 1 || own > MAX_PORT))) {
      agent.fault(
          "port_diff",
          difference,
          "not 0, and with " + stratumPort + " added a port from 1 to 65535");
      own = 0;
    }
    List<String> types = agent.strings("accepted_types", TYPES);
    for (String type : types) {
      if (type.isBlank() || type.length() > Telemetry.LONGEST_TYPE) {
        agent.fault(
            "accepted_types", type, "names of 1 to " + Telemetry.LONGEST_TYPE + " characters");
      }
    }
    AgentOptions options =
        new AgentOptions(
            host,
            own,
            component,
            userNames,
            agent.duration(
                "timeout", Duration.ofSeconds(120), Duration.ofSeconds(1), Duration.ofDays(1)),
            Set.copyOf(types),
            proxy,
            agent.integer("max_connections", 10_000, 1, 1_000_000),
            agent.integer("max_connections_per_address", 1000, 0, 1_000_000),
            agent.integer("max_failures_per_minute", 600, 0, 10_000_000),
            agent.integer("max_workers", 1000, 1, 1_000_000),
            agent.integer("max_per_minute", 12, 1, 100_000),
            agent.integer("max_bytes_per_minute", 16L << 20, 1L << 16, 1L << 32),
            agent.integer("max_line_bytes", 65_536, 4096, 1 << 24));
    return enabled ? Optional.of(options) : Optional.empty();
  }
}
