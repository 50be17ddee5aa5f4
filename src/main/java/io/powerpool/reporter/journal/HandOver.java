package io.powerpool.reporter.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where event loops leave records for the journal's writer thread, in one of two buffers while the
 * thread empties the other. Thread safe.
 */
final class HandOver {

  private static final Logger log = LoggerFactory.getLogger(HandOver.class);

  /** What shares leave free in the buffer: room for a few blocks. */
  private static final int BLOCK_RESERVE = 8 * 1024;

  private final int halfBytes;
  private final LongAdder lost;
  private volatile Thread writer;

  // All guarded by this.
  private AppendBuffer filling;

  /** Empty; null while a batch is out, which is the other buffer. */
  private AppendBuffer spare;

  private List<CompletableFuture<Void>> blocks = new ArrayList<>();
  private boolean awake;
  private boolean urgent;
  private boolean closing;

  /**
   * @param buffers empty
   * @param halfBytes of a buffer: more does not wait
   * @param lost counts what a buffer's file has lost
   */
  HandOver(BufferPair buffers, int halfBytes, LongAdder lost) {
    this.filling = buffers.get(0);
    this.spare = buffers.get(1);
    this.halfBytes = halfBytes;
    this.lost = lost;
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
      try {
        filling.add(record, length);
      } catch (InternalError e) {
        leaveFiles(e);
        filling.add(record, length);
      }
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
   * Takes what has come together, if there is anything and it is time to. The last batch
   * {@linkplain #giveBack is back}.
   *
   * @param due whether it is time even without a block and with little in the buffer
   * @return null if there is nothing to do
   */
  synchronized Batch take(boolean due) {
    if (spare == null) {
      throw new IllegalStateException("the last batch is not back");
    }
    awake = !filling.isEmpty();
    if (!awake || !(due || urgent || closing || filling.length() >= halfBytes)) {
      return null;
    }
    Batch batch = new Batch(filling, blocks);
    spare.begin(filling.end());
    filling = spare;
    spare = null;
    blocks = new ArrayList<>();
    urgent = false;
    return batch;
  }

  /** Takes what is left when it is closed for good; nothing comes in its place. */
  synchronized Batch takeRest() {
    if (!closing) {
      throw new IllegalStateException("it is not closed");
    }
    Batch rest = new Batch(filling, blocks);
    blocks = new ArrayList<>();
    return rest;
  }

  /** The batch is on disk, and its buffer may forget it. May be done again after an error. */
  synchronized void giveBack(Batch batch) {
    AppendBuffer records = batch.records();
    records.clear();
    if (!filling.isKept()) {
      records.leaveFile();
    }
    spare = records;
  }

  /** Whether anything was left since the writer thread has found nothing. */
  synchronized boolean isAwake() {
    return awake;
  }

  /** Whether the buffers {@linkplain AppendBuffer#isKept outlive} the process. */
  synchronized boolean isKept() {
    return filling.isKept();
  }

  /**
   * Has the buffers go on {@linkplain AppendBuffer#leaveFile in memory}; that of a batch follows
   * when it is back.
   */
  synchronized void leaveFiles(Throwable reason) {
    if (!filling.isKept()) {
      return;
    }
    if (spare != null) {
      spare.leaveFile();
    }
    int gone = filling.leaveFile();
    log.error(
        "the journal's buffers are in memory until the next start, and what is in them is lost if the"
            + " process dies: {}; {} entries could not be taken along",
        reason.toString(),
        gone);
    if (gone > 0) {
      lost.add(gone);
      blocks.forEach(kept -> kept.completeExceptionally(reason));
    }
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
