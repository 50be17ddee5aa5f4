package io.powerpool.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Notes by how much something that happens every so often was late, for the machine was busy: so
 * much later than it ought to may all else be that is measured meanwhile. Any thread may use it.
 */
public final class StallMeter implements AutoCloseable {

  /**
   * How late it was.
   *
   * @param longest the longest of the delays
   * @param total all of them together
   */
  public record Stalls(Duration longest, Duration total) {}

  private final long intervalNanos;
  private long tickedNanos = System.nanoTime();
  private long longestNanos;
  private long totalNanos;
  private volatile boolean closed;

  /**
   * Measures whoever calls {@link #tick}.
   *
   * @param interval how often that is, at best
   */
  public StallMeter(Duration interval) {
    intervalNanos = interval.toNanos();
  }

  /** Measures this process by a thread of its own. */
  public static StallMeter ofThisProcess() {
    StallMeter meter = new StallMeter(Duration.ofMillis(10));
    Thread thread = new Thread(meter::tickOn, "stall-meter");
    thread.setDaemon(true);
    thread.start();
    return meter;
  }

  private void tickOn() {
    while (!closed) {
      LockSupport.parkNanos(intervalNanos);
      tick();
    }
  }

  /** It has happened again. */
  public synchronized void tick() {
    long nowNanos = System.nanoTime();
    long lateNanos = Math.max(0, nowNanos - tickedNanos - intervalNanos);
    longestNanos = Math.max(longestNanos, lateNanos);
    totalNanos += lateNanos;
    tickedNanos = nowNanos;
  }

  /** What was noted since the last call of this, and what is under way. */
  public synchronized Stalls take() {
    tick();
    Stalls stalls = new Stalls(Duration.ofNanos(longestNanos), Duration.ofNanos(totalNanos));
    longestNanos = 0;
    totalNanos = 0;
    return stalls;
  }

  @Override
  public void close() {
    closed = true;
  }
}
