package io.powerpool.reporter.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Where event loops leave records for the journal's writer thread, in one of two buffers while the
 * thread empties the other. Thread safe.
 */
final class HandOver {

  /** What shares leave free in the buffer: room for a few blocks. */
  private static final int BLOCK_RESERVE = 8 * 1024;

  private final int halfBytes;
  private volatile Thread writer;

  // All guarded by this.
  private AppendBuffer filling;
  private List<CompletableFuture<Void>> blocks = new ArrayList<>();
  private boolean awake;
  private boolean urgent;
  private boolean closing;

  /**
   * @param filling empty, begun at the sequence of the first record
   * @param halfBytes of a buffer: more does not wait
   */
  HandOver(AppendBuffer filling, int halfBytes) {
    this.filling = filling;
    this.halfBytes = halfBytes;
  }

  /** What the writer thread takes. */
  record Batch(AppendBuffer records, List<CompletableFuture<Void>> blocks) {}

  /** The thread that is woken when there is something to do. */
  void writer(Thread thread) {
    writer = thread;
  }

  /**
   * Leaves a record. When this returns, the death of the process does not lose it any more if the
   * buffer {@linkplain AppendBuffer#isKept outlives} the process.
   *
   * @param kept a block's, which is not to wait; null for a share
   * @return false if there is no room, or it is closed
   */
  boolean append(byte[] record, int length, CompletableFuture<Void> kept) {
    boolean atOnce = kept != null;
    boolean wake;
    synchronized (this) {
      if (closing || !filling.fits(atOnce ? length : length + BLOCK_RESERVE)) {
        return false;
      }
      int before = filling.length();
      filling.add(record, length);
      if (atOnce) {
        blocks.add(kept);
        urgent = true;
      }
      // Waking a thread costs more than all the rest: once per group is enough.
      wake = atOnce || !awake || (before < halfBytes && filling.length() >= halfBytes);
      awake = true;
    }
    if (wake) {
      LockSupport.unpark(writer);
    }
    return true;
  }

  /**
   * Takes what has come together, if there is anything and it is time to.
   *
   * @param empty comes in its place
   * @param due whether it is time even without a block and with little in the buffer
   * @return null if there is nothing to do
   */
  synchronized Batch take(AppendBuffer empty, boolean due) {
    awake = !filling.isEmpty();
    if (!awake || !(due || urgent || closing || filling.length() >= halfBytes)) {
      return null;
    }
    Batch batch = new Batch(filling, blocks);
    empty.begin(filling.end());
    filling = empty;
    blocks = new ArrayList<>();
    urgent = false;
    return batch;
  }

  /** Whether anything was left since the writer thread has found nothing. */
  synchronized boolean isAwake() {
    return awake;
  }

  /** Has what is filled go on {@linkplain AppendBuffer#leaveFile in memory}. */
  synchronized void leaveFile() {
    filling.leaveFile();
  }

  /** From now on nothing is taken. */
  void close() {
    synchronized (this) {
      closing = true;
    }
    LockSupport.unpark(writer);
  }

  synchronized boolean isClosing() {
    return closing;
  }
}
