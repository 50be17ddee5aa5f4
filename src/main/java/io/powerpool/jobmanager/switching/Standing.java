package io.powerpool.jobmanager.switching;

import io.powerpool.cluster.WorkState;
import io.powerpool.work.Job;
import java.time.Duration;

/** How one coin of a group stands: its newest job, and whether it has live work. */
final class Standing {

  /** A job manager tells each second; who misses so many has gone. */
  private static final Duration SILENCE = Duration.ofMillis(3500);

  /** So long a coin that gave no job when it was asked for one is left alone. */
  private static final Duration REST = Duration.ofSeconds(5);

  private Job job;
  private boolean unused;
  private long usedId = -1;
  private String trouble = "not heard of yet";
  private boolean heard;
  private long heardNanos;
  private boolean resting;
  private long restUntilNanos;

  /**
   * The coin has another job.
   *
   * @param handedToNobody whether no miner of the group can have it
   * @return false if it is no newer than the one before
   */
  boolean onJob(Job newer, boolean handedToNobody) {
    if (job != null && newer.id() <= job.id()) {
      return false;
    }
    job = newer;
    unused = handedToNobody && newer.id() > usedId;
    return true;
  }

  /** What its job manager says. */
  void onState(WorkState state, long nowNanos) {
    trouble = state.trouble();
    heard = true;
    heardNanos = nowNanos;
  }

  /** It was asked for a job, and none came. */
  void rest(long nowNanos) {
    resting = true;
    restUntilNanos = nowNanos + REST.toNanos();
  }

  /** The newest job, or null before the first. */
  Job job() {
    return job;
  }

  /** Whether the job builds on another block than this one, or there is none yet. */
  boolean buildsElsewhere(Job other) {
    return job == null || !job.previous().equals(other.previous());
  }

  /** Whether no miner of the group can have the newest job yet: it would find the same shares. */
  boolean unused() {
    return job != null && unused;
  }

  /** The group's miners have had this job of the coin. */
  void used(long jobId) {
    usedId = Math.max(usedId, jobId);
    unused = unused && job.id() > usedId;
  }

  /** Why miners cannot be sent there; empty if they can. */
  String trouble(long nowNanos) {
    if (heard && nowNanos - heardNanos > SILENCE.toNanos()) {
      return "its job manager is not heard of any more";
    }
    if (!trouble.isEmpty() || job == null) {
      return trouble.isEmpty() ? "no job yet" : trouble;
    }
    resting = resting && nowNanos - restUntilNanos < 0;
    return resting ? "it gave no new job" : "";
  }
}
