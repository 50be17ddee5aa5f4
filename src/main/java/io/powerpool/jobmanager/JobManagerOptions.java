package io.powerpool.jobmanager;

import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the work of one coin is got and its blocks are handed in.
 *
 * @param servers at least one
 * @param blockPoll between two questions for the chain's tip
 * @param jobRefresh after how long a template is asked for even if the tip is the same
 * @param longPoll whether to wait for news at the server as well
 * @param pingInterval between two looks at the health of each server
 * @param templateRetention how long a job's template is kept to assemble a block from
 * @param dataFolder where templates and blocks are written
 */
public record JobManagerOptions(
    List<CoinServerOptions> servers,
    Duration blockPoll,
    Duration jobRefresh,
    boolean longPoll,
    Duration pingInterval,
    Duration templateRetention,
    Path dataFolder) {

  public JobManagerOptions {
    servers = List.copyOf(servers);
  }

  /** Reads a coin's entry: {@code servers} and what stands beside it. */
  public static JobManagerOptions from(Section section, Path dataFolder) {
    List<CoinServerOptions> servers =
        section.sections("servers").stream().map(CoinServerOptions::from).toList();
    if (servers.isEmpty()) {
      section.fault("servers", null, "at least one coin server (a list of mappings)");
    }
    return new JobManagerOptions(
        servers,
        section.duration(
            "block_poll", Duration.ofMillis(200), Duration.ofMillis(10), Duration.ofMinutes(10)),
        section.duration(
            "job_refresh", Duration.ofSeconds(15), Duration.ofSeconds(1), Duration.ofHours(1)),
        section.flag("long_poll", true),
        section.duration(
            "rpc_ping_int", Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofMinutes(10)),
        section.duration(
            "template_retention",
            Duration.ofMinutes(20),
            Duration.ofMinutes(1),
            Duration.ofDays(2)),
        dataFolder);
  }
}
