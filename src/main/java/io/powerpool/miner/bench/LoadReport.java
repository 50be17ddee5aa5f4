package io.powerpool.miner.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What the load generator has measured.
 *
 * @param options the load
 * @param connected connections that were authorized and had a job
 * @param faults what went wrong on connections, and how often
 * @param connectSeconds from the first connection to the last one's first job
 * @param figures shares in the measured time
 * @param unanswered shares that had no answer five seconds after the last was sent
 * @param seconds the measured time
 * @param blocks arrivals of the clean jobs
 * @param updates arrivals of the other jobs
 * @param tipNanos when the chain announced new tips; empty if it was not watched
 * @param own what this process used in the measured time, and its memory at the end
 * @param pool the same of the pool, if its process is known
 */
record LoadReport(
    LoadOptions options,
    int connected,
    Map<String, Integer> faults,
    double connectSeconds,
    LoadLoop.Figures figures,
    int unanswered,
    double seconds,
    List<JobArrivals.Distribution> blocks,
    List<JobArrivals.Distribution> updates,
    List<Long> tipNanos,
    Cpu own,
    Optional<Pool> pool) {

  /** Processor time of the measured phase, in seconds. */
  record Cpu(double user, double system) {

    static Cpu between(ProcessUsage before, ProcessUsage after) {
      return new Cpu(
          after.userSeconds() - before.userSeconds(),
          after.systemSeconds() - before.systemSeconds());
    }

    double total() {
      return user + system;
    }
  }

  /**
   * The pool's process.
   *
   * @param cpu in the measured time
   * @param connectCpu while the connections were made
   * @param emptyBytes resident before the first connection
   * @param idleBytes resident with all connections, before traffic
   * @param afterBytes resident with all connections, after traffic
   */
  record Pool(Cpu cpu, Cpu connectCpu, long emptyBytes, long idleBytes, long afterBytes) {}

  /** Whether every connection worked and every share was answered and, unless late, taken. */
  boolean clean() {
    return connected == options.connections()
        && figures.lost == 0
        && unanswered == 0
        && figures.rejectedTotal() - figures.stale <= figures.answered() / 100;
  }

  /** The table for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            "connections",
            "%d of %d in %.2f s (%.0f/s)",
            connected,
            options.connections(),
            connectSeconds,
            connected / connectSeconds));
    faults.forEach((fault, count) -> lines.add(line("fault", "%d × %s", count, fault)));
    addShares(lines);
    addJobs(lines, "new block", blocks);
    addAnnouncements(lines);
    addJobs(lines, "job update", updates);
    pool.ifPresent(usage -> addPool(lines, usage));
    lines.add(
        line(
            "generator",
            "%.2f s CPU (%.2f user, %.2f system)",
            own.total(),
            own.user(),
            own.system()));
    if (figures.lateness.getTotalCount() > 0) {
      lines.add(
          line(
              "",
              "it sent p99 %.2f ms, at worst %.2f ms after the time due; the replies' times"
                  + " include that",
              millis(figures.lateness.getValueAtPercentile(99)),
              millis(figures.lateness.getMaxValue())));
    }
    return lines;
  }

  /** The same for programs. Times are in milliseconds but where the name says otherwise. */
  JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("connections", options.connections())
            .put("connected", connected)
            .put("connectSeconds", connectSeconds)
            .put("faults", new JsonObject(new TreeMap<String, Object>(faults)))
            .put("seconds", seconds)
            .put("saturate", options.saturate())
            .put("window", options.window())
            .put("rate", options.sharesPerSecond())
            .put("sent", figures.sent)
            .put("accepted", figures.accepted)
            .put("rejected", new JsonObject(new TreeMap<String, Object>(figures.rejected)))
            .put("lost", figures.lost)
            .put("unanswered", unanswered)
            .put("sharesPerSecond", figures.answered() / seconds)
            .put("reply", percentiles(figures.latency))
            .put("late", percentiles(figures.lateness))
            .put("newBlock", arrivals(blocks))
            .put("tipToFirst", each(announced().map(Announced::toFirstMillis)))
            .put("tipToLast", each(announced().map(Announced::toLastMillis)))
            .put("tipToEach", percentiles(fromTip()))
            .put("jobUpdate", arrivals(updates))
            .put("generatorCpuSeconds", own.total());
    pool.ifPresent(usage -> json.put("pool", poolJson(usage)));
    return json;
  }

  private void addShares(List<String> lines) {
    if (figures.answered() == 0) {
      return;
    }
    Histogram latency = figures.latency;
    lines.add(
        line(
            "shares",
            "%d answered in %.1f s: %.0f/s; %d accepted, %d rejected, %d lost, %d unanswered",
            figures.answered(),
            seconds,
            figures.answered() / seconds,
            figures.accepted,
            figures.rejectedTotal(),
            figures.lost,
            unanswered));
    figures.rejected.forEach(
        (reason, count) -> lines.add(line("rejected", "%d × %s", count, reason)));
    lines.add(
        line(
            "reply",
            "p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f (%s)",
            millis(latency.getValueAtPercentile(50)),
            millis(latency.getValueAtPercentile(90)),
            millis(latency.getValueAtPercentile(99)),
            millis(latency.getValueAtPercentile(99.9)),
            millis(latency.getMaxValue()),
            options.saturate()
                ? "window " + options.window() + " always full"
                : "from when each share was due"));
  }

  private void addJobs(List<String> lines, String name, List<JobArrivals.Distribution> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    double[] toLast = jobs.stream().mapToDouble(JobArrivals.Distribution::toLastMillis).toArray();
    double[] toMedian =
        jobs.stream().mapToDouble(JobArrivals.Distribution::toMedianMillis).toArray();
    lines.add(
        line(
            name,
            "%d jobs, first to last connection: median %.1f ms, worst %.1f ms"
                + " (to the middle one: median %.1f ms)",
            jobs.size(),
            median(toLast),
            worst(toLast),
            median(toMedian)));
  }

  private void addAnnouncements(List<String> lines) {
    double[] toLast = announced().mapToDouble(Announced::toLastMillis).toArray();
    if (toLast.length > 0) {
      Histogram toEach = fromTip();
      lines.add(
          line(
              "",
              "from the chain's announcement to the first: median %.1f ms; to the last: median"
                  + " %.1f ms, worst %.1f ms; to each: p50 %.1f ms, p99 %.1f ms",
              median(announced().mapToDouble(Announced::toFirstMillis).toArray()),
              median(toLast),
              worst(toLast),
              millis(toEach.getValueAtPercentile(50)),
              millis(toEach.getValueAtPercentile(99))));
    }
  }

  private void addPool(List<String> lines, Pool usage) {
    lines.add(
        line(
            "pool",
            "%.2f s CPU (%.2f user, %.2f system), %s per million shares; %.2f s to connect",
            usage.cpu().total(),
            usage.cpu().user(),
            usage.cpu().system(),
            figures.answered() == 0 ? "-" : format("%.1f s", perMillion(usage)),
            usage.connectCpu().total()));
    lines.add(
        line(
            "pool memory",
            "%.1f MB empty, %.1f MB connected (%.2f kB each), %.1f MB after (%.2f kB each)",
            usage.emptyBytes() / 1e6,
            usage.idleBytes() / 1e6,
            perConnection(usage.idleBytes() - usage.emptyBytes()) / 1e3,
            usage.afterBytes() / 1e6,
            perConnection(usage.afterBytes() - usage.emptyBytes()) / 1e3));
  }

  private JsonObject poolJson(Pool usage) {
    JsonObject json =
        new JsonObject()
            .put("cpuSeconds", usage.cpu().total())
            .put("userSeconds", usage.cpu().user())
            .put("systemSeconds", usage.cpu().system())
            .put("connectCpuSeconds", usage.connectCpu().total())
            .put("emptyBytes", usage.emptyBytes())
            .put("idleBytes", usage.idleBytes())
            .put("afterBytes", usage.afterBytes())
            .put("idleBytesPerConnection", perConnection(usage.idleBytes() - usage.emptyBytes()))
            .put("afterBytesPerConnection", perConnection(usage.afterBytes() - usage.emptyBytes()));
    if (figures.answered() > 0) {
      json.put("cpuSecondsPerMillionShares", perMillion(usage));
    }
    return json;
  }

  private JsonObject arrivals(List<JobArrivals.Distribution> jobs) {
    JsonObject json = new JsonObject().put("jobs", jobs.size());
    if (!jobs.isEmpty()) {
      json.put("firstToLast", each(jobs.stream().map(JobArrivals.Distribution::toLastMillis)));
      json.put("firstToMiddle", each(jobs.stream().map(JobArrivals.Distribution::toMedianMillis)));
    }
    return json;
  }

  /** A clean job, and when the chain announced the tip that it follows. */
  private record Announced(long tip, JobArrivals.Distribution job) {

    double toFirstMillis() {
      return millis(job.first() - tip);
    }

    double toLastMillis() {
      return millis(job.last() - tip);
    }
  }

  /**
   * Each clean job with the latest announcement before its last arrival; those that follow no
   * announcement of their own are left out.
   */
  private Stream<Announced> announced() {
    List<Announced> result = new ArrayList<>();
    long used = Long.MIN_VALUE;
    for (JobArrivals.Distribution job : blocks) {
      long latest = Long.MIN_VALUE;
      for (long tip : tipNanos) {
        if (tip <= job.last()) {
          latest = Math.max(latest, tip);
        }
      }
      if (latest > used) {
        used = latest;
        result.add(new Announced(latest, job));
      }
    }
    return result.stream();
  }

  /** Nanoseconds from the announcement to each connection; 0 where the pool was sooner. */
  private Histogram fromTip() {
    Histogram toEach = new Histogram(3);
    announced()
        .forEach(
            job -> {
              for (long at : job.job().nanos()) {
                toEach.recordValue(Math.max(0, at - job.tip()));
              }
            });
    return toEach;
  }

  private double perMillion(Pool usage) {
    return usage.cpu().total() * 1e6 / figures.answered();
  }

  private double perConnection(long bytes) {
    return (double) bytes / Math.max(1, connected);
  }

  private static JsonObject percentiles(Histogram latency) {
    return new JsonObject()
        .put("p50", millis(latency.getValueAtPercentile(50)))
        .put("p90", millis(latency.getValueAtPercentile(90)))
        .put("p99", millis(latency.getValueAtPercentile(99)))
        .put("p999", millis(latency.getValueAtPercentile(99.9)))
        .put("max", millis(latency.getMaxValue()))
        .put("mean", latency.getMean() / 1e6);
  }

  private static JsonArray each(Stream<Double> values) {
    return new JsonArray(values.toList());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double worst(double[] values) {
    return Arrays.stream(values).max().orElse(0);
  }

  private static double millis(long nanos) {
    return nanos / 1e6;
  }

  private static String line(String name, String format, Object... values) {
    return format("%-12s ", name) + format(format, values);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
