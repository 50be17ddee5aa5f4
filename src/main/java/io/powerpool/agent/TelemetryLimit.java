package io.powerpool.agent;

import io.powerpool.share.Worker;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How much of what agents tell is stored within a minute: so many tellings of a worker, whoever
 * speaks for it, and so many bytes of all workers together. They go into the journal that shares
 * are in, which has its limit too. Belongs to one event loop.
 */
final class TelemetryLimit {

  /**
   * What an entry counts beside its data: about what the journal has there, names and numbers. As
   * each counts so much, the limit in bytes is one of the workers in memory, too.
   */
  static final int ENTRY_BYTES = 128;

  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final int mostOfWorker;
  private final long mostBytes;

  /** Tellings of this minute, by who they are about. */
  private Map<Worker, Integer> byWorker = new HashMap<>();

  private long bytes;
  private long sinceNanos;

  /**
   * @param mostOfWorker tellings in a minute
   * @param mostBytes of data, and {@link #ENTRY_BYTES} for each, in a minute
   */
  TelemetryLimit(int mostOfWorker, long mostBytes) {
    this.mostOfWorker = mostOfWorker;
    this.mostBytes = mostBytes;
  }

  /**
   * Counts one telling if it may be stored.
   *
   * @param dataBytes the length of its data
   * @return empty if it may; else why it is to be dropped, as a key in statistics
   */
  Optional<String> take(Worker worker, int dataBytes, long nowNanos) {
    expire(nowNanos);
    int told = byWorker.getOrDefault(worker, 0);
    if (told >= mostOfWorker) {
      return Optional.of("too_many");
    }
    long with = bytes + dataBytes + ENTRY_BYTES;
    if (with > mostBytes) {
      return Optional.of("too_many_bytes");
    }
    if (byWorker.isEmpty()) {
      sinceNanos = nowNanos;
    }
    byWorker.put(worker, told + 1);
    bytes = with;
    return Optional.empty();
  }

  /** Forgets a minute that is over: to be called now and then. */
  void expire(long nowNanos) {
    if (!byWorker.isEmpty() && nowNanos - sinceNanos > MINUTE_NANOS) {
      // A new one: that of a busy minute is large.
      byWorker = new HashMap<>();
      bytes = 0;
    }
  }
}
