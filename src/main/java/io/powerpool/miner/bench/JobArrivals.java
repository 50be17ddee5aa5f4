package io.powerpool.miner.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongPredicate;

/** When each job reached each connection. */
final class JobArrivals {

  private final Map<String, Arrivals> jobs = new ConcurrentHashMap<>();
  private final int connections;

  JobArrivals(int connections) {
    this.connections = connections;
  }

  Arrivals of(String jobId, boolean clean) {
    return jobs.computeIfAbsent(jobId, id -> new Arrivals(clean, connections));
  }

  /**
   * The jobs that reached at least {@code expected} connections, in order of their arrival.
   *
   * @param wanted whether a job that came first at this time is of interest
   */
  List<Distribution> complete(boolean clean, int expected, LongPredicate wanted) {
    List<Distribution> result = new ArrayList<>();
    for (Arrivals arrivals : jobs.values()) {
      if (arrivals.clean == clean) {
        long[] sorted = arrivals.sorted();
        if (sorted.length > 0 && sorted.length >= expected && wanted.test(sorted[0])) {
          result.add(new Distribution(sorted));
        }
      }
    }
    result.sort((a, b) -> Long.compare(a.first(), b.first()));
    return result;
  }

  /** One job's arrivals. Each connection writes its own place only. */
  static final class Arrivals {

    private final boolean clean;
    private final long[] nanos;

    private Arrivals(boolean clean, int connections) {
      this.clean = clean;
      nanos = new long[connections];
    }

    /** Notes the first arrival at a connection. */
    void note(int connection, long nowNanos) {
      if (nanos[connection] == 0) {
        nanos[connection] = nowNanos;
      }
    }

    private long[] sorted() {
      long[] sorted = Arrays.stream(nanos).filter(at -> at != 0).toArray();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** The times of one job's arrivals, ascending, on the clock of System.nanoTime. */
  record Distribution(long[] nanos) {

    long first() {
      return nanos[0];
    }

    long last() {
      return nanos[nanos.length - 1];
    }

    /** From the first connection to the one in the middle, in milliseconds. */
    double toMedianMillis() {
      return (nanos[nanos.length / 2] - first()) / 1e6;
    }

    /** From the first connection to the last, in milliseconds. */
    double toLastMillis() {
      return (last() - first()) / 1e6;
    }
  }
}
