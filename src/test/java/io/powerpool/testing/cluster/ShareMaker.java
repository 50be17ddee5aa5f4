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

  /** What a miner can mine at a moment: one job, on one connection. */
  record Work(SwarmConnection connection, ClientJob job, byte[] extranonce1, int extranonce2Size) {}

  /** A hash that was found, to be submitted on the connection of its work. */
  record Found(Work work, String extranonce2, int nonce, byte[] header, boolean solvesBlock) {}

  private final Hasher hasher;
  private final List<SwarmMiner> miners;
  private final long intervalNanos;
  private final Deque<IntPredicate> orders = new ArrayDeque<>();
  private final Object turn = new Object();
  private final Thread thread;
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
      orders.add(node);
    }
  }

  /** Blocks that were ordered and are not found yet. */
  int ordered() {
    synchronized (orders) {
      return orders.size();
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
        hashUntilDone(due(dueNanos));
      }
      turnNanos += TURN_NANOS;
      LockSupport.parkNanos(turnNanos - System.nanoTime());
      turnNanos = Math.max(turnNanos, System.nanoTime() - TURN_NANOS);
    }
  }

  private List<Candidate> due(long[] dueNanos) {
    long nowNanos = System.nanoTime();
    List<Candidate> open = new ArrayList<>();
    for (int i = 0; i < dueNanos.length; i++) {
      if (dueNanos[i] <= nowNanos) {
        // Who was late is not made to catch up: a burst would say nothing.
        dueNanos[i] = Math.max(dueNanos[i] + intervalNanos, nowNanos);
        Work work = miners.get(i).work();
        if (work != null && !paused) {
          open.add(new Candidate(miners.get(i), work));
        }
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
        boolean solves = candidate.target.isMetBy(hashes, i * Hasher.HASH_SIZE);
        if (!solves || takeOrder(candidate.work.connection().node())) {
          candidate.miner.found(candidate.found(solves));
        } else {
          again.add(candidate);
        }
      }
      open.clear();
      open.addAll(again);
    }
  }

  private boolean takeOrder(int node) {
    synchronized (orders) {
      Optional<IntPredicate> order = orders.stream().filter(one -> one.test(node)).findFirst();
      order.ifPresent(orders::remove);
      return order.isPresent();
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

    Found found(boolean solvesBlock) {
      return new Found(work, Hex.encode(extranonce2), nonce, header, solvesBlock);
    }
  }
}
