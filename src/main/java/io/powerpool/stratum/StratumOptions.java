package io.powerpool.stratum;

import io.powerpool.cluster.PrefixClaim;
import io.powerpool.config.Section;
import java.time.Duration;
import java.util.List;

/**
 * The ports, and a limit on everything a stranger can make us hold.
 *
 * @param maxLineBytes a longer line closes the connection
 * @param authorizeTimeout how long a connection may take to authorize its first worker
 * @param maxRequestsUnauthorized how many requests it may make until then
 * @param maxConnections of this process; 0 for nine tenths of the open files it may have
 * @param maxConnectionsPerAddress of one IP address; 0 for no limit
 * @param maxWorkers that may be authorized on one connection
 * @param maxInvalidRun so many refused shares in a row close the connection
 * @param maxPendingHashes so many shares of one connection may wait for a slow hash before it is
 *     read no further
 * @param maxWriteQueueBytes what may wait to be sent to one miner before jobs are held back
 * @param slowReaderTimeout how long it may wait before the connection is closed
 * @param maxJobs how many jobs are kept
 * @param jobLifetime how long a replaced job is kept
 * @param maxSharesPerJob how many shares of one job a connection may have accepted
 * @param timeAhead how far a share's time may be ahead of the clock
 * @param resumeTimeout how long a session can be resumed after its connection ended
 * @param maxParked how many such sessions are kept
 * @param extranoncePrefixBits how many high bits of an extranonce1 tell the node
 * @param extranoncePrefix this node's number; its server number unless given. In a cluster it is
 *     leased instead unless given
 * @param extranoncePrefixGiven whether it was given
 */
public record StratumOptions(
    List<PortOptions> ports,
    int maxLineBytes,
    Duration authorizeTimeout,
    int maxRequestsUnauthorized,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxWorkers,
    int maxInvalidRun,
    int maxPendingHashes,
    int maxWriteQueueBytes,
    Duration slowReaderTimeout,
    int maxJobs,
    Duration jobLifetime,
    int maxSharesPerJob,
    Duration timeAhead,
    Duration resumeTimeout,
    int maxParked,
    int extranoncePrefixBits,
    int extranoncePrefix,
    boolean extranoncePrefixGiven) {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Nodes refuse a block whose time is more than this ahead of theirs. */
  private static final Duration CONSENSUS_LIMIT = Duration.ofHours(2);

  public StratumOptions {
    ports = List.copyOf(ports);
  }

  /** Reads the section {@code stratum}. */
  public static StratumOptions from(Section section, int serverNumber) {
    List<PortOptions> ports =
        section.sections("ports").stream()
            .map(port -> PortOptions.from(port, serverNumber))
            .toList();
    int prefixBits = section.integer("extranonce_prefix_bits", 8, 0, PrefixClaim.MOST_BITS);
    boolean prefixGiven = section.has("extranonce_prefix");
    int ownPrefix = serverNumber & ((1 << prefixBits) - 1);
    return new StratumOptions(
        ports,
        section.integer("max_line_bytes", 8192, 512, 1 << 20),
        section.duration("authorize_timeout", Duration.ofSeconds(60), SECOND, HOUR),
        section.integer("max_requests_unauthorized", 50, 3, 100_000),
        section.integer("max_connections", 0, 0, 10_000_000),
        section.integer("max_connections_per_address", 0, 0, 10_000_000),
        section.integer("max_workers_per_connection", 64, 1, 100_000),
        section.integer("max_invalid_run", 200, 1, 1_000_000),
        section.integer("max_pending_hashes", 64, 2, 1_000_000),
        section.integer("max_write_queue_bytes", 131_072, 4096, 1 << 26),
        section.duration("slow_reader_timeout", Duration.ofSeconds(30), SECOND, HOUR),
        section.integer("max_jobs", 128, 2, 10_000),
        section.duration("job_lifetime", Duration.ofMinutes(10), SECOND, HOUR.multipliedBy(24)),
        section.integer("max_shares_per_job", 1 << 20, 16, 1 << 26),
        section.duration("time_ahead", Duration.ofSeconds(7000), Duration.ZERO, CONSENSUS_LIMIT),
        section.duration("resume_timeout", Duration.ofMinutes(10), Duration.ZERO, HOUR),
        section.integer("max_parked_sessions", 100_000, 0, 10_000_000),
        prefixBits,
        prefixGiven
            ? section.integer("extranonce_prefix", ownPrefix, 0, (1 << prefixBits) - 1)
            : ownPrefix,
        prefixGiven);
  }
}
