package io.powerpool.stratum;

import io.powerpool.coin.Coin;
import io.powerpool.net.ConnectionLimit;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.ShareListener;
import io.powerpool.stratum.v1.JobLine;
import io.powerpool.stratum.v1.StratumV1Session;
import io.powerpool.work.ExtranonceAllocator;
import io.powerpool.work.Job;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the event loops of one node share: the extranonces, the sessions that wait to be resumed,
 * the encoded jobs, the counts that limits are about, and where shares and blocks go. Thread safe.
 */
public final class StratumNode {

  /** No coin or group is named so. */
  private static final String SWITCHING = "";

  private final String name;
  private final StratumOptions options;
  private final Map<String, Coin> coins;
  private final Map<String, List<String>> groups;

  /** Who must not have the same extranonces, by coin or switching group: by default itself. */
  private final Map<String, String> extranonceSpaces = new LinkedHashMap<>();

  private final ShareListener shares;
  private final BlockSink blocks;
  private final ResumableSessions sessions;
  private final RemoteSessions remoteSessions;
  private final Map<String, ExtranonceAllocator> extranonces = new ConcurrentHashMap<>();
  private final Map<String, AtomicReference<JobLine>> lines = new ConcurrentHashMap<>();
  private final Map<MinerPort, Census> censuses = new ConcurrentHashMap<>();
  private final Optional<PrefixLease> lease;
  private final ConnectionLimit limit;

  /** A node whose ports are each for one coin. */
  public StratumNode(
      String name,
      StratumOptions options,
      Map<String, Coin> coins,
      ShareListener shares,
      BlockSink blocks,
      int maxConnections) {
    this(name, options, coins, Map.of(), shares, blocks, maxConnections, Optional.empty());
  }

  /**
   * @param name tells this node from others in the cluster
   * @param coins by currency, at least those of the ports
   * @param groups the coins of each switching group, in the order configured
   * @param maxConnections the limit that is in force
   * @param lease of its extranonces' prefix; empty if it has the configured one without asking
   */
  public StratumNode(
      String name,
      StratumOptions options,
      Map<String, Coin> coins,
      Map<String, List<String>> groups,
      ShareListener shares,
      BlockSink blocks,
      int maxConnections,
      Optional<PrefixLease> lease) {
    this.name = name;
    this.options = options;
    this.coins = Map.copyOf(coins);
    this.groups = Map.copyOf(groups);
    groups.forEach(
        (group, members) -> {
          extranonceSpaces.put(group, SWITCHING);
          members.forEach(coin -> extranonceSpaces.put(coin, SWITCHING));
        });
    this.shares = shares;
    this.blocks = blocks;
    this.lease = lease;
    this.limit = new ConnectionLimit(maxConnections, options.maxConnectionsPerAddress());
    this.sessions = new ResumableSessions(options.maxParked(), options.resumeTimeout().toNanos());
    this.remoteSessions = new RemoteSessions(options.maxParked(), options.resumeTimeout());
  }

  public String name() {
    return name;
  }

  public StratumOptions options() {
    return options;
  }

  /**
   * The coins whose jobs a port gets: one, or those of a switching group in the order configured.
   *
   * @param source the coin or group
   */
  public List<Coin> coins(String source) {
    return groups.getOrDefault(source, List.of(source)).stream().map(coins::get).toList();
  }

  public ShareListener shares() {
    return shares;
  }

  public BlockSink blocks() {
    return blocks;
  }

  public ResumableSessions sessions() {
    return sessions;
  }

  /** Those that other nodes of the cluster have. */
  public RemoteSessions remoteSessions() {
    return remoteSessions;
  }

  /** Of its extranonces' prefix; empty if it has the configured one without asking. */
  public Optional<PrefixLease> lease() {
    return lease;
  }

  /**
   * The extranonces of a port: two coins never share a job, so they may share numbers, but a coin
   * and a switching group that it belongs to share its jobs.
   *
   * @param source the coin or group
   * @param size bytes of an extranonce1
   * @param prefix that they begin with
   */
  public ExtranonceAllocator extranonces(String source, int size, int prefix) {
    return extranonces.computeIfAbsent(
        extranonceSpaces.getOrDefault(source, source) + "/" + size + "/" + prefix,
        key -> new ExtranonceAllocator(size, options.extranoncePrefixBits(), prefix));
  }

  /** The prefix of a channel's extranonce1. */
  int prefix(MiningChannel channel) {
    return ExtranonceAllocator.prefix(
        channel.extranonce1Number(), channel.extranonce1().length, options.extranoncePrefixBits());
  }

  /**
   * The job's line, encoded by whichever event loop asks first.
   *
   * @param source the coin or group that the port has it from
   */
  public JobLine line(String source, Job job) {
    AtomicReference<JobLine> last = lines.computeIfAbsent(source, key -> new AtomicReference<>());
    JobLine line = last.get();
    if (line != null && line.job().id() == job.id()) {
      return line;
    }
    synchronized (last) {
      line = last.get();
      if (line == null || line.job().id() != job.id()) {
        boolean otherParent = line != null && !line.job().previous().equals(job.previous());
        line = new JobLine(job, job.clean() || otherParent);
        last.set(line);
      }
      return line;
    }
  }

  /** Of all its connections. */
  ConnectionLimit limit() {
    return limit;
  }

  /** How many connections the node has. */
  public int connections() {
    return limit.connections();
  }

  /** An event loop has counted the miners of one of its ports. */
  void onCounted(MinerPort port, Census census) {
    censuses.put(port, census);
  }

  /**
   * How many connections of an address a port has, on all event loops, as they were counted last.
   *
   * @param component the port's name in statistics
   */
  public int connections(String component, String address) {
    int connections = 0;
    for (Map.Entry<MinerPort, Census> counted : censuses.entrySet()) {
      if (counted.getKey().options().component().equals(component)) {
        connections += counted.getValue().connections(address);
      }
    }
    return connections;
  }

  /** Keeps a session to be resumed. */
  public void park(
      long id, StratumV1Session session, ResumableSessions.Resumed resumed, long nowNanos) {
    sessions.park(id, session, resumed, nowNanos);
    expireParked(nowNanos);
  }

  /** Gives back the extranonces of sessions that nobody has resumed. */
  public void expireParked(long nowNanos) {
    for (var gone = sessions.expired(nowNanos);
        gone.isPresent();
        gone = sessions.expired(nowNanos)) {
      release(gone.get().source(), gone.get().channel());
    }
  }

  /**
   * A channel with an extranonce1 of its own, or null if all are taken.
   *
   * @param source the coin or switching group that is mined
   * @param size bytes of an extranonce1
   * @param prefix that it is to begin with
   */
  public MiningChannel newChannel(String source, int size, int prefix) {
    ExtranonceAllocator allocator = extranonces(source, size, prefix);
    OptionalLong number = allocator.take();
    return number.isEmpty()
        ? null
        : new MiningChannel(number.getAsLong(), allocator.bytes(number.getAsLong()));
  }

  /** Gives a channel's extranonce1 back, and those of the channels that it has replaced. */
  public void release(String source, MiningChannel channel) {
    for (MiningChannel held = channel; held != null; held = held.former()) {
      extranonces(source, held.extranonce1().length, prefix(held))
          .release(held.extranonce1Number());
    }
  }
}
