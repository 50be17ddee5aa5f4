package io.powerpool.share;

/** Why a submission does not count. */
public enum RejectReason {
  UNKNOWN_JOB(Verdict.INVALID, "Job not found"),
  STALE(Verdict.STALE, "Stale share: the block has changed"),
  DUPLICATE(Verdict.DUPLICATE, "Duplicate share"),
  LOW_DIFFICULTY(Verdict.LOW_DIFFICULTY, "Low difficulty share"),
  EXTRANONCE2_SIZE(Verdict.INVALID, "Wrong length of extranonce2"),
  TIME_TOO_OLD(Verdict.INVALID, "ntime is before the job's minimum"),
  TIME_TOO_NEW(Verdict.INVALID, "ntime is too far in the future"),
  VERSION_BITS(Verdict.INVALID, "Version bits outside the mask"),
  TOO_MANY_SHARES(Verdict.INVALID, "Too many shares for one job");

  private final Verdict verdict;
  private final String text;

  RejectReason(Verdict verdict, String text) {
    this.verdict = verdict;
    this.text = text;
  }

  public Verdict verdict() {
    return verdict;
  }

  /** For the miner's log. */
  public String text() {
    return text;
  }
}
