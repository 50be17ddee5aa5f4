package io.powerpool.jobmanager;

import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.Section;
import io.powerpool.process.PosixSignals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the work of one coin is got and its blocks are handed in.
 *
 * @param servers at least one
 * @param jobRefresh after how long a template is asked for even if the tip is the same
 * @param longPoll whether to wait for news at the server as well
 * @param posixSignal the number of a POSIX signal that tells of a new block, 0 for none
 * @param intervals how often servers are asked, and how patiently
 * @param templateRetention how long a job's template is kept to assemble a block from
 * @param dataFolder where templates and blocks are written
 */
public record JobManagerOptions(
    List<CoinServerOptions> servers,
    Duration jobRefresh,
    boolean longPoll,
    int posixSignal,
    CoinServers.Intervals intervals,
    Duration templateRetention,
    Path dataFolder) {

  public JobManagerOptions {
    servers = List.copyOf(servers);
  }

  /** Reads a coin's entry: {@code servers} and what stands beside it. */
  public static JobManagerOptions from(Section section, Path dataFolder) {
    int posixSignal = posixSignal(section);
    return new JobManagerOptions(
        servers(section),
        section.duration(
            "job_refresh", Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofHours(1)),
        section.flag("long_poll", true),
        posixSignal,
        intervals(section, posixSignal),
        section.duration(
            "template_retention",
            Duration.ofMinutes(20),
            Duration.ofMinutes(1),
            Duration.ofDays(2)),
        dataFolder);
  }

  /** The coin's servers; a fault is noted if there are none. */
  static List<CoinServerOptions> servers(Section section) {
    List<CoinServerOptions> servers =
        section.sections("servers").stream().map(CoinServerOptions::from).toList();
    if (servers.isEmpty()) {
      section.fault("servers", null, "at least one coin server (a list of mappings)");
    }
    return servers;
  }

  /** How often servers are asked, and how patiently. */
  static CoinServers.Intervals intervals(Section section, int posixSignal) {
    // As in PowerPool: who has a signal sent needs no polling.
    boolean poll = section.flag("poll", posixSignal == 0);
    Duration blockPoll =
        section.duration(
            "block_poll", Duration.ofMillis(200), Duration.ofMillis(10), Duration.ofMinutes(10));
    Duration retry =
        section.duration(
            "rpc_ping_int", Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofMinutes(10));
    return new CoinServers.Intervals(
        // Whether a server is there, and where, must be asked even if blocks are told.
        poll ? blockPoll : retry,
        retry,
        section.duration(
            "rpc_patience", Duration.ofMillis(700), Duration.ofMillis(50), Duration.ofMinutes(5)));
  }

  static int posixSignal(Section section) {
    int number = section.integer("signal", 0, 0, 64);
    if (number != 0 && !PosixSignals.usable().containsKey(number)) {
      section.fault(
          "signal",
          number,
          "a POSIX signal that the JVM leaves to us: "
              + PosixSignals.usable().entrySet().stream()
                  .map(usable -> usable.getKey() + " (" + usable.getValue() + ")")
                  .collect(Collectors.joining(", ")));
      return 0;
    }
    return number;
  }

  /** The ways of hearing of a block that were set up here, and may turn out to be silent. */
  List<Way> watchedWays() {
    List<Way> ways = new ArrayList<>();
    if (servers.stream().anyMatch(server -> server.zmq().isPresent())) {
      ways.add(Way.ZMQ);
    }
    if (posixSignal != 0) {
      ways.add(Way.POSIX);
    }
    return ways;
  }
}
