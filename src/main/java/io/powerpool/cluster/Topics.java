package io.powerpool.cluster;

import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.work.Job;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.util.function.Function;

/**
 * Every message between verticles: who sends it, who hears it, how far it travels, what happens if
 * it is lost. The only place with addresses. Delivery by the bus is best effort, so nothing that is
 * owed to anybody travels only by it.
 */
public final class Topics implements Shareable {

  private static final String SHARED = "powerpool.topics";

  private final EventBus bus;
  private final String job;
  private final String solved;
  private final String blockReport;
  private final String status;
  private final String journalRecords;
  private final String journalProgress;
  private final String journalPosition;
  private final String reporterHere;
  private final String nodeHere;
  private final String pushSignal;
  private final String handOut;
  private final String workState;
  private final String beat;
  private final String template;
  private final String prefixClaim;
  private final String prefixGrant;
  private final String sessionNews;
  private final Vertx vertx;

  private Topics(Vertx vertx) {
    this.vertx = vertx;
    bus = vertx.eventBus();
    job = register(new JobCodec());
    solved = register(new SolvedBlockCodec());
    blockReport = register(new BlockReportCodec());
    status = register(new StatusReportCodec());
    journalRecords = register(new JournalRecordsCodec());
    journalProgress = register(new JournalProgressCodec());
    journalPosition = register(new JournalPositionCodec());
    reporterHere = register(new ReporterHereCodec());
    nodeHere = register(new NodeHereCodec());
    pushSignal = register(new PushSignalCodec());
    handOut = register(new HandOutCodec());
    workState = register(new WorkStateCodec());
    beat = register(new BeatCodec());
    template = register(new TemplateCopyCodec());
    prefixClaim = register(new PrefixClaimCodec());
    prefixGrant = register(new PrefixGrantCodec());
    sessionNews = register(new SessionNewsCodec());
  }

  /** The topics of this Vert.x instance; the codecs are registered the first time. */
  public static Topics of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Topics>getLocalMap(SHARED)
        .computeIfAbsent(SHARED, key -> new Topics(vertx));
  }

  /**
   * Every candidate for a leader's place → all that stand beside it and all that ask leaders, four
   * times a second. May be lost: the next one follows.
   */
  public Topic<Beat> beats() {
    return new Topic<>(bus, "beats", beat);
  }

  /**
   * A stratum node → each process that runs job managers, whether it leads anything or not: may I
   * have this prefix of the extranonces? Asked again every few seconds.
   *
   * @param node of the job managers
   */
  public Request<PrefixClaim, PrefixGrant> extranonces(String node) {
    return new Request<>(bus, "extranonces." + node, prefixClaim, prefixGrant);
  }

  /**
   * Every stratum verticle → the other stratum nodes, each second. May be lost: everything is told
   * again once a minute.
   */
  public Topic<SessionNews> sessions() {
    return new Topic<>(bus, "sessions", sessionNews);
  }

  /**
   * Job manager → every stratum verticle of the cluster, and the job managers that switch between
   * coins. May be lost: the next job replaces it, and a newcomer asks with {@link #currentJob}.
   *
   * @param source a coin, or a switching group
   */
  public Topic<Job> jobs(String source) {
    return new Topic<>(bus, "jobs." + source, job);
  }

  /** Who wants jobs and starts → the job manager. Asked again until there is a job. */
  public LeaderRequest<String, Job> currentJob(String source) {
    return ofLeader(source, node -> new Request<>(bus, "currentjob." + source + node, null, job));
  }

  /**
   * A job manager that switches between coins → the coin's: a job that nobody has been handed, on
   * the newest template, asked for by the node's name. If there is no answer, miners stay where
   * they are.
   */
  public LeaderRequest<String, Job> newJob(String currency) {
    return ofLeader(currency, node -> new Request<>(bus, "newjob." + currency + node, null, job));
  }

  /**
   * Job manager → those that switch between coins, each second and at every change. Who is not
   * heard for some seconds has no live work.
   */
  public Topic<WorkState> workState(String currency) {
    return new Topic<>(bus, "workstate." + currency, workState);
  }

  /**
   * The job manager that leads → those that stand by: the template of each job, with the job. May
   * be lost: who has missed it asks with {@link #template}.
   */
  public Topic<TemplateCopy> templates(String currency) {
    return new Topic<>(bus, "templates." + currency, template);
  }

  /** One job manager → another: the template of the job with this id; fails if it has none. */
  public LeaderRequest<Long, TemplateCopy> template(String currency) {
    return ofLeader(
        currency, node -> new Request<>(bus, "template." + currency + node, null, template));
  }

  /**
   * A stratum verticle → the job manager: the transactions of a job, by its id, as hexadecimal
   * texts; fails if they are too many or the job is not known any more.
   */
  public LeaderRequest<Long, JsonArray> transactions(String currency) {
    return ofLeader(
        currency, node -> new Request<>(bus, "transactions." + currency + node, null, null));
  }

  /**
   * A push signal's listener → the job manager: look for a new block now. May be lost: the coin
   * servers are asked anyway, only later.
   */
  public Topic<PushSignal> signals(String currency) {
    return new Topic<>(bus, "signal." + currency, pushSignal);
  }

  /**
   * Every stratum verticle → the job manager, after each new block: how long the miners waited. May
   * be lost: it is for statistics only.
   */
  public Topic<HandOut> handOuts(String currency) {
    return new Topic<>(bus, "handout." + currency, handOut);
  }

  /**
   * Monitor → the job manager: what a coin server makes of a block of the current job, its proof of
   * work left aside; answered with {@code result} ("valid" or why not), {@code height} and {@code
   * time}. An unanswered question shows as an error on a page.
   */
  public LeaderRequest<String, JsonObject> proposal(String currency) {
    return ofLeader(
        currency, node -> new Request<>(bus, "proposal." + currency + node, null, null));
  }

  /**
   * The node that found a block → the job manager. The block is on the finder's disk already; asked
   * again until answered with a final outcome.
   */
  public LeaderRequest<SolvedBlock, BlockReport> solvedBlocks(String currency) {
    return ofLeader(
        currency, node -> new Request<>(bus, "solved." + currency + node, solved, blockReport));
  }

  /**
   * The node that found a block → its own job manager, whether that leads or not, when the leader
   * does not answer. Never leaves the process.
   */
  public Request<SolvedBlock, BlockReport> solvedBlockHere(String currency) {
    return new Request<>(bus, "solvedhere." + currency, solved, blockReport, true);
  }

  /**
   * The job manager → the node that found a block: it was taken, and the chain has dropped it after
   * all. Answered when the finder has written that down; asked again until then.
   */
  public Request<BlockReport, String> blockLost(String node) {
    return new Request<>(bus, "lost." + node, blockReport, null);
  }

  /**
   * Reporters → every journal of the cluster, each second: where there is one, and what it stores
   * into. May be lost: who is silent for some seconds is not sent anything.
   */
  public Topic<ReporterHere> reporters() {
    return new Topic<>(bus, "reporters", reporterHere);
  }

  /**
   * A node's journal → the reporter of a node: records to store, answered by how far it is. Sent
   * again until stored; the records wait in the journal. No records at all ask only how far it is.
   */
  public Request<JournalRecords, JournalProgress> records(String reporter, String node) {
    return new Request<>(bus, "reporter." + reporter + "@" + node, journalRecords, journalProgress);
  }

  /**
   * A node's journal → the reporter of a node: how far its store is in this journal. What comes
   * behind it is sent afterwards, even if it was sent before.
   */
  public Request<String, JournalPosition> position(String reporter, String node) {
    return new Request<>(
        bus, "reporter." + reporter + "@" + node + ".position", null, journalPosition);
  }

  /**
   * A node's journal → the reporter of a node, as the journal's node goes out of service: store
   * what you have of it without waiting for more; answered by why that cannot be soon, or an empty
   * text. Unanswered, the journal's node waits a little longer.
   */
  public Request<String, String> flush(String reporter, String node) {
    return new Request<>(bus, "reporter." + reporter + "@" + node + ".flush", null, null);
  }

  /** Every node → all others, every two seconds. May be lost: the next one replaces it. */
  public Topic<NodeHere> nodes() {
    return new Topic<>(bus, "nodes", nodeHere);
  }

  /**
   * A node that is about to start → the one that has its name already: the newcomer's address,
   * answered by the other's. Unanswered, the name is free.
   */
  public Request<String, String> nodeName(String node) {
    return new Request<>(bus, "node." + node, null, null);
  }

  /** Every verticle → the monitors, about once a second. May be lost: the next one replaces it. */
  public Topic<StatusReport> status() {
    return new Topic<>(bus, "status", status);
  }

  /**
   * Monitor → one stratum verticle instance, named by {@code clients_address} in its status: the
   * miners that are connected, {@code {"user": address}} or all. An unanswered question shows as a
   * gap on a page.
   */
  public Request<JsonObject, JsonObject> clients(String address) {
    return new Request<>(bus, address, null, null);
  }

  /**
   * A rig agents' verticle → one stratum verticle instance, named by {@code clients_address} in its
   * status: whether {@code {"address": ..., "worker": ...}} is connected to it. Unanswered, the
   * agent is told no and asks again.
   */
  public Request<JsonObject, Boolean> isConnected(String address) {
    return new Request<>(bus, address + ".connected", null, null);
  }

  /**
   * Monitor → any ledger: {@code {"query": name, "limit": n}}. An unanswered question shows as a
   * gap on a page.
   */
  public Request<JsonObject, JsonObject> ledger() {
    return ledger("ledger");
  }

  /** Monitor → the ledger named by {@code ledger_address} in its status: the same. */
  public Request<JsonObject, JsonObject> ledger(String address) {
    return new Request<>(bus, address, null, null);
  }

  /** Without a cluster nobody needs to know who leads, and addresses have no node's name. */
  private <Q, A> LeaderRequest<Q, A> ofLeader(
      String source, Function<String, Request<Q, A>> addresses) {
    return vertx.isClustered()
        ? new LeaderRequest<>(Leaders.of(vertx), source, node -> addresses.apply("." + node))
        : new LeaderRequest<>(null, source, node -> addresses.apply(""));
  }

  private <T> String register(WireCodec<T> codec) {
    BusCodec<T> busCodec = new BusCodec<>(codec);
    bus.registerCodec(busCodec);
    return busCodec.name();
  }
}
