package io.powerpool.testing.cluster;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.miner.ClientJob;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;

/**
 * Hashes for all miners, on one thread: each has a share each interval. A share's hash is one that
 * does not solve a block, which on a regression test network only every other hash does not; the
 * next one that does is for whoever has ordered a block.
 */
final class ShareMaker implements AutoCloseable {

  /** One turn of the thread hashes for the miners whose time has come meanwhile. */
  private static final long TURN_NANOS = Duration.ofMillis(40).toNanos();

  /** So many are hashed at once: what a miner mines is not to be old before it is hashed. */
  private static final int BATCH = 32;

  /** What a miner can mine at a moment: one job, on one connection. */
  record Work(SwarmConnection connection, ClientJob job, byte[] extranonce1, int extranonce2Size) {}

  /**
   * A hash that was found, to be submitted on the connection of its work.
   *
   * @param order whose block it solves, to be told what came of it; null if it solves none
   */
  record Found(Work work, String extranonce2, int nonce, byte[] header, Order order) {

    boolean solvesBlock() {
      return order != null;
    }
  }

  /** A block that is to be found by a miner of such a node. */
  record Order(IntPredicate node) {}

  private final Hasher hasher;
  private final List<SwarmMiner> miners;
  private final long intervalNanos;
  private final Deque<Order> orders = new ArrayDeque<>();
  private final Object turn = new Object();
  private final Thread thread;
  private int ordered;
  private volatile boolean paused;
  private volatile boolean closed;

  ShareMaker(Algorithm algorithm, List<SwarmMiner> miners, Duration interval) {
    this.hasher = algorithm.newHasher();
    this.miners = List.copyOf(miners);
    this.intervalNanos = interval.toNanos();
    this.thread = new Thread(this::run, "share-maker");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** No shares are made until {@link #resume}; those in the making are handed out on return. */
  void pause() {
    paused = true;
    synchronized (turn) {
      // The turn that may not have seen it is over.
    }
  }

  void resume() {
    paused = false;
  }

  /** The next hash that solves a block, of a miner at such a node, is submitted. */
  void orderBlock(IntPredicate node) {
    synchronized (orders) {
      ordered++;
      orders.add(new Order(node));
    }
  }

  /** What was found came to nothing: it is to be found by another. */
  void again(Order order) {
    synchronized (orders) {
      orders.add(order);
    }
  }

  /** The pool has judged what was found. */
  void settled() {
    synchronized (orders) {
      ordered--;
    }
  }

  /** Blocks that were ordered and of which the pool has not said anything yet. */
  int ordered() {
    synchronized (orders) {
      return ordered;
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    long start = System.nanoTime();
    long[] dueNanos = new long[miners.size()];
    for (int i = 0; i < dueNanos.length; i++) {
      dueNanos[i] = start + intervalNanos * i / dueNanos.length;
    }
    long turnNanos = start;
    while (!closed) {
      synchronized (turn) {
        List<SwarmMiner> due = due(dueNanos);
        for (int from = 0; from < due.size() && !paused; from += BATCH) {
          hashUntilDone(candidates(due.subList(from, Math.min(due.size(), from + BATCH))));
        }
      }
      turnNanos += TURN_NANOS;
      LockSupport.parkNanos(turnNanos - System.nanoTime());
      turnNanos = Math.max(turnNanos, System.nanoTime() - TURN_NANOS);
    }
  }

  private List<SwarmMiner> due(long[] dueNanos) {
    long nowNanos = System.nanoTime();
    List<SwarmMiner> due = new ArrayList<>();
    for (int i = 0; i < dueNanos.length; i++) {
      if (dueNanos[i] <= nowNanos) {
        // Who was late is not made to catch up, and keeps its place in the interval: all at once
        // time and again would say nothing.
        dueNanos[i] += intervalNanos * (1 + (nowNanos - dueNanos[i]) / intervalNanos);
        due.add(miners.get(i));
      }
    }
    return due;
  }

  private static List<Candidate> candidates(List<SwarmMiner> miners) {
    List<Candidate> open = new ArrayList<>();
    for (SwarmMiner miner : miners) {
      Work work = miner.work();
      if (work != null) {
        open.add(new Candidate(miner, work));
      }
    }
    return open;
  }

  private void hashUntilDone(List<Candidate> open) {
    while (!open.isEmpty() && !closed) {
      byte[] headers = new byte[open.size() * Hasher.HEADER_SIZE];
      byte[] hashes = new byte[open.size() * Hasher.HASH_SIZE];
      for (int i = 0; i < open.size(); i++) {
        System.arraycopy(
            open.get(i).nextHeader(), 0, headers, i * Hasher.HEADER_SIZE, Hasher.HEADER_SIZE);
      }
      hasher.hashAll(headers, open.size(), hashes);
      List<Candidate> again = new ArrayList<>();
      for (int i = 0; i < open.size(); i++) {
        Candidate candidate = open.get(i);
        if (!candidate.target.isMetBy(hashes, i * Hasher.HASH_SIZE)) {
          candidate.miner.found(candidate.found(null));
        } else {
          takeOrder(candidate.work.connection().node())
              .ifPresentOrElse(
                  order -> candidate.miner.found(candidate.found(order)),
                  () -> again.add(candidate));
        }
      }
      open.clear();
      open.addAll(again);
    }
  }

  private Optional<Order> takeOrder(int node) {
    synchronized (orders) {
      Optional<Order> order = orders.stream().filter(one -> one.node.test(node)).findFirst();
      order.ifPresent(orders::removeFirstOccurrence);
      return order;
    }
  }

  /** One share in the making: a header of its own whose nonce is counted up. */
  private static final class Candidate {
    private final SwarmMiner miner;
    private final Work work;
    private final byte[] extranonce2;
    private final Target target;
    private int nonce = -1;
    private byte[] header;

    Candidate(SwarmMiner miner, Work work) {
      this.miner = miner;
      this.work = work;
      this.extranonce2 = new byte[work.extranonce2Size()];
      long number = miner.nextNumber();
      for (int i = 0; i < extranonce2.length && i < Long.BYTES; i++) {
        extranonce2[extranonce2.length - 1 - i] = (byte) (number >>> (8 * i));
      }
      this.target = new CompactBits(work.job().bits()).toTarget();
    }

    byte[] nextHeader() {
      nonce++;
      header = work.job().header(work.extranonce1(), extranonce2, work.job().time(), nonce);
      return header;
    }

    Found found(Order order) {
      return new Found(work, Hex.encode(extranonce2), nonce, header, order);
    }
  }
}
