package io.powerpool.stratum.v1;

import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.BlockId;
import io.powerpool.coin.Coin;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.merged.MergedWork;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Candidate;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.RejectReason;
import io.powerpool.share.Share;
import io.powerpool.share.ShareJudge;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Submission;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.powerpool.stratum.MinerPort;
import io.powerpool.work.Job;
import java.util.List;

/**
 * Takes in what miners submit: has it judged, sends off the blocks, records and counts the shares,
 * and answers. One per port and event loop.
 */
final class Submissions {

  private final MinerPort port;
  private final StratumV1Writer writer;
  private final ShareJudge judge;
  private final Hasher hasher;

  /** For submissions that are judged within the call. */
  private final Candidate scratch = new Candidate();

  private final byte[] hash = new byte[Hash256.SIZE];

  Submissions(MinerPort port, StratumV1Writer writer) {
    this.port = port;
    this.writer = writer;
    this.judge =
        new ShareJudge(
            port.book(),
            port.node().options().timeAhead().toSeconds(),
            port.node().options().maxSharesPerJob());
    this.hasher = port.coins().first().algorithm().newHasher();
  }

  /**
   * Takes a submission of an authorized session.
   *
   * @param submitter null where the name given was not authorized: that earns nothing, but a block
   *     is a block
   */
  void take(StratumV1Session session, RequestId id, Worker submitter, Submission submission) {
    long nowNanos = port.clocks().nowNanos();
    long nowMillis = port.clocks().nowMillis();
    boolean slow = port.coins().first().algorithm().slow();
    Candidate candidate = slow ? new Candidate() : scratch;
    MiningChannel judged = session.work().channel().handed(submission.jobKey());
    RejectReason reason = judge.prepare(judged, submission, nowNanos, candidate);
    if (slow && candidate.hashable()) {
      hashElsewhere(session, id, judged, candidate, submitter, nowNanos, nowMillis);
      return;
    }
    if (candidate.hashable()) {
      reason = conclude(session, judged, candidate, hash(candidate), submitter, nowMillis);
    }
    answer(session, id, candidate, reason, submitter, nowNanos, nowMillis);
  }

  /** Has a slow hash computed by the compute pool; where that is full, here and now. */
  private void hashElsewhere(
      StratumV1Session session,
      RequestId id,
      MiningChannel judged,
      Candidate candidate,
      Worker submitter,
      long nowNanos,
      long nowMillis) {
    RequestId later = id.copy();
    boolean taken =
        port.slowHashing()
            .hash(
                candidate.header(),
                hashed ->
                    port.guarded(
                        session,
                        () -> hashed(session, later, judged, candidate, hashed, submitter)));
    if (taken) {
      port.hashPending(1);
      session.onHashPending();
      return;
    }
    // Nothing is refused unseen. This holds the event loop up, so it reads less, and the miner is
    // asked for fewer shares.
    RejectReason reason =
        conclude(session, judged, candidate, hash(candidate), submitter, nowMillis);
    answer(session, id, candidate, reason, submitter, nowNanos, nowMillis);
    session.work().raiseDifficulty(nowNanos);
  }

  /** A hash came back. If the connection has ended meanwhile, the share counts all the same. */
  private void hashed(
      StratumV1Session session,
      RequestId id,
      MiningChannel judged,
      Candidate candidate,
      byte[] hashed,
      Worker submitter) {
    port.hashPending(-1);
    session.onHashDone();
    long nowMillis = port.clocks().nowMillis();
    RejectReason reason = conclude(session, judged, candidate, hashed, submitter, nowMillis);
    answer(session, id, candidate, reason, submitter, port.clocks().nowNanos(), nowMillis);
    session.onAnsweredLate();
  }

  /** The proof-of-work hash of the candidate's header; valid until the next call. */
  private byte[] hash(Candidate candidate) {
    hasher.hash(candidate.header(), 0, hash, 0);
    return hash;
  }

  /** The verdict on a hash, and the blocks if it solves any: the main chain's first. */
  private RejectReason conclude(
      StratumV1Session session,
      MiningChannel judged,
      Candidate candidate,
      byte[] hashed,
      Worker submitter,
      long nowMillis) {
    Worker finder = submitter == null ? session.worker() : submitter;
    if (ShareJudge.solves(candidate, hashed, 0)) {
      solved(judged, candidate, hashed, finder, nowMillis);
    }
    List<MergedWork> merged = candidate.job().merged();
    for (int i = 0; i < merged.size(); i++) {
      MergedWork work = merged.get(i);
      if (work.target().isMetBy(hashed, 0)) {
        solved(judged, candidate, work, finder, nowMillis);
      }
    }
    return judge.decide(judged, candidate, hashed, 0);
  }

  private void solved(
      MiningChannel judged, Candidate candidate, byte[] hashed, Worker finder, long nowMillis) {
    Job job = candidate.job();
    Coin coin = port.coins().of(job);
    Hash256 blockId =
        coin.blockId() == BlockId.POW
            ? Hash256.of(hashed)
            : Hash256.of(Sha256.twice(candidate.header()));
    SolvedBlock block =
        judge
            .solved(judged, candidate, blockId, finder, nowMillis, port.node().name())
            .forChain(port.options().chain());
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
                Difficulty.ofTarget(job.networkTarget(), coin.difficultyOne()).value(),
                BlockOutcome.PENDING,
                ""));
  }

  /** Hands a merged chain's block on. */
  private void solved(
      MiningChannel judged, Candidate candidate, MergedWork work, Worker finder, long nowMillis) {
    port.node()
        .blocks()
        .found(
            judge
                .solved(judged, candidate, work, finder, nowMillis, port.node().name())
                .forChain(port.options().chain()),
            new BlockReport(
                nowMillis,
                work.currency(),
                candidate.job().algorithm(),
                work.work().height(),
                work.work().hash(),
                finder,
                work.work().value(),
                work.work().bits().toString(),
                work.offer().difficulty(),
                BlockOutcome.PENDING,
                ""));
  }

  private void answer(
      StratumV1Session session,
      RequestId id,
      Candidate candidate,
      RejectReason reason,
      Worker submitter,
      long nowNanos,
      long nowMillis) {
    if (submitter == null) {
      port.statistics().onNotAuthorized(nowNanos);
      writer.error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
      session.countInvalid();
      return;
    }
    Verdict verdict = reason == null ? Verdict.ACCEPTED : reason.verdict();
    Job job = candidate.job();
    Coin coin = port.coins().of(job);
    double counted = candidate.difficulty() / port.coins().scale(coin);
    port.node()
        .shares()
        .onShare(
            new Share(
                nowMillis,
                coin.currency(),
                coin.algorithm().name(),
                submitter,
                candidate.difficulty(),
                verdict,
                job == null ? 0 : job.height(),
                port.options().chain()));
    port.statistics().onShare(verdict, counted, nowNanos);
    if (reason == null) {
      writer.accepted(id);
      session.onAccepted(counted, nowNanos);
      return;
    }
    writer.error(id, ErrorCode.of(reason), reason.text());
    // A late share is the network's fault, not the miner's.
    if (reason != RejectReason.STALE) {
      session.countInvalid();
    }
  }
}
