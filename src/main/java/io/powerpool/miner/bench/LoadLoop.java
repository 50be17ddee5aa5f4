package io.powerpool.miner.bench;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * What the connections of one event loop share: scratch memory, the schedule, and the figures. Only
 * touched on that event loop, but where said otherwise.
 */
final class LoadLoop {

  private static final long MIN_RESCHEDULE_NANOS = 100_000;
  private static final long RETRY_NANOS = 1_000_000;

  /** Shares sent in one go before replies are read again. */
  private static final int MAX_BURST = 256;

  /** How pools number a share of a job that is no longer to be worked on. */
  private static final int STALE = 21;

  /** Refusals are told apart by their text; a pool may put anything into it. */
  private static final int MAX_REASONS = 30;

  private final EventLoop eventLoop;
  private final JobArrivals arrivals;
  private final LoadOptions options;
  private final LineScanner scanner = new LineScanner();
  private final List<LoadConnection> connections = new ArrayList<>();

  /** These two are read by the main thread too. */
  private final AtomicInteger ready = new AtomicInteger();

  private final ConcurrentMap<String, AtomicInteger> faults = new ConcurrentHashMap<>();

  private byte[] scratch = new byte[1 << 16];
  private byte[] lastNotify = {};
  private JobArrivals.Arrivals jobArrivals;
  private String jobId = "";
  private String jobTime = "";
  private volatile double difficulty;
  private boolean sending;
  private double nanosPerShare;
  private double dueNanos;
  private int next;
  private Figures figures = new Figures();

  LoadLoop(EventLoop eventLoop, JobArrivals arrivals, LoadOptions options) {
    this.eventLoop = eventLoop;
    this.arrivals = arrivals;
    this.options = options;
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  /** From any thread: connections that are authorized and have a job. */
  int ready() {
    return ready.get();
  }

  /** From any thread: what has gone wrong, and how often. */
  Map<String, AtomicInteger> faults() {
    return faults;
  }

  /** From any thread: the difficulty that the pool set last. */
  double difficulty() {
    return difficulty;
  }

  // What the main thread has done on the event loop.

  /** Starts this loop's part of the load. */
  void start(double sharesPerSecond) {
    sending = true;
    if (options.saturate()) {
      long now = System.nanoTime();
      for (LoadConnection connection : List.copyOf(connections)) {
        if (connection.hasRoom()) {
          connection.send(options.window(), now);
        }
      }
    } else if (sharesPerSecond > 0) {
      nanosPerShare = 1e9 / sharesPerSecond;
      dueNanos = System.nanoTime();
      sendDue();
    }
  }

  void stop() {
    sending = false;
  }

  /** Forgets the figures so far and begins new ones. */
  void resetFigures() {
    figures = new Figures();
  }

  Figures figures() {
    return figures;
  }

  int unanswered() {
    return connections.stream().mapToInt(LoadConnection::unanswered).sum();
  }

  void closeAll() {
    List.copyOf(connections).forEach(LoadConnection::close);
  }

  // What the connections call.

  byte[] scratch(int length) {
    if (scratch.length < length) {
      scratch = new byte[2 * length];
    }
    return scratch;
  }

  LineScanner scanner() {
    return scanner;
  }

  boolean saturating() {
    return sending && options.saturate();
  }

  long thinkNanos() {
    return options.think().toNanos();
  }

  JobArrivals.Arrivals jobArrivals() {
    return jobArrivals;
  }

  String jobId() {
    return jobId;
  }

  String jobTime() {
    return jobTime;
  }

  /**
   * Whether the line is the very job that another connection got before: nearly always, and much
   * faster found out than by reading it. Ten thousand connections wait for their turn meanwhile.
   */
  boolean isSameNotify(byte[] bytes, int from, int to) {
    return to - from == lastNotify.length
        && to > from
        && Arrays.equals(bytes, from, to, lastNotify, 0, lastNotify.length);
  }

  void onNewJob(String id, String time, boolean clean, byte[] bytes, int from, int to) {
    lastNotify = Arrays.copyOfRange(bytes, from, to);
    jobId = id;
    jobTime = time;
    jobArrivals = arrivals.of(id, clean);
  }

  void onDifficulty(double value) {
    difficulty = value;
  }

  void onReady(LoadConnection connection) {
    connections.add(connection);
    ready.incrementAndGet();
  }

  void onClosed(LoadConnection connection, boolean wasReady) {
    if (wasReady) {
      connections.remove(connection);
      ready.decrementAndGet();
      figures.lost += connection.unanswered();
    }
  }

  void onFault(String text) {
    faults.computeIfAbsent(text, key -> new AtomicInteger()).incrementAndGet();
  }

  void onSent(int count) {
    figures.sent += count;
  }

  void onAnswer(long nanos, LineScanner reply) {
    figures.latency.recordValue(Math.min(nanos, Figures.MAX_NANOS));
    if (reply.isTrue()) {
      figures.accepted++;
    } else {
      if (reply.isError() && reply.errorCode() == STALE) {
        figures.stale++;
      }
      String reason = reply.isError() ? reply.errorText() : "false";
      boolean known = figures.rejected.containsKey(reason);
      boolean room = figures.rejected.size() < MAX_REASONS;
      figures.rejected.merge(known || room ? reason : "other reasons", 1L, Long::sum);
    }
  }

  /**
   * Sends what is due. A share keeps the time when it was due, however late it is sent: waiting is
   * part of what a miner would have waited.
   */
  private void sendDue() {
    if (!sending) {
      return;
    }
    long now = System.nanoTime();
    long delay = MIN_RESCHEDULE_NANOS;
    int burst = 0;
    while (dueNanos <= now && burst < MAX_BURST) {
      LoadConnection connection = nextWithRoom();
      if (connection == null) {
        delay = RETRY_NANOS;
        break;
      }
      figures.lateness.recordValue(Math.min(now - (long) dueNanos, Figures.MAX_NANOS));
      connection.send(1, (long) dueNanos);
      dueNanos += nanosPerShare;
      burst++;
    }
    long untilDue = (long) dueNanos - System.nanoTime();
    eventLoop
        .schedule(this::sendDue, Math.max(delay, untilDue), TimeUnit.NANOSECONDS)
        .addListener(
            turn -> {
              if (!turn.isSuccess()) {
                onFault("the schedule has ended: " + turn.cause());
              }
            });
  }

  private LoadConnection nextWithRoom() {
    for (int tried = 0; tried < connections.size(); tried++) {
      next = next + 1 < connections.size() ? next + 1 : 0;
      if (connections.get(next).hasRoom()) {
        return connections.get(next);
      }
    }
    return null;
  }

  /** The figures of one loop over one phase. */
  static final class Figures {

    static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(2);

    final Histogram latency = new Histogram(1_000, MAX_NANOS, 3);

    /** How long after the time due shares were sent: our own part of the latency. */
    final Histogram lateness = new Histogram(1_000, MAX_NANOS, 3);

    final Map<String, Long> rejected = new TreeMap<>();
    long sent;
    long accepted;

    /** Of the rejected: shares of a job that had been replaced when they came. */
    long stale;

    /** Not answered, for the connection ended. */
    long lost;

    void add(Figures other) {
      latency.add(other.latency);
      lateness.add(other.lateness);
      other.rejected.forEach((reason, count) -> rejected.merge(reason, count, Long::sum));
      sent += other.sent;
      accepted += other.accepted;
      stale += other.stale;
      lost += other.lost;
    }

    long rejectedTotal() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    long answered() {
      return accepted + rejectedTotal();
    }
  }
}
