package io.powerpool.stratum.v1;

import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.Peer;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the version 1 sessions of one port and event loop use together: reader, writer, the handing
 * out of jobs, the taking in of shares, and their scratch memory. Belongs to the event loop.
 */
public final class StratumV1Service {

  private static final Logger LOG = LoggerFactory.getLogger(StratumV1Service.class);

  private static final int MOST_USER_AGENTS = 1000;
  private static final long NANOS_BETWEEN_DONATION_LINES = 1_000_000_000;

  /** What a stranger may not put into our log. */
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[^\\p{Graph} ]");

  private final MinerPort port;
  private final String version;
  private final Function<Job, Future<JsonArray>> transactions;
  private final StratumV1Reader reader = new StratumV1Reader();
  private final StratumV1Writer writer;
  private final StratumV1Answers answers;
  private final Subscriptions subscriptions;
  private final JobHandout jobs;
  private final Submissions submissions;
  private final Map<String, String> userAgents = new HashMap<>();
  private long lastDonationNanos;

  /**
   * @param version of the pool, as told to miners who ask
   * @param transactions looks up the transactions of a job
   */
  public StratumV1Service(
      MinerPort port, String version, Function<Job, Future<JsonArray>> transactions) {
    this.port = port;
    this.version = version;
    this.transactions = transactions;
    this.writer = new StratumV1Writer(port.out());
    this.answers = new StratumV1Answers(this, port, writer);
    this.subscriptions = new Subscriptions(port, writer);
    this.jobs = new JobHandout(port, writer);
    this.submissions = new Submissions(port, writer);
    this.lastDonationNanos = port.clocks().nowNanos() - NANOS_BETWEEN_DONATION_LINES;
  }

  /** A session for a new connection. */
  public StratumV1Session newSession(Peer peer) {
    long nowNanos = port.clocks().nowNanos();
    StratumV1Session session = new StratumV1Session(this, port, peer, nowNanos);
    port.statistics().onConnect(nowNanos);
    port.add(session);
    return session;
  }

  /** One line of a session, without its end. */
  void read(StratumV1Session session, byte[] bytes, int from, int to) {
    reader.read(bytes, from, to, session, answers);
  }

  StratumV1Writer writer() {
    return writer;
  }

  Subscriptions subscriptions() {
    return subscriptions;
  }

  JobHandout jobs() {
    return jobs;
  }

  Submissions submissions() {
    return submissions;
  }

  String version() {
    return version;
  }

  Future<JsonArray> transactions(Job job) {
    return transactions.apply(job);
  }

  /**
   * One string for all miners of a kind, shortened; memory is bounded whatever they call
   * themselves.
   */
  String userAgent(String name, int longest) {
    String shortened = name.length() <= longest ? name : name.substring(0, longest);
    if (userAgents.size() >= MOST_USER_AGENTS && !userAgents.containsKey(shortened)) {
      return shortened;
    }
    String known = userAgents.putIfAbsent(shortened, shortened);
    return known == null ? shortened : known;
  }

  /** Tells the operator that a miner's work goes to the donate key; at most once a second. */
  void donation(String user, String address) {
    long nowNanos = port.clocks().nowNanos();
    if (nowNanos - lastDonationNanos < NANOS_BETWEEN_DONATION_LINES) {
      return;
    }
    lastDonationNanos = nowNanos;
    String shown = NOT_PRINTABLE.matcher(user).replaceAll("?");
    LOG.info(
        "'{}' from {} is no address and no alias: credited to the donate key",
        shown.length() <= 64 ? shown : shown.substring(0, 64) + "…",
        address);
  }
}
