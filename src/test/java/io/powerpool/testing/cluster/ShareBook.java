package io.powerpool.testing.cluster;

import io.powerpool.bitcoin.Hash256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * All that the miners were told, as it has to be found again in the ledgers and in the chain.
 * Belongs to one event loop.
 */
final class ShareBook {

  /** Of so many shares that are refused, one is told in detail. */
  private static final int EXAMPLES_EACH = 50;

  private final List<Credit> credits = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, Integer> refusals = new TreeMap<>();

  /** Who mines a job with an extranonce1, by job id. */
  private final Map<Long, Map<String, Miner>> owners = new HashMap<>();

  private final List<String> faults = new ArrayList<>();
  private int stale;
  private int submitted;

  Credit open(String worker, int node) {
    Credit credit = new Credit(worker, node);
    credits.add(credit);
    return credit;
  }

  void submitted() {
    submitted++;
  }

  /**
   * @param share what makes it different from all others
   */
  void accepted(Credit credit, String share, long nowNanos) {
    if (!accepted.add(share)) {
      fault("accepted twice: " + share);
    }
    credit.add(nowNanos);
  }

  void solved(Block block) {
    blocks.add(block);
  }

  /** A share that came too late, for its block had been found meanwhile: nobody's fault. */
  void stale() {
    stale++;
  }

  /** The pool is to blame; examples say more than the mere number. */
  void refused(String reason, Supplier<String> circumstances) {
    if (refusals.merge(reason, 1, Integer::sum) % EXAMPLES_EACH == 1) {
      fault(reason + ": " + circumstances.get());
    }
  }

  /** A connection, as the one who mines with an extranonce1. */
  interface Miner {

    /** By which the next connection may go on where this one ends. */
    String sessionId();

    boolean ended();
  }

  /**
   * A connection was handed a job to mine with this extranonce1. That may have been another's only
   * if that has ended and this one goes on with its session.
   */
  void handed(long jobId, String extranonce1, Miner miner) {
    Miner owner = owners.computeIfAbsent(jobId, id -> new HashMap<>()).put(extranonce1, miner);
    if (owner != null
        && owner != miner
        && !(owner.ended() && owner.sessionId().equals(miner.sessionId()))) {
      fault(
          "%s and %s both have extranonce1 %s on job %x"
              .formatted(owner, miner, extranonce1, jobId));
    }
  }

  /** Something that must not happen, whatever fails. */
  void fault(String text) {
    faults.add(text);
  }

  Snapshot snapshot() {
    return new Snapshot(
        credits.stream().map(Credit::copy).toList(),
        List.copyOf(blocks),
        submitted,
        stale,
        Collections.unmodifiableMap(new TreeMap<>(refusals)),
        owners.size(),
        List.copyOf(faults));
  }

  /**
   * A block that a miner has solved.
   *
   * @param node the place of the node that was told
   * @param nanos when it said that the share is accepted
   * @param millis the same since 1970
   */
  record Block(Hash256 hash, int node, long nanos, long millis) {}

  /**
   * The book at one moment.
   *
   * @param jobs that any miner was handed
   */
  record Snapshot(
      List<Credit> credits,
      List<Block> blocks,
      int submitted,
      int stale,
      Map<String, Integer> refusals,
      int jobs,
      List<String> faults) {

    long accepted() {
      return credits.stream().mapToLong(Credit::count).sum();
    }

    /** Shares on connections that the pool has ended before the answer. */
    long unanswered() {
      return credits.stream().filter(credit -> !credit.givenUp).mapToLong(Credit::unanswered).sum();
    }

    /** Connections that miners have ended because no answer came for long. */
    long givenUp() {
      return credits.stream().filter(credit -> credit.givenUp).count();
    }
  }

  /** What one connection is owed: it has a worker's name of its own, so that it can be told. */
  static final class Credit {
    private final String worker;
    private final int node;
    private final long openedNanos;
    private long[] nanos;
    private int count;
    private int unanswered;
    private boolean givenUp;

    private Credit(String worker, int node) {
      this(worker, node, System.nanoTime(), new long[16], 0, 0);
    }

    private Credit(
        String worker, int node, long openedNanos, long[] nanos, int count, int unanswered) {
      this.worker = worker;
      this.node = node;
      this.openedNanos = openedNanos;
      this.nanos = nanos;
      this.count = count;
      this.unanswered = unanswered;
    }

    String worker() {
      return worker;
    }

    int node() {
      return node;
    }

    /** When the connection was begun. */
    long openedNanos() {
      return openedNanos;
    }

    /** Shares that the miner saw accepted. */
    int count() {
      return count;
    }

    /** How long before a moment the last three were seen, in milliseconds. */
    List<Long> agesInMillis(long momentNanos) {
      return IntStream.range(Math.max(0, count - 3), count)
          .mapToObj(at -> (momentNanos - nanos[at]) / 1_000_000)
          .toList();
    }

    /** Shares that were sent, and the connection ended before an answer: they may count or not. */
    int unanswered() {
      return unanswered;
    }

    /** The miner does not wait any longer for what is not answered. */
    void giveUp() {
      givenUp = true;
    }

    void lost() {
      unanswered++;
    }

    private void add(long nowNanos) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = nowNanos;
    }

    private Credit copy() {
      Credit copy = new Credit(worker, node, openedNanos, nanos.clone(), count, unanswered);
      copy.givenUp = givenUp;
      return copy;
    }
  }
}
