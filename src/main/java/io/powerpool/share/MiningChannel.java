package io.powerpool.share;

import io.powerpool.bitcoin.Target;
import io.powerpool.work.Job;

/**
 * What the rules of mining need to know of one miner: its extranonce1, the version bits it may
 * roll, which job it was handed at which difficulty, and which shares it has sent. Knows no
 * protocol. Belongs to one event loop at a time; a session that is resumed takes it along.
 */
public final class MiningChannel {

  /** A job may be handed to one channel so often, each time under another key. */
  public static final int MOST_ISSUES = 256;

  private static final int ISSUE_BITS = 8;

  private final long extranonce1Number;
  private final byte[] extranonce1;
  private final SeenShares seen = new SeenShares();
  private final Assignments assignments = new Assignments();
  private int versionMask;
  private long lastKey = -1;
  private long lastTime;
  private double lastDifficulty;

  /** The channel that this one has taken the place of, while its jobs may still be answered. */
  private MiningChannel former;

  /**
   * @param extranonce1Number as the allocator knows it
   * @param extranonce1 its bytes; not copied, never changed
   */
  public MiningChannel(long extranonce1Number, byte[] extranonce1) {
    this.extranonce1Number = extranonce1Number;
    this.extranonce1 = extranonce1;
  }

  /** What names one handing-out of a job: the job's id with the issue in the low bits. */
  public static long key(long jobId, int issue) {
    return jobId << ISSUE_BITS | issue;
  }

  /** The id of the job that a key is about. */
  public static long jobId(long key) {
    return key >>> ISSUE_BITS;
  }

  public long extranonce1Number() {
    return extranonce1Number;
  }

  /** Not copied, never changed. */
  public byte[] extranonce1() {
    return extranonce1;
  }

  /** The header version bits that the miner has negotiated; 0 for none. */
  public int versionMask() {
    return versionMask;
  }

  public void versionMask(int mask) {
    versionMask = mask;
  }

  /**
   * Takes the place of another channel: from its next job on the miner has another extranonce1.
   * What it answers to the jobs before is still judged by the extranonce1 that those were handed
   * out with.
   */
  public void replace(MiningChannel replaced) {
    former = replaced;
    versionMask = replaced.versionMask;
  }

  /** The channel that was handed the job of this key: this one, or one that it has replaced. */
  public MiningChannel handed(long key) {
    MiningChannel channel = this;
    while (channel.former != null && channel.assignments.find(key) < 0) {
      channel = channel.former;
    }
    return channel;
  }

  /** The channel that this one has replaced, or null. */
  public MiningChannel former() {
    return former;
  }

  /**
   * Hands the job out once more, or for the first time.
   *
   * @return the issue to name it by, 0 for the first, or −1 if it was handed out too often already
   */
  public int assign(Job job, double difficulty, Target target) {
    int issue = 0;
    if (lastKey >= 0 && jobId(lastKey) == job.id()) {
      issue = (int) (lastKey & (MOST_ISSUES - 1)) + 1;
      if (issue == MOST_ISSUES) {
        return -1;
      }
    }
    lastKey = key(job.id(), issue);
    assignments.add(lastKey, difficulty, target);
    lastDifficulty = difficulty;
    return issue;
  }

  /**
   * The time to put into a job that is handed out at this moment: later than that of the issue
   * before, because a miner that starts anew with the same time would find the same shares.
   */
  public long nextTime(Job job, int issue, long chainTime) {
    long time = issue == 0 ? job.time() : Math.max(Math.max(job.time(), chainTime), lastTime + 1);
    lastTime = time;
    return time;
  }

  /** Which issue of its job was handed out last. */
  public int lastIssue() {
    return (int) (lastKey & (MOST_ISSUES - 1));
  }

  /** The difficulty of the last job handed out; 0 before the first. */
  public double lastDifficulty() {
    return lastDifficulty;
  }

  /** The id of the last job handed out, or −1. */
  public long lastJobId() {
    return lastKey < 0 ? -1 : jobId(lastKey);
  }

  /**
   * Forgets what is no longer needed.
   *
   * @param oldestLive the oldest job that shares count for
   * @param oldestKept the oldest job that is known at all: a late share for it may be a block
   * @return the channel that this one has replaced if it is not needed either, else null
   */
  public MiningChannel forgetBefore(long oldestLive, long oldestKept) {
    seen.forgetBefore(oldestLive);
    assignments.forgetBefore(key(oldestKept, 0));
    MiningChannel replaced = former;
    if (replaced == null || replaced.lastJobId() >= oldestKept) {
      return null;
    }
    former = null;
    return replaced;
  }

  SeenShares seen() {
    return seen;
  }

  Assignments assignments() {
    return assignments;
  }
}
