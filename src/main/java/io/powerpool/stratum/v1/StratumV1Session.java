package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.bitcoin.Target;
import io.powerpool.coin.BlockId;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.difficulty.DifficultyOptions;
import io.powerpool.difficulty.Vardiff;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Candidate;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.PasswordArguments;
import io.powerpool.share.RejectReason;
import io.powerpool.share.Share;
import io.powerpool.share.ShareJudge;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Submission;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.ParkedSessions;
import io.powerpool.stratum.Peer;
import io.powerpool.work.ExtranonceAllocator;
import io.powerpool.work.Job;
import io.powerpool.work.JobBook;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One miner's conversation: connected, then subscribed (it has a {@link MiningChannel}), then
 * authorized (it has a worker) and mining. Decides; knows neither sockets nor the spelling of
 * messages. Belongs to one event loop. Kept small: there are tens of thousands.
 */
public final class StratumV1Session implements StratumV1Requests {

  private static final int GET_VERSION_ID = 1;
  private static final byte[] NO_NAME = {};
  private static final int LONGEST_USER_AGENT = 64;
  private static final int MOST_MASK_BITS = 32;
  private static final long NANOS_BETWEEN_RAISES = 10_000_000_000L;

  /** How a session's requests are answered. One per port and event loop. */
  private final StratumV1Service service;

  private final MinerPort port;
  private final Peer peer;
  private final long connectedNanos;
  private int place;

  private long sessionId;
  private MiningChannel channel;
  private int requestedMask;
  private int extranonce2Size;
  private boolean wantsExtranonce;
  private boolean askedVersion;
  private boolean transactionsAsked;
  private boolean vardiffStarted;
  private boolean closed;
  private String userAgent = "";

  private byte[] name = NO_NAME;
  private Worker worker;
  private Map<String, Worker> moreWorkers = Map.of();

  private Vardiff vardiff;
  private double difficulty;
  private long lastRaiseNanos;
  private PasswordArguments asked = PasswordArguments.NONE;
  private double suggested;
  private double resumedDifficulty;
  private double minimumDifficulty;

  private int pendingHashes;
  private int requests;
  private int invalidRun;
  private long lastShareNanos;
  private long lastJobNanos;
  private long accepted;

  StratumV1Session(StratumV1Service service, MinerPort port, Peer peer, long nowNanos) {
    this.service = service;
    this.port = port;
    this.peer = peer;
    this.connectedNanos = nowNanos;
    this.lastShareNanos = nowNanos;
    this.lastJobNanos = nowNanos;
    this.lastRaiseNanos = nowNanos - NANOS_BETWEEN_RAISES;
    this.difficulty = port.options().difficulty().start();
  }

  /** Where the port keeps this session. */
  public int place() {
    return place;
  }

  public void place(int index) {
    place = index;
  }

  // ---- what the connection tells ----

  /** One line from the miner, without its end. Answers wait in the port's sink. */
  public void onLine(byte[] bytes, int from, int to) {
    if (closed) {
      return;
    }
    if (worker == null && ++requests > port.node().options().maxRequestsUnauthorized()) {
      close(CloseReason.TOO_MANY_REQUESTS);
      return;
    }
    service.reader().read(bytes, from, to, this);
  }

  /** A new job is there; nothing to do if the miner has it already. */
  public void onJob(long nowNanos) {
    Job job = port.line().job();
    if (worker == null || channel.lastJobId() == job.id()) {
      return;
    }
    if (job.extranonce1Size() != channel.extranonce1().length
        || job.extranonce2Size() != extranonce2Size) {
      changeExtranonce(job, nowNanos);
      return;
    }
    channel.forgetBefore(port.book().oldestLiveId(), port.book().oldestId());
    startVardiff(nowNanos);
    double effective = effectiveDifficulty();
    boolean hasFormer = channel.lastJobId() == port.formerJobId();
    if (hasFormer && effective == channel.lastDifficulty() && maskIsTold(job)) {
      channel.nextTime(job, channel.assign(job, effective, port.target(effective)), 0);
      lastJobNanos = nowNanos;
      peer.sendShared(port.line().shared());
    } else {
      assign(nowNanos, false);
      flush();
    }
  }

  /** Jobs were not sent because the miner did not read; now it does. */
  public void onJobHeldBack(long nowNanos) {
    if (worker != null && !closed) {
      assign(nowNanos, true);
      flush();
    }
  }

  /** Once a second. */
  public void onTick(long nowNanos) {
    peer.onTick(nowNanos);
    if (closed) {
      return;
    }
    var limits = port.node().options();
    if (worker == null) {
      if (nowNanos - connectedNanos > limits.authorizeTimeout().toNanos()) {
        close(CloseReason.NOT_AUTHORIZED_IN_TIME);
      }
      return;
    }
    if (nowNanos - lastShareNanos > port.options().idleDisconnect().toNanos()) {
      close(CloseReason.IDLE);
      return;
    }
    if (port.line() == null) {
      return;
    }
    retarget(nowNanos);
    if (nowNanos - lastJobNanos >= port.options().pushInterval().toNanos()) {
      assign(nowNanos, false);
    }
    flush();
  }

  /** The connection has ended. */
  public void onClosed(long nowNanos) {
    closed = true;
    if (pendingHashes == 0) {
      leave(nowNanos);
    }
  }

  /** Nothing refers to the channel any more: it can be resumed, or its extranonce1 is free. */
  private void leave(long nowNanos) {
    if (channel == null) {
      return;
    }
    if (accepted > 0 && invalidRun < port.node().options().maxInvalidRun()) {
      port.node().park(sessionId, port.coin().currency(), channel, difficulty, nowNanos);
    } else {
      port.node().release(port.coin().currency(), channel);
    }
    channel = null;
  }

  /** Hangs up and says why. */
  public void close(CloseReason reason) {
    if (closed) {
      return;
    }
    if (worker != null) {
      service.writer().order("client.show_message", reason.text());
    }
    flush();
    closed = true;
    port.statistics().onClosed(reason);
    peer.close(reason);
  }

  /** Asks the miner to connect again, to the same address. */
  public void reconnect() {
    service.writer().order("client.reconnect");
    flush();
  }

  /** Sends what waits in the port's sink. */
  public void flush() {
    if (!port.out().isEmpty()) {
      peer.send(port.out().take());
    }
  }

  // ---- what the miner asks ----

  @Override
  public void onSubscribe(RequestId id, String userAgent, String session) {
    if (channel != null) {
      error(id, ErrorCode.OTHER, "Already subscribed");
      return;
    }
    long nowNanos = port.clocks().nowNanos();
    Optional<ParkedSessions.Parked> resumed =
        port.node().parked().resume(session, port.coin().currency(), nowNanos);
    if (resumed.isPresent()) {
      channel = resumed.get().channel();
      resumedDifficulty = resumed.get().difficulty();
      requestedMask = requestedMask == 0 ? channel.versionMask() : requestedMask;
    } else {
      channel = newChannel();
      if (channel == null) {
        error(id, ErrorCode.OTHER, "The pool is full");
        close(CloseReason.FULL);
        return;
      }
    }
    if (requestedMask != 0) {
      channel.versionMask(requestedMask);
    }
    extranonce2Size = port.extranonce2Size();
    sessionId = port.node().parked().newId();
    this.userAgent = service.userAgent(userAgent, LONGEST_USER_AGENT);
    String subscription = ParkedSessions.text(sessionId);
    service
        .writer()
        .result(
            id,
            List.of(
                List.of(
                    List.of("mining.set_difficulty", subscription),
                    List.of("mining.notify", subscription)),
                Hex.encode(channel.extranonce1()),
                port.extranonce2Size()));
  }

  /** A channel with an extranonce1 of its own, or null if all are taken. */
  private MiningChannel newChannel() {
    ExtranonceAllocator allocator =
        port.node().extranonces(port.coin().currency(), port.extranonce1Size());
    OptionalLong number = allocator.take();
    return number.isEmpty()
        ? null
        : new MiningChannel(number.getAsLong(), allocator.bytes(number.getAsLong()));
  }

  @Override
  public void onAuthorize(RequestId id, String user, String password) {
    if (channel == null) {
      port.statistics().onNotSubscribed(port.clocks().nowNanos());
      error(id, ErrorCode.NOT_SUBSCRIBED, "Not subscribed");
      return;
    }
    Worker credited;
    try {
      credited = port.options().userNames().worker(user);
    } catch (IllegalArgumentException e) {
      error(id, ErrorCode.UNAUTHORIZED, e.getMessage());
      return;
    }
    byte[] bytes = user.getBytes(StandardCharsets.UTF_8);
    if (worker != null && !Arrays.equals(bytes, name) && !moreWorkers.containsKey(user)) {
      if (moreWorkers.size() + 1 >= port.node().options().maxWorkers()) {
        error(id, ErrorCode.UNAUTHORIZED, "Too many workers on one connection");
        return;
      }
      if (moreWorkers.isEmpty()) {
        moreWorkers = new LinkedHashMap<>();
      }
      moreWorkers.put(user, credited);
    }
    if (port.options().userNames().isDonation(credited)) {
      port.statistics().onDonation();
      service.donation(user, peer.address());
    }
    boolean first = worker == null;
    if (first) {
      name = bytes;
      worker = credited;
      lastShareNanos = port.clocks().nowNanos();
    }
    service.writer().accepted(id);
    if (first) {
      asked = PasswordArguments.read(password, port.options().difficulty().minimumManual());
      setUpDifficulty();
      if (userAgent.isEmpty() && !askedVersion) {
        askedVersion = true;
        service.writer().question(GET_VERSION_ID, "client.get_version");
      }
      if (port.line() == null) {
        service.writer().setDifficulty(effectiveDifficulty());
      } else {
        assign(port.clocks().nowNanos(), true);
      }
    }
  }

  @Override
  public void onSubmit(RequestId id, byte[] line, int from, int length, Submission submission) {
    long nowNanos = port.clocks().nowNanos();
    if (channel == null) {
      port.statistics().onNotSubscribed(nowNanos);
      error(id, ErrorCode.NOT_SUBSCRIBED, "Not subscribed");
      return;
    }
    if (worker == null) {
      port.statistics().onNotAuthorized(nowNanos);
      error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
      return;
    }
    // Another name than was authorized earns nothing, but a block is a block.
    Worker submitter = worker(line, from, length);
    long nowMillis = port.clocks().nowMillis();
    if (!port.coin().algorithm().slow()) {
      Candidate candidate = service.candidate();
      RejectReason reason =
          service.judge().prepare(channel, submission, nowMillis / 1000, candidate);
      if (candidate.hashable()) {
        reason = conclude(channel, candidate, service.hash(candidate), submitter, nowMillis);
      }
      answer(id, candidate, reason, submitter, nowNanos, nowMillis);
      return;
    }
    Candidate candidate = new Candidate();
    RejectReason fault = service.judge().prepare(channel, submission, nowMillis / 1000, candidate);
    if (!candidate.hashable()) {
      answer(id, candidate, fault, submitter, nowNanos, nowMillis);
      return;
    }
    hashElsewhere(id, candidate, submitter, nowNanos, nowMillis);
  }

  /** Has a slow hash computed by the compute pool; where that is full, here and now. */
  private void hashElsewhere(
      RequestId id, Candidate candidate, Worker submitter, long nowNanos, long nowMillis) {
    RequestId later = id.copy();
    MiningChannel judged = channel;
    boolean taken =
        port.slowHashing()
            .hash(
                candidate.header(),
                hash ->
                    port.guarded(this, () -> hashed(later, judged, candidate, hash, submitter)));
    if (taken) {
      port.hashPending(1);
      if (++pendingHashes >= port.node().options().maxPendingHashes()) {
        peer.pauseReading();
      }
      return;
    }
    // Nothing is refused unseen. This holds the event loop up, so it reads less, and the miner is
    // asked for fewer shares.
    RejectReason reason =
        conclude(channel, candidate, service.hash(candidate), submitter, nowMillis);
    answer(id, candidate, reason, submitter, nowNanos, nowMillis);
    raiseDifficulty(nowNanos);
  }

  /** A hash came back. If the connection has ended meanwhile, the share counts all the same. */
  private void hashed(
      RequestId id, MiningChannel judged, Candidate candidate, byte[] hash, Worker submitter) {
    port.hashPending(-1);
    if (--pendingHashes == port.node().options().maxPendingHashes() / 2) {
      peer.resumeReading();
    }
    long nowMillis = port.clocks().nowMillis();
    RejectReason reason = conclude(judged, candidate, hash, submitter, nowMillis);
    answer(id, candidate, reason, submitter, port.clocks().nowNanos(), nowMillis);
    sendLater();
    if (closed && pendingHashes == 0) {
      leave(port.clocks().nowNanos());
    }
  }

  /** The verdict on a hash, and the block if it is one. */
  private RejectReason conclude(
      MiningChannel judged, Candidate candidate, byte[] hash, Worker submitter, long nowMillis) {
    if (ShareJudge.solves(candidate, hash, 0)) {
      Worker finder = submitter == null ? worker : submitter;
      Job job = candidate.job();
      Hash256 blockId =
          port.coin().blockId() == BlockId.POW
              ? Hash256.of(hash)
              : Hash256.of(Sha256.twice(candidate.header()));
      SolvedBlock block =
          service.judge().solved(judged, candidate, blockId, finder, nowMillis, port.node().name());
      port.node()
          .blocks()
          .found(
              block,
              new BlockReport(
                  nowMillis,
                  job.currency(),
                  job.algorithm(),
                  job.height(),
                  blockId,
                  finder,
                  job.reward(),
                  job.bits().toString(),
                  Difficulty.ofTarget(job.networkTarget(), port.coin().difficultyOne()).value(),
                  BlockOutcome.PENDING,
                  ""));
    }
    return service.judge().decide(judged, candidate, hash, 0);
  }

  private void answer(
      RequestId id,
      Candidate candidate,
      RejectReason reason,
      Worker submitter,
      long nowNanos,
      long nowMillis) {
    if (submitter == null) {
      port.statistics().onNotAuthorized(nowNanos);
      error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
      countInvalid();
      return;
    }
    Verdict verdict = reason == null ? Verdict.ACCEPTED : reason.verdict();
    Job job = candidate.job();
    port.node()
        .shares()
        .onShare(
            new Share(
                nowMillis,
                port.coin().currency(),
                port.coin().algorithm().name(),
                submitter,
                candidate.difficulty(),
                verdict,
                job == null ? 0 : job.height()));
    port.statistics().onShare(verdict, candidate.difficulty(), nowNanos);
    if (reason == null) {
      service.writer().accepted(id);
      accepted++;
      invalidRun = 0;
      lastShareNanos = nowNanos;
      if (vardiff != null && !closed) {
        vardiff.onShare(candidate.difficulty(), nowNanos);
        retarget(nowNanos);
      }
      return;
    }
    error(id, ErrorCode.of(reason), reason.text());
    // A late share is the network's fault, not the miner's.
    if (reason != RejectReason.STALE) {
      countInvalid();
    }
  }

  private void countInvalid() {
    if (++invalidRun >= port.node().options().maxInvalidRun()) {
      close(CloseReason.TOO_MANY_INVALID);
    }
  }

  @Override
  public void onConfigure(RequestId id, List<String> extensions, Map<String, Object> parameters) {
    Map<String, Object> result = new LinkedHashMap<>();
    for (String extension : extensions) {
      switch (extension) {
        case "version-rolling" -> configureVersionRolling(parameters, result);
        case "minimum-difficulty" -> {
          OptionalDouble value = number(parameters.get("minimum-difficulty.value"));
          if (value.isPresent()) {
            if (value.getAsDouble() != minimumDifficulty) {
              minimumDifficulty = value.getAsDouble();
              difficultyChanged();
            }
            result.put(extension, true);
          } else {
            result.put(extension, "minimum-difficulty.value must be a positive number");
          }
        }
        case "subscribe-extranonce" -> {
          wantsExtranonce = true;
          result.put(extension, true);
        }
        case "info" -> {
          if (parameters.get("info.sw-version") instanceof String software && userAgent.isEmpty()) {
            userAgent = service.userAgent(software, LONGEST_USER_AGENT);
          }
          result.put(extension, true);
        }
        default -> result.put(extension, false);
      }
    }
    service.writer().result(id, result);
    flushMask(extensions);
  }

  private void configureVersionRolling(Map<String, Object> parameters, Map<String, Object> result) {
    int poolMask = port.options().versionRolling() ? port.coin().versionMask() : 0;
    OptionalLong wanted = mask(given(parameters, "version-rolling.mask", "ffffffff"));
    OptionalLong fewest = count(given(parameters, "version-rolling.min-bit-count", 0));
    if (wanted.isEmpty()) {
      result.put("version-rolling", "version-rolling.mask must be 8 hexadecimal digits");
      return;
    }
    if (fewest.isEmpty()) {
      result.put("version-rolling", "version-rolling.min-bit-count must be 0 to 32");
      return;
    }
    int mask = poolMask & (int) wanted.getAsLong();
    if (mask == 0 || Integer.bitCount(mask) < fewest.getAsLong()) {
      result.put("version-rolling", false);
      return;
    }
    requestedMask = mask;
    if (channel != null) {
      channel.versionMask(mask);
    }
    result.put("version-rolling", true);
    result.put("version-rolling.mask", Hex.ofInt(mask));
  }

  /** A mask agreed on while mining holds at once; firmware that knows the order is told so. */
  private void flushMask(List<String> extensions) {
    if (channel != null && requestedMask != 0 && extensions.contains("version-rolling")) {
      service.writer().order("mining.set_version_mask", Hex.ofInt(channel.versionMask()));
    }
  }

  @Override
  public void onExtranonceSubscribe(RequestId id) {
    wantsExtranonce = true;
    service.writer().accepted(id);
  }

  @Override
  public void onSuggestDifficulty(RequestId id, double value) {
    service.writer().accepted(id);
    double wanted = port.options().difficulty().manual(value);
    // Firmware that repeats itself must not undo what vardiff has found since.
    if (wanted != suggested) {
      suggested = wanted;
      difficultyChanged();
    }
  }

  @Override
  public void onSuggestTarget(RequestId id, String target) {
    onSuggestDifficulty(
        id, Difficulty.ofTarget(Target.ofHex(target), port.coin().difficultyOne()).value());
  }

  @Override
  public void onGetTransactions(RequestId id, long jobKey) {
    if (worker == null) {
      error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
      return;
    }
    if (port.book().find(MiningChannel.jobId(jobKey)) == null) {
      error(id, ErrorCode.JOB_NOT_FOUND, RejectReason.UNKNOWN_JOB.text());
      return;
    }
    // The answer may be large: one at a time, and only to who reads.
    if (transactionsAsked || peer.isBehind()) {
      error(id, ErrorCode.OTHER, "One question for transactions at a time");
      return;
    }
    transactionsAsked = true;
    RequestId later = id.copy();
    service
        .transactions(MiningChannel.jobId(jobKey))
        .onComplete(
            found ->
                port.guarded(
                    this,
                    () -> {
                      transactionsAsked = false;
                      if (found.succeeded()) {
                        service.writer().result(later, found.result());
                      } else {
                        error(
                            later, ErrorCode.OTHER, "Not available: " + found.cause().getMessage());
                      }
                      sendLater();
                    }));
  }

  private void sendLater() {
    if (closed) {
      port.out().take();
    } else {
      flush();
    }
  }

  @Override
  public void onPing(RequestId id) {
    service.writer().result(id, "pong");
  }

  @Override
  public void onGetVersion(RequestId id) {
    service.writer().result(id, service.version());
  }

  @Override
  public void onUnknown(RequestId id, String method) {
    port.statistics().onUnknownError(port.clocks().nowNanos());
    String shown = method.length() <= 64 ? method : method.substring(0, 64) + "…";
    error(id, ErrorCode.OTHER, "Unknown method '" + shown + "'");
  }

  @Override
  public void onMalformed(RequestId id, String fault) {
    port.statistics().onUnknownError(port.clocks().nowNanos());
    error(id, ErrorCode.OTHER, fault);
    if (worker != null) {
      countInvalid();
    }
  }

  @Override
  public boolean onAnswer(Object id, JsonObject answer) {
    if (!askedVersion || !(id instanceof Number number) || number.intValue() != GET_VERSION_ID) {
      return false;
    }
    askedVersion = false;
    if (answer.getValue("result") instanceof String version) {
      userAgent = service.userAgent(version, LONGEST_USER_AGENT);
    }
    return true;
  }

  // ---- difficulty ----

  private void setUpDifficulty() {
    DifficultyOptions options = port.options().difficulty();
    double minimum =
        Math.max(
            asked.minimum().orElse(0),
            Math.max(minimumDifficulty, port.options().suggestionIsMinimum() ? suggested : 0));
    double start =
        suggested > 0
            ? suggested
            : resumedDifficulty > 0 ? resumedDifficulty : asked.start().orElse(options.start());
    if (asked.fixed().isPresent() || options.vardiff().isEmpty()) {
      vardiff = null;
      difficulty = Math.max(minimum, asked.fixed().orElse(start));
      return;
    }
    double low = Math.max(minimum, options.minimum());
    double high = Math.min(asked.maximum().orElse(options.maximum()), options.maximum());
    vardiff = new Vardiff(options.vardiff().get(), start, low, Math.max(low, high));
    vardiffStarted = false;
    difficulty = vardiff.difficulty();
    if (port.line() != null) {
      startVardiff(port.clocks().nowNanos());
    }
  }

  /** Time counts from the first job on: without work there is no silence. */
  private void startVardiff(long nowNanos) {
    if (vardiff != null && !vardiffStarted) {
      vardiffStarted = true;
      vardiff.start(nowNanos);
    }
  }

  /** The miner asked for another difficulty: if it is mining already, it holds from now on. */
  private void difficultyChanged() {
    if (worker != null) {
      setUpDifficulty();
      if (port.line() == null) {
        service.writer().setDifficulty(effectiveDifficulty());
      } else if (effectiveDifficulty() != channel.lastDifficulty()) {
        assign(port.clocks().nowNanos(), false);
      }
    }
  }

  private void retarget(long nowNanos) {
    if (vardiff == null || port.line() == null) {
      return;
    }
    double next = vardiff.retarget(nowNanos);
    if (next != Vardiff.NO_CHANGE) {
      difficulty = next;
      if (effectiveDifficulty() != channel.lastDifficulty()) {
        assign(nowNanos, false);
      }
    }
  }

  /** The machine cannot hash what comes in: what this miner sends must become rarer. */
  private void raiseDifficulty(long nowNanos) {
    if (vardiff == null || nowNanos - lastRaiseNanos < NANOS_BETWEEN_RAISES) {
      return;
    }
    lastRaiseNanos = nowNanos;
    difficulty = vardiff.assign(difficulty * 2, nowNanos);
    if (effectiveDifficulty() != channel.lastDifficulty()) {
      assign(nowNanos, false);
    }
  }

  /** No share may be harder than a block, or blocks would be missed. */
  private double effectiveDifficulty() {
    return Math.min(difficulty, port.networkDifficulty());
  }

  // ---- jobs ----

  /** Hands the current job to this miner alone, the difficulty before it if that has changed. */
  private void assign(long nowNanos, boolean clean) {
    JobLine line = port.line();
    Job job = line.job();
    startVardiff(nowNanos);
    double effective = effectiveDifficulty();
    double last = channel.lastDifficulty();
    boolean drop = clean || !mayGoOn();
    int issue = channel.assign(job, effective, port.target(effective));
    if (issue < 0) {
      // Handed out too often: the last issue once more. The next job brings the difficulty.
      issue = channel.lastIssue();
      effective = last;
    }
    long time = channel.nextTime(job, issue, port.clocks().nowMillis() / 1000);
    if (!maskIsTold(job)) {
      channel.versionMask(requestedMask & job.versionMask());
      service.writer().order("mining.set_version_mask", Hex.ofInt(channel.versionMask()));
    }
    if (effective != last || clean) {
      service.writer().setDifficulty(effective);
    }
    service.writer().job(line, issue, time, drop || (issue == 0 && line.clean()));
    lastJobNanos = nowNanos;
  }

  /**
   * Whether the miner may go on with what it has: the job before this one may have passed it by.
   */
  private boolean mayGoOn() {
    JobBook.Entry last = port.book().find(channel.lastJobId());
    return last != null && !last.stale();
  }

  /** Whether the miner knows which of its version bits this job leaves it. */
  private boolean maskIsTold(Job job) {
    return requestedMask == 0 || channel.versionMask() == (requestedMask & job.versionMask());
  }

  /** The coin's extranonces have another size now: tell the miner, or have it come again. */
  private void changeExtranonce(Job job, long nowNanos) {
    if (!wantsExtranonce) {
      reconnect();
      close(CloseReason.NEW_EXTRANONCE);
      return;
    }
    MiningChannel next = newChannel();
    if (next == null) {
      close(CloseReason.FULL);
      return;
    }
    next.versionMask(channel.versionMask());
    // Hashes that are still being computed have their own reference to the old channel.
    port.node().release(port.coin().currency(), channel);
    channel = next;
    extranonce2Size = job.extranonce2Size();
    service
        .writer()
        .order("mining.set_extranonce", Hex.encode(channel.extranonce1()), job.extranonce2Size());
    assign(nowNanos, true);
    flush();
  }

  // ---- what others may know ----

  /** Whether a worker is authorized. */
  public boolean isAuthorized() {
    return worker != null;
  }

  /** The first worker, or null before authorization. */
  public Worker worker() {
    return worker;
  }

  /** The difficulty that the miner has now. */
  public double difficulty() {
    return channel == null || channel.lastDifficulty() == 0 ? difficulty : channel.lastDifficulty();
  }

  public long acceptedShares() {
    return accepted;
  }

  public long lastShareNanos() {
    return lastShareNanos;
  }

  public long connectedNanos() {
    return connectedNanos;
  }

  public String userAgent() {
    return userAgent;
  }

  /** Tells the session from others without giving away what would resume it. */
  public String publicId() {
    return channel == null ? "" : Hex.encode(channel.extranonce1());
  }

  public String address() {
    return peer.address();
  }

  /** The authorized worker of this name, or null. */
  private Worker worker(byte[] line, int from, int length) {
    if (worker != null && Arrays.equals(name, 0, name.length, line, from, from + length)) {
      return worker;
    }
    if (moreWorkers.isEmpty()) {
      return null;
    }
    return moreWorkers.get(new String(line, from, length, StandardCharsets.UTF_8));
  }

  private void error(RequestId id, int code, String text) {
    service.writer().error(id, code, text);
  }

  private static OptionalDouble number(Object value) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text) {
      try {
        number = Double.parseDouble(text);
      } catch (NumberFormatException e) {
        return OptionalDouble.empty();
      }
    }
    return number > 0 && number < Double.POSITIVE_INFINITY
        ? OptionalDouble.of(number)
        : OptionalDouble.empty();
  }

  /** A parameter, or its default where it is missing or null. */
  private static Object given(Map<String, Object> parameters, String key, Object fallback) {
    Object value = parameters.get(key);
    return value == null ? fallback : value;
  }

  private static OptionalLong mask(Object value) {
    if (!(value instanceof String text) || text.isEmpty() || text.length() > 8) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(HexFormat.fromHexDigitsToLong(text));
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong count(Object value) {
    double number = Double.NaN;
    if (value instanceof Number given) {
      number = given.doubleValue();
    } else if (value instanceof String text && text.matches("[0-9]{1,2}")) {
      number = Integer.parseInt(text);
    }
    return number >= 0 && number <= MOST_MASK_BITS
        ? OptionalLong.of((long) number)
        : OptionalLong.empty();
  }
}
