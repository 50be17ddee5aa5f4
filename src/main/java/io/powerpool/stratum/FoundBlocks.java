package io.powerpool.stratum;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.SolvedBlock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells which solved blocks are worth handing in. Thread safe.
 *
 * <p>A block is worth nothing if it was found before, and hardly anything if another one of its job
 * has been taken: they have the same parent, and the chain has room for one. Yet it may drop that
 * one for the other, so a few are handed in. Where a share solves a block every time, as on a
 * practice chain or on a test network that lowers its difficulty, there are thousands of those, and
 * handing them all in would keep everybody from the next block. For the same reason only so many
 * blocks of a job may be without an outcome at a time; those of a job differ in nothing that a
 * chain cares for, so one more would fare like them. On a chain where blocks are worth something
 * not even two of one job are found before the first has its outcome.
 *
 * <p>Another job with the same parent counts for itself: the chain may have gone back.
 */
final class FoundBlocks {

  /**
   * So many blocks of one job may be without an outcome, and so many are handed in in all once one
   * of them is taken.
   */
  static final int MOST_UNDECIDED = 8;

  private static final int MOST_KNOWN = 10_000;
  private static final int MOST_JOBS = 1000;

  /** What a job's blocks are counted under: a merged chain's count for themselves. */
  private record JobKey(String currency, long jobId) {}

  private static final class Job {
    private int undecided;
    private int handedIn;
    private boolean taken;
    private boolean told;
  }

  /** What to do with a block. */
  enum Worth {
    /** To be handed in. */
    HAND_IN,
    /** Found before, or one of its job is taken and enough others are handed in: nothing. */
    NONE,
    /** Nothing, because too many of its job are undecided; for the first time with this job. */
    TOO_MANY
  }

  private final Set<Hash256> known = new LinkedHashSet<>();
  private final Map<JobKey, Job> jobs = new LinkedHashMap<>();

  /** A block that was found just now; if it is to be handed in, {@link #decided} is due. */
  synchronized Worth add(SolvedBlock block) {
    if (known.contains(block.hash())) {
      return Worth.NONE;
    }
    JobKey key = new JobKey(block.currency(), block.jobId());
    Job job = jobs.get(key);
    if (job == null) {
      job = new Job();
      jobs.put(key, job);
      dropOldest(jobs.keySet(), MOST_JOBS);
    }
    if (job.taken && job.handedIn >= MOST_UNDECIDED) {
      return Worth.NONE;
    }
    if (job.undecided == MOST_UNDECIDED) {
      boolean first = !job.told;
      job.told = true;
      return first ? Worth.TOO_MANY : Worth.NONE;
    }
    job.undecided++;
    job.handedIn++;
    known.add(block.hash());
    dropOldest(known, MOST_KNOWN);
    return Worth.HAND_IN;
  }

  /** The outcome of a block that was handed in is final. */
  synchronized void decided(SolvedBlock block, BlockOutcome outcome) {
    Job job = jobs.get(new JobKey(block.currency(), block.jobId()));
    if (job != null) {
      job.undecided = Math.max(0, job.undecided - 1);
      job.taken |= outcome == BlockOutcome.ACCEPTED || outcome == BlockOutcome.DUPLICATE;
    }
  }

  private static void dropOldest(Set<?> entries, int most) {
    if (entries.size() > most) {
      Iterator<?> oldest = entries.iterator();
      oldest.next();
      oldest.remove();
    }
  }
}
