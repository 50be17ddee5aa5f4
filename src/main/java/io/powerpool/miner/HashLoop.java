package io.powerpool.miner;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Hash256;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * One hashing thread: tries nonce after nonce until the work changes, keeps to its rate limit, and
 * hands over what it finds.
 */
final class HashLoop implements Runnable {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** How often the shared counter is told, and so how coarse a statistic may be. */
  private static final long NANOS_BETWEEN_REPORTS = NANOS_PER_SECOND / 20;

  /** Behind by more than this, the limit starts afresh: a pause is not made up for by a burst. */
  private static final long NANOS_OF_CREDIT = NANOS_PER_SECOND / 10;

  private final Hasher hasher;
  private final double hashesPerSecond;
  private final Supplier<Work> current;
  private final BiConsumer<Work, FoundShare> found;
  private final LongAdder hashes;

  /** How many headers are hashed at once, and room for them. */
  private int batch;

  private byte[] headers;
  private byte[] results;

  private volatile boolean stopped;

  /** Hashes not yet in the shared counter. */
  private long unreported;

  private long lastReport = System.nanoTime();

  /** When, at the limited rate, the next hash is due. */
  private long dueNanos = System.nanoTime();

  HashLoop(
      Algorithm algorithm,
      double hashesPerSecond,
      Supplier<Work> current,
      BiConsumer<Work, FoundShare> found,
      LongAdder hashes) {
    hasher = algorithm.newHasher();
    this.hashesPerSecond = hashesPerSecond;
    this.current = current;
    this.found = found;
    this.hashes = hashes;
  }

  @Override
  public void run() {
    while (!stopped) {
      Work work = current.get();
      if (work == null) {
        LockSupport.park(this);
      } else {
        search(work, work.nextPiece());
      }
    }
    hashes.add(unreported);
  }

  void stop() {
    stopped = true;
  }

  /**
   * It becomes larger once, when the hasher has found that it can hash several at once. A miner
   * that keeps to a limit has no use for that: its hashes would come in bursts.
   */
  private int batchSize() {
    return hashesPerSecond > 0 ? 1 : hasher.batchSize();
  }

  private void search(Work work, Work.Piece piece) {
    if (batch != batchSize()) {
      batch = batchSize();
      headers = new byte[batch * ClientJob.HEADER_SIZE];
      results = new byte[batch * Hash256.SIZE];
    }
    for (int i = 0; i < batch; i++) {
      System.arraycopy(
          piece.header(), 0, headers, i * ClientJob.HEADER_SIZE, ClientJob.HEADER_SIZE);
    }
    for (long nonce = 0; nonce + batch <= 1L << 32; nonce += batch) {
      waitForTurn(work);
      if (stopped || current.get() != work || batch != batchSize()) {
        return;
      }
      for (int i = 0; i < batch; i++) {
        ClientJob.putNonce(headers, i * ClientJob.HEADER_SIZE, (int) nonce + i);
      }
      hasher.hashAll(headers, batch, results);
      count();
      for (int i = 0; i < batch; i++) {
        if (work.target().isMetBy(results, i * Hash256.SIZE)) {
          found.accept(work, share(work, piece, (int) nonce + i, i));
        }
      }
    }
  }

  private FoundShare share(Work work, Work.Piece piece, int nonce, int index) {
    return new FoundShare(
        work.job().id(),
        piece.extranonce2(),
        work.job().time(),
        nonce,
        piece.versionBits(),
        piece.versionRolled(),
        Hash256.read(results, index * Hash256.SIZE),
        work.difficulty());
  }

  private void count() {
    unreported += batch;
    if ((unreported & 63) == 0 || hashesPerSecond > 0 || batch > 1) {
      long now = System.nanoTime();
      if (now - lastReport >= NANOS_BETWEEN_REPORTS) {
        hashes.add(unreported);
        unreported = 0;
        lastReport = now;
      }
    }
  }

  private void waitForTurn(Work work) {
    if (hashesPerSecond <= 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - dueNanos > NANOS_OF_CREDIT) {
      dueNanos = now - NANOS_OF_CREDIT;
    }
    dueNanos += (long) (batch * NANOS_PER_SECOND / hashesPerSecond);
    while (!stopped && current.get() == work && dueNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(this, dueNanos - System.nanoTime());
    }
  }
}
