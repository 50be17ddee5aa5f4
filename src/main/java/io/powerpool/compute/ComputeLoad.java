package io.powerpool.compute;

/**
 * How busy a {@link ComputePool} was at one moment; rates come from comparing two of these.
 *
 * @param nanoTime when, on the clock of {@link System#nanoTime}
 * @param threads how many threads hash
 * @param queued headers that wait for a thread
 * @param queueLimit how many may wait
 * @param hashed headers hashed since the pool was made
 * @param refused headers refused since then because the queue was full
 * @param busyNanos time that all threads together have spent hashing since then
 */
public record ComputeLoad(
    long nanoTime,
    int threads,
    int queued,
    int queueLimit,
    long hashed,
    long refused,
    long busyNanos) {

  /** How full the queue is, from 0 to 1. */
  public double queueFill() {
    return (double) queued / queueLimit;
  }

  /** Headers hashed per second since the earlier moment; 0 if no time has passed. */
  public double hashesPerSecond(ComputeLoad earlier) {
    long nanos = nanoTime - earlier.nanoTime;
    return nanos <= 0 ? 0 : (hashed - earlier.hashed) * 1e9 / nanos;
  }

  /** The share of the threads' time that went into hashing since the earlier moment, 0 to 1. */
  public double utilisation(ComputeLoad earlier) {
    long nanos = nanoTime - earlier.nanoTime;
    return nanos <= 0
        ? 0
        : Math.min(1, (busyNanos - earlier.busyNanos) / ((double) nanos * threads));
  }

  /** How long a header submitted now would wait, judged by the speed so far; 0 at the start. */
  public double expectedWaitMillis() {
    return hashed == 0 ? 0 : queued * (busyNanos / 1e6 / hashed) / threads;
  }
}
