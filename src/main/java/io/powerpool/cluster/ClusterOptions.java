package io.powerpool.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.config.YamlConfigBuilder;
import com.hazelcast.config.cp.SemaphoreConfig;
import com.hazelcast.core.HazelcastException;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.FileNotFoundException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How this node meets the others when it is started with {@code -cluster}; without it no socket is
 * opened for clustering.
 *
 * <p>There are two links between nodes. The one of membership is never encrypted, and authenticated
 * only by {@code secret}; the event bus is both by {@code tls}. Without them the address must be a
 * private one.
 *
 * @param name nodes of another name are not let in
 * @param address of this node, for membership and for the event bus
 * @param port of the membership link; the next free one is taken if it is in use
 * @param busPort of the event bus; 0 takes any
 * @param members addresses of nodes to meet, with or without {@code :port}; never found by
 *     multicast
 * @param heartbeatInterval between two signs of life
 * @param heartbeatLimit after which a silent node counts as gone
 * @param hazelcastFile a Hazelcast configuration of the operator's own, in place of all of the
 *     above but the event bus; YAML by its ending {@code .yaml} or {@code .yml}, otherwise XML
 * @param secret what every member must prove to know
 * @param tls of the event bus
 */
public record ClusterOptions(
    String name,
    String address,
    int port,
    int busPort,
    List<String> members,
    Duration heartbeatInterval,
    Duration heartbeatLimit,
    Optional<String> hazelcastFile,
    Optional<Secret> secret,
    Optional<BusTls> tls) {

  /**
   * A peer that is cut off or frozen is given up after both together, and what was queued for it
   * with it; Vert.x's own default is 40 seconds.
   */
  private static final Duration PING = Duration.ofSeconds(2);

  private static final Duration PONG = Duration.ofSeconds(5);

  /**
   * Peers ping all the time: who says nothing for so long is none. What could not be sent to a peer
   * that was given up lies in memory until then, for Vert.x leaves its connection open.
   */
  private static final Duration IDLE = Duration.ofSeconds(15);

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private static final int LEAST_SECRET_BYTES = 16;

  private static final String MEMBER = "[^\\s:]+(:\\d{1,5})?";

  public ClusterOptions {
    members = List.copyOf(members);
  }

  /** Reads the section {@code cluster}. */
  public static ClusterOptions from(Section section) {
    String address = section.string("address", "127.0.0.1");
    List<String> members = section.strings("members", List.of(address));
    if (members.isEmpty() || !members.stream().allMatch(member -> member.matches(MEMBER))) {
      section.fault("members", members, "a list of HOST or HOST:PORT");
    }
    Duration interval =
        section.duration(
            "heartbeat_interval",
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofMinutes(1));
    Duration limit =
        section.duration(
            "heartbeat_limit",
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofMinutes(10));
    if (limit.compareTo(interval.multipliedBy(2)) < 0) {
      section.fault("heartbeat_limit", limit, "at least twice heartbeat_interval");
    }
    Optional<String> hazelcastFile = section.optionalString("hazelcast_file");
    hazelcastFile
        .filter(file -> !Files.isReadable(Path.of(file)))
        .ifPresent(file -> section.fault("hazelcast_file", file, "a file that can be read"));
    Optional<Secret> secret = section.secret("secret");
    secret
        .filter(given -> given.value().getBytes(StandardCharsets.UTF_8).length < LEAST_SECRET_BYTES)
        .ifPresent(
            given -> section.fault("secret", given, "at least " + LEAST_SECRET_BYTES + " bytes"));
    return new ClusterOptions(
        section.string("name", "powerpool"),
        address,
        section.integer("port", 5701, 1, 65_535),
        section.integer("bus_port", 0, 0, 65_535),
        members,
        interval,
        limit,
        hazelcastFile,
        secret,
        BusTls.from(section.section("tls")));
  }

  /**
   * What brings Vert.x into the cluster. With a secret it blocks until this node is in it.
   *
   * @throws ConfigException if the operator's own file cannot be used
   */
  public HazelcastClusterManager toClusterManager() {
    Config config = toHazelcast();
    if (secret.isEmpty()) {
      return new PoolClusterManager(config);
    }
    if (config.getAdvancedNetworkConfig().isEnabled()) {
      throw new ConfigException(
          "cluster.secret: is set, expected none with advanced-network in cluster.hazelcast_file");
    }
    return GuardedClusterManager.join(
        config, new MemberGate(secret.get(), config.getClusterName()));
  }

  /** Prepares the event bus. */
  public void applyTo(EventBusOptions bus) {
    bus.setClusterPingInterval(PING.toMillis())
        .setClusterPingReplyInterval(PONG.toMillis())
        .setConnectTimeout((int) CONNECT.toMillis())
        .setIdleTimeout((int) IDLE.toSeconds())
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
    tls.ifPresent(each -> each.applyTo(bus));
  }

  /**
   * The configuration of the membership link.
   *
   * @throws ConfigException if the operator's own file cannot be used
   */
  public Config toHazelcast() {
    Config config = hazelcastFile.map(ClusterOptions::read).orElseGet(this::builtIn);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    // Vert.x leaves the cluster in its own order; a second hook would pull the carpet away from it.
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.addListenerConfig(new ListenerConfig(new MembershipLog()));
    return config;
  }

  private static Config read(String file) {
    try {
      return file.matches(".*\\.ya?ml")
          ? new YamlConfigBuilder(file).build()
          : new XmlConfigBuilder(file).build();
    } catch (FileNotFoundException e) {
      throw new ConfigException(
          "cluster.hazelcast_file: is '" + file + "', expected an existing file");
    } catch (HazelcastException | IllegalArgumentException e) {
      throw new ConfigException(
          "cluster.hazelcast_file: '"
              + file
              + "' is no Hazelcast configuration: "
              + e.getMessage());
    }
  }

  private Config builtIn() {
    Config config = new Config();
    config.setClusterName(name);
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(port).setPortAutoIncrement(true);
    network.getInterfaces().setEnabled(true).addInterface(address);
    if (address.startsWith("127.") && !address.equals("127.0.0.1")) {
      // The loopback interface has these too, but tells Hazelcast only of the first.
      config.setProperty("hazelcast.local.localAddress", address);
    }
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setMembers(members);
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    // Nodes that start at the same moment on a busy machine take their time to agree on the first.
    config.setProperty("hazelcast.max.join.seconds", "60");
    config.setProperty(
        "hazelcast.heartbeat.interval.seconds", Long.toString(heartbeatInterval.toSeconds()));
    config.setProperty(
        "hazelcast.max.no.heartbeat.seconds", Long.toString(heartbeatLimit.toSeconds()));
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "10");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "5");
    config.setProperty("hazelcast.connection.monitor.interval", "50");
    config.setProperty("hazelcast.connection.monitor.max.faults", "1");
    // What Vert.x keeps there, and the semaphore block without which none of its locks is ever
    // granted.
    config.addMultiMapConfig(
        new MultiMapConfig("__vertx.subs").setBackupCount(1).setValueCollectionType("SET"));
    config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
    config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
    config.getCPSubsystemConfig().addSemaphoreConfig(new SemaphoreConfig("__vertx.*", false, 1));
    return config;
  }
}
