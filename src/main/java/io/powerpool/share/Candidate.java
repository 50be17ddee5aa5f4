package io.powerpool.share;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Target;
import io.powerpool.work.Job;

/**
 * A submission on its way from the checks that need no hash to the verdict. One per event loop is
 * used again and again; where the hash is computed elsewhere each submission has its own.
 */
public final class Candidate {

  private final byte[] header = new byte[BlockHeader.SIZE];
  private Job job;
  private double difficulty;
  private Target target;
  private RejectReason fault;
  private long extranonce2;
  private long seenKey;

  void begin(RejectReason reason) {
    job = null;
    difficulty = 0;
    target = null;
    fault = reason;
  }

  void begin(Job job, double difficulty, Target target, RejectReason fault) {
    this.job = job;
    this.difficulty = difficulty;
    this.target = target;
    this.fault = fault;
  }

  void assembled(byte[] assembled, long extranonce2, long seenKey) {
    System.arraycopy(assembled, 0, header, 0, header.length);
    this.extranonce2 = extranonce2;
    this.seenKey = seenKey;
  }

  /** Whether there is a header to hash, be it only because it might be a block. */
  public boolean hashable() {
    return job != null;
  }

  /** The 80 bytes to hash. */
  public byte[] header() {
    return header;
  }

  /** The job that the submission is for, or null if it is unknown. */
  public Job job() {
    return job;
  }

  /** The difficulty that the job was handed out with; 0 if the job is unknown. */
  public double difficulty() {
    return difficulty;
  }

  Target target() {
    return target;
  }

  RejectReason fault() {
    return fault;
  }

  long extranonce2() {
    return extranonce2;
  }

  long seenKey() {
    return seenKey;
  }
}
