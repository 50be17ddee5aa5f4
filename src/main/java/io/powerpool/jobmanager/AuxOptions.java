package io.powerpool.jobmanager;

import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.Section;
import io.powerpool.merged.AuxWork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the work of an auxiliary chain is got and its blocks are handed in.
 *
 * @param servers at least one
 * @param intervals how often servers are asked for their tip, and how patiently
 * @param posixSignal the number of the signal that tells of a new block, 0 for none
 * @param workInterval how often work is asked for
 * @param chainId what the servers must say; 0 if they are believed
 * @param notifyNow whether a new block makes a new job at once; otherwise it waits for the main
 *     chain's next
 * @param flush whether a new block makes miners drop the work they have
 * @param reported whether solved blocks are told to the reporters
 * @param dataFolder where blocks are written
 */
public record AuxOptions(
    List<CoinServerOptions> servers,
    CoinServers.Intervals intervals,
    int posixSignal,
    Duration workInterval,
    int chainId,
    boolean notifyNow,
    boolean flush,
    boolean reported,
    Path dataFolder) {

  private static final String NOW = "now";
  private static final String WITH_NEXT_JOB = "with_next_job";

  public AuxOptions {
    servers = List.copyOf(servers);
  }

  /** Reads an auxiliary coin's entry: {@code servers} and what stands beside it. */
  public static AuxOptions from(Section section, Path dataFolder) {
    int posixSignal = JobManagerOptions.posixSignal(section);
    boolean now = section.choice("notify", NOW, List.of(NOW, WITH_NEXT_JOB)).equals(NOW);
    boolean flush = section.flag("flush", false);
    if (flush && !now) {
      section.fault("flush", true, "false, or notify: now, for work is dropped for a new job only");
    }
    return new AuxOptions(
        JobManagerOptions.servers(section),
        JobManagerOptions.intervals(section, posixSignal),
        posixSignal,
        section.duration(
            "work_interval", Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofMinutes(1)),
        chainId(section),
        now,
        flush,
        section.flag("send", true),
        dataFolder);
  }

  /** The id by which merged mining knows a chain: a fact of the coin; 0 if it is not told. */
  static int chainId(Section section) {
    return section.integer("chain_id", 0, 0, AuxWork.LARGEST_CHAIN_ID);
  }
}
