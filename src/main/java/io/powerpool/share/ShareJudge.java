package io.powerpool.share;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.merged.AuxPow;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobBook;

/**
 * All the rules a share is judged by, cheapest first. One per event loop and coin.
 *
 * <p>Every submission for a known job is hashed, also one that is refused: it may be a block, and a
 * block is worth more than any rule. Only an exact duplicate is not: the same header was tested
 * when it came first.
 */
public final class ShareJudge {

  private final JobBook book;
  private final long aheadSeconds;
  private final int mostSharesPerJob;
  private final HeaderAssembler assembler = new HeaderAssembler();

  /**
   * @param aheadSeconds how far a share's time may be ahead of the coin server's clock; nodes
   *     refuse more than 7,200 seconds
   * @param mostSharesPerJob how many shares of one job are taken from one channel
   */
  public ShareJudge(JobBook book, long aheadSeconds, int mostSharesPerJob) {
    this.book = book;
    this.aheadSeconds = aheadSeconds;
    this.mostSharesPerJob = mostSharesPerJob;
  }

  /**
   * Does all that needs no hash. Afterwards {@code candidate.hashable()} tells whether to hash its
   * header and call {@link #decide} with the result, which is due even if there is a fault already;
   * if not, the fault returned is final.
   *
   * @param nowNanos on the clock of the job book
   */
  public RejectReason prepare(
      MiningChannel channel, Submission submission, long nowNanos, Candidate candidate) {
    long jobId = MiningChannel.jobId(submission.jobKey());
    JobBook.Entry entry = book.find(jobId);
    int assignment = channel.assignments().find(submission.jobKey());
    if (entry == null || assignment < 0) {
      return refused(candidate, RejectReason.UNKNOWN_JOB);
    }
    Job job = entry.job();
    if (submission.extranonce2Size() != job.extranonce2Size()
        || channel.extranonce1().length != job.extranonce1Size()) {
      return refused(candidate, RejectReason.EXTRANONCE2_SIZE);
    }
    int mask = channel.versionMask() & job.versionMask();
    int bits = submission.versionBits() < 0 ? 0 : (int) submission.versionBits();
    // Bits outside the mask are refused; for the block test they stay as the miner had them.
    int version = (bits & ~mask) == 0 ? (job.version() & ~mask) | bits : job.version() | bits;
    long seenKey =
        SeenShares.key(submission.extranonce2(), submission.time(), submission.nonce(), version);
    if (channel.seen().contains(jobId, seenKey)) {
      return refused(candidate, RejectReason.DUPLICATE);
    }
    candidate.begin(
        job,
        channel.assignments().difficulty(assignment),
        channel.assignments().target(assignment),
        fault(entry, submission, bits & ~mask, nowNanos));
    candidate.assembled(
        assembler.assemble(
            job,
            channel.extranonce1(),
            submission.extranonce2(),
            submission.time(),
            submission.nonce(),
            version),
        submission.extranonce2(),
        seenKey);
    return candidate.fault();
  }

  /**
   * The verdict, now that the hash is known.
   *
   * @param hash 32 bytes in internal order at {@code at}
   * @return why the submission does not count, or null if it is accepted
   */
  public RejectReason decide(MiningChannel channel, Candidate candidate, byte[] hash, int at) {
    // Also for stale work: who sends junk is not excused by its being late.
    if (!candidate.target().isMetBy(hash, at)) {
      return RejectReason.LOW_DIFFICULTY;
    }
    long jobId = candidate.job().id();
    if (channel.seen().size(jobId) >= mostSharesPerJob) {
      return RejectReason.TOO_MANY_SHARES;
    }
    // Remembered only now, so that junk fills no memory.
    return channel.seen().add(jobId, candidate.seenKey())
        ? candidate.fault()
        : RejectReason.DUPLICATE;
  }

  /** Whether the hash solves the block that the candidate's job is for. */
  public static boolean solves(Candidate candidate, byte[] hash, int at) {
    return candidate.job().networkTarget().isMetBy(hash, at);
  }

  /**
   * The solved block, to be sent before anything else is done.
   *
   * @param id the block's id
   */
  public SolvedBlock solved(
      MiningChannel channel,
      Candidate candidate,
      Hash256 id,
      Worker worker,
      long epochMillis,
      String node) {
    Job job = candidate.job();
    return new SolvedBlock(
        job.templateId(),
        job.currency(),
        job.height(),
        id,
        candidate.header().clone(),
        assembler.coinbase(job, channel.extranonce1(), candidate.extranonce2()),
        worker,
        candidate.difficulty(),
        epochMillis,
        node,
        null);
  }

  /**
   * The solved block of a merged chain.
   *
   * @param work of that chain, one of the job's
   */
  public SolvedBlock solved(
      MiningChannel channel,
      Candidate candidate,
      MergedWork work,
      Worker worker,
      long epochMillis,
      String node) {
    Job job = candidate.job();
    byte[] header = candidate.header().clone();
    byte[] coinbase = assembler.coinbase(job, channel.extranonce1(), candidate.extranonce2());
    return new SolvedBlock(
        job.templateId(),
        work.currency(),
        work.work().height(),
        work.work().hash(),
        header,
        coinbase,
        worker,
        candidate.difficulty(),
        epochMillis,
        node,
        AuxPow.prove(coinbase, job.branch(), work, header));
  }

  private RejectReason fault(
      JobBook.Entry entry, Submission submission, int forbiddenBits, long nowNanos) {
    if (entry.stale()) {
      return RejectReason.STALE;
    }
    if (submission.time() < entry.job().minimumTime()) {
      return RejectReason.TIME_TOO_OLD;
    }
    if (submission.time() > entry.chainTime(nowNanos) + aheadSeconds) {
      return RejectReason.TIME_TOO_NEW;
    }
    return forbiddenBits != 0 ? RejectReason.VERSION_BITS : null;
  }

  private static RejectReason refused(Candidate candidate, RejectReason reason) {
    candidate.begin(reason);
    return reason;
  }
}
