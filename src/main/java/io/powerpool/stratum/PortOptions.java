package io.powerpool.stratum;

import io.powerpool.config.Section;
import io.powerpool.difficulty.DifficultyOptions;
import io.powerpool.net.ProxyOptions;
import io.powerpool.share.Share;
import io.powerpool.share.UserNames;
import java.time.Duration;
import java.util.Optional;

/**
 * One port for miners.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param source where its jobs come from: a coin, or a switching group
 * @param chain which of the pool's payout schemes the shares of this port count for
 * @param pushInterval a miner that was sent no job for so long is sent one
 * @param idleThreshold without a share for so long a miner counts as idle
 * @param idleDisconnect without a share for so long a miner is hung up on
 * @param suggestionIsMinimum whether a difficulty that a miner suggests is also its minimum
 * @param proxy if miners come by a balancer that tells where they come from
 */
public record PortOptions(
    String host,
    int port,
    String source,
    int chain,
    DifficultyOptions difficulty,
    UserNames userNames,
    Duration pushInterval,
    Duration idleThreshold,
    Duration idleDisconnect,
    boolean versionRolling,
    boolean suggestionIsMinimum,
    Optional<ProxyOptions> proxy) {

  private static final Duration DAY = Duration.ofDays(1);

  /**
   * Reads an entry of {@code stratum.ports}.
   *
   * @param serverNumber added to the port
   */
  public static PortOptions from(Section section, int serverNumber) {
    int port = section.integer("port", 3333, 0, 65_535 - serverNumber);
    return new PortOptions(
        section.string("address", "0.0.0.0"),
        port == 0 ? 0 : port + serverNumber,
        section.requiredString("coin"),
        section.integer("chain", Share.FIRST_CHAIN, 1, 1_000_000),
        DifficultyOptions.from(section),
        UserNames.from(section),
        section.duration("push_job_interval", Duration.ofSeconds(30), Duration.ofSeconds(1), DAY),
        section.duration(
            "idle_worker_threshold", Duration.ofSeconds(300), Duration.ofSeconds(1), DAY),
        section.duration(
            "idle_worker_disconnect_threshold",
            Duration.ofSeconds(3600),
            Duration.ofSeconds(1),
            DAY.multipliedBy(30)),
        section.flag("version_rolling", true),
        section.flag("suggestion_is_minimum", false),
        ProxyOptions.from(section));
  }

  /** The port's name in statistics. */
  public String component() {
    return "stratum_" + port;
  }
}
