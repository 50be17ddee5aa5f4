package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.share.MiningChannel;
import io.powerpool.stratum.MinerPort;
import io.powerpool.work.Job;
import io.powerpool.work.JobBook;

/**
 * Hands the port's current job to single miners: what each must be told with it, and under which
 * key it answers. One per port and event loop.
 */
final class JobHandout {

  private final MinerPort port;
  private final StratumV1Writer writer;

  JobHandout(MinerPort port, StratumV1Writer writer) {
    this.port = port;
    this.writer = writer;
  }

  /**
   * Hands out a new job in the bytes that everybody gets, where nothing else is to be said: the
   * miner has the job before it, at this difficulty, and knows its version bits.
   *
   * @param versionMask agreed on with the miner, 0 if it rolls none
   * @return false if this miner needs more than that; then nothing was done
   */
  boolean handOutShared(MiningChannel channel, int versionMask, double difficulty) {
    Job job = port.line().job();
    if (channel.lastJobId() != port.formerJobId()
        || difficulty != channel.lastDifficulty()
        || !maskIsTold(channel, versionMask, job)) {
      return false;
    }
    channel.nextTime(job, channel.assign(job, difficulty, port.coins().target(difficulty)), 0);
    return true;
  }

  /**
   * Writes the current job for this miner alone, the version bits and the difficulty before it if
   * they have changed.
   *
   * @param versionMask agreed on with the miner, 0 if it rolls none
   * @param clean whether the miner must begin with it at once, and is told the difficulty anyway
   */
  void handOut(MiningChannel channel, int versionMask, double difficulty, boolean clean) {
    JobLine line = port.line();
    Job job = line.job();
    double effective = difficulty;
    double last = channel.lastDifficulty();
    boolean drop = clean || !mayGoOn(channel);
    int issue = channel.assign(job, effective, port.coins().target(effective));
    if (issue < 0) {
      // Handed out too often: the last issue once more. The next job brings the difficulty.
      issue = channel.lastIssue();
      effective = last;
    }
    long chainTime = port.book().find(job.id()).chainTime(port.clocks().nowNanos());
    long time = channel.nextTime(job, issue, chainTime);
    if (!maskIsTold(channel, versionMask, job)) {
      channel.versionMask(versionMask & job.versionMask());
      writer.order("mining.set_version_mask", Hex.ofInt(channel.versionMask()));
    }
    if (effective != last || clean) {
      writer.setDifficulty(effective);
    }
    writer.job(line, issue, time, drop || (issue == 0 && line.clean()));
  }

  /**
   * Whether the miner may go on with what it has: the job before this one may have passed it by.
   */
  private boolean mayGoOn(MiningChannel channel) {
    JobBook.Entry last = port.book().find(channel.lastJobId());
    return last != null && !last.stale();
  }

  /** Whether the miner knows which of its version bits this job leaves it. */
  private static boolean maskIsTold(MiningChannel channel, int versionMask, Job job) {
    return versionMask == 0 || channel.versionMask() == (versionMask & job.versionMask());
  }
}
