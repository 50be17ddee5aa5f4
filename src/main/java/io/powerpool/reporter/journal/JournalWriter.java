package io.powerpool.reporter.journal;

import io.powerpool.process.OutOfMemory;
import io.powerpool.reporter.journal.HandOver.Batch;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal's thread: writes what was handed over into segments and syncs it, every {@linkplain
 * JournalOptions#syncInterval sync interval}, and at once for a block or when a buffer is half
 * full. What cannot be written is tried again until it can, in a new segment.
 */
final class JournalWriter {

  private static final Logger log = LoggerFactory.getLogger(JournalWriter.class);

  private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();
  private static final long COMPLAIN_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long ENDED = -1;

  /** A disk with less room than a batch and this is full: there is more to write than records. */
  private static final long ROOM = 1 << 20;

  private final JournalFolder folder;
  private final JournalOptions options;
  private final Retention retention;
  private final LongAdder lost;
  private final Thread thread;

  /** Once the folder is open: the disk may be full before. */
  private BufferPair buffers;

  private HandOver handOver;

  // Of the thread alone, from here on; the volatile ones are read by others.

  /** What is to be written, null if nothing is. */
  private Batch batch;

  private SegmentWriter segment;
  private long lastSyncNanos;
  private long retryAtNanos;
  private long complainAtNanos;
  private long lostTold;
  private boolean allWritten;
  private volatile long syncedEnd;
  private volatile String failure = "";

  /**
   * @param lost counts what could not be kept
   */
  JournalWriter(JournalFolder folder, JournalOptions options, Retention retention, LongAdder lost) {
    this.folder = folder;
    this.options = options;
    this.retention = retention;
    this.lost = lost;
    this.thread = new Thread(this::run, "share-journal");
    // The process may end when its last real thread does; whoever made the journal closes it.
    this.thread.setDaemon(true);
  }

  /**
   * Begins the first segment, or leaves it for later while the disk is full, and starts.
   *
   * @return where to leave records
   */
  HandOver start() throws IOException {
    try {
      segment = folder.create(0, System.currentTimeMillis());
    } catch (AccessDeniedException e) {
      // Time does not mend that.
      throw e;
    } catch (IOException e) {
      failed(e, System.nanoTime());
    }
    buffers = BufferPair.make(folder, options.bufferBytes());
    handOver = new HandOver(buffers, options.bufferBytes() / 2, lost);
    handOver.writer(thread);
    lastSyncNanos = System.nanoTime() - options.syncInterval().toNanos();
    thread.start();
    return handOver;
  }

  /** The sequence after the last one that is safe on disk. */
  long syncedEnd() {
    return syncedEnd;
  }

  /** What is wrong with the disk at present; empty while nothing is. */
  String failure() {
    return failure;
  }

  /** Has it write all and end, and waits for that. */
  void close(Duration limit) throws InterruptedException {
    handOver.close();
    thread.join(limit.toMillis());
    if (thread.isAlive()) {
      log.error("the journal's disk does not answer: its last entries are not written");
    } else if (allWritten) {
      buffers.delete();
    }
  }

  private void run() {
    long waitNanos = 0;
    while (waitNanos != ENDED) {
      try {
        if (waitNanos > 0) {
          LockSupport.parkNanos(this, waitNanos);
        }
        // Nobody interrupts it on purpose, and an interrupt would close the file at the next write.
        Thread.interrupted();
        waitNanos = step(System.nanoTime());
      } catch (Throwable e) {
        OutOfMemory.check(e);
        // Without this thread nothing is kept any more: not even an Error may end it.
        waitNanos = RETRY_NANOS;
        segment = null;
        retryAtNanos = System.nanoTime() + RETRY_NANOS;
        failure = "the writer thread has failed";
        log.error("the journal in {} could not be written and goes on", folder.path(), e);
      }
    }
  }

  /**
   * Writes and syncs if it is time to.
   *
   * @return nanoseconds until there may be more to do, or {@link #ENDED}
   */
  private long step(long nowNanos) {
    // Asked first: when it is closed, nothing can come any more behind what is taken now.
    boolean last = handOver.isClosing();
    long untilDueNanos = lastSyncNanos + options.syncInterval().toNanos() - nowNanos;
    try {
      if (batch == null) {
        batch = handOver.take(untilDueNanos <= 0);
      }
      if (batch == null) {
        return idle(nowNanos, last, Math.max(0, untilDueNanos));
      }
      if (!failure.isEmpty() && nowNanos - retryAtNanos < 0 && !last) {
        complain(nowNanos);
        return retryAtNanos - nowNanos;
      }
      if (batch.records().end() > syncedEnd) {
        write();
        sync(nowNanos);
      }
      finish();
      rotate();
    } catch (Throwable e) {
      OutOfMemory.check(e);
      failed(e, nowNanos);
      // After an InternalError the buffers are in memory, and the disk may still take what they
      // hold.
      if (last && !(e instanceof InternalError)) {
        abandonAll();
        return ENDED;
      }
      return RETRY_NANOS;
    }
    complain(nowNanos);
    return 0;
  }

  private long idle(long nowNanos, boolean last, long untilDueNanos) {
    if (last) {
      allWritten = true;
      closeSegment();
      return ENDED;
    }
    if (handOver.isAwake()) {
      return untilDueNanos;
    }
    return failure.isEmpty() ? Long.MAX_VALUE : tryDisk(nowNanos);
  }

  /** Nothing is to be written: finds out whether it could be, for nobody may send any before. */
  private long tryDisk(long nowNanos) {
    if (nowNanos - retryAtNanos < 0) {
      return retryAtNanos - nowNanos;
    }
    try {
      if (segment == null) {
        segment = folder.create(syncedEnd, System.currentTimeMillis());
      }
      recovered();
      return Long.MAX_VALUE;
    } catch (IOException e) {
      failed(e, nowNanos);
      return RETRY_NANOS;
    }
  }

  private void recovered() {
    if (!failure.isEmpty()) {
      log.warn("the journal's disk works again; {} entries were lost so far", lost.sum());
      failure = "";
    }
  }

  private void write() throws IOException {
    if (batch.records().first() != syncedEnd) {
      // What lies between was lost with a buffer's file: a segment has no gaps.
      closeSegment();
    }
    if (segment == null) {
      segment = folder.create(batch.records().first(), System.currentTimeMillis());
    }
    segment.write(batch.records().records());
  }

  private void sync(long nowNanos) throws IOException {
    long end = batch.records().end();
    segment.sync(end);
    syncedEnd = end;
    lastSyncNanos = nowNanos;
    recovered();
  }

  /**
   * The batch is on disk; not before may the buffer forget it. May be done again after an error.
   */
  private void finish() {
    handOver.giveBack(batch);
    batch.blocks().forEach(kept -> kept.complete(null));
    batch = null;
  }

  private void rotate() {
    if (segment != null && segment.written() >= options.segmentBytes()) {
      closeSegment();
      retention.clean();
    }
  }

  private void failed(Throwable e, long nowNanos) {
    if (failure.isEmpty()) {
      log.error(
          "the journal in {} cannot be written: {}; shares are judged and kept in its buffers, those"
              + " that do not fit there are lost",
          folder.path(),
          e.toString());
      complainAtNanos = nowNanos + COMPLAIN_NANOS;
    }
    failure = e.toString();
    retryAtNanos = nowNanos + RETRY_NANOS;
    if (segment != null) {
      // After a failed sync the system may have dropped what it could not write: all of it again.
      segment.abandon();
      segment = null;
    }
    if (handOver != null && isBroken(e)) {
      leaveFiles(e);
    }
  }

  /**
   * Whether stores to the buffers' files may fail as well. On a disk that is full they have their
   * room, if the file system writes in place; a name that is missing or not allowed says nothing of
   * the disk.
   */
  private boolean isBroken(Throwable e) {
    if (e instanceof InternalError) {
      return true;
    }
    if (!(e instanceof IOException)
        || e instanceof NoSuchFileException
        || e instanceof AccessDeniedException) {
      return false;
    }
    try {
      // The error itself says it in the system's language only.
      return Files.getFileStore(folder.path()).getUsableSpace() >= options.bufferBytes() + ROOM;
    } catch (IOException unknown) {
      return true;
    }
  }

  /**
   * A store to a page that the disk refuses is a SIGBUS, which Java throws as an InternalError at
   * some later moment, at anybody.
   */
  private void leaveFiles(Throwable reason) {
    handOver.leaveFiles(reason);
    if (batch != null) {
      int gone = batch.records().leaveFile();
      if (gone > 0) {
        lost.add(gone);
        log.error("{} entries are lost with the journal buffer that they were in", gone);
        batch.blocks().forEach(kept -> kept.completeExceptionally(reason));
      }
    }
  }

  /** It is closed for good, and the disk takes nothing. */
  private void abandonAll() {
    IllegalStateException reason = new IllegalStateException("the journal's disk fails");
    if (batch != null) {
      abandon(batch, reason);
    }
    Batch rest = handOver.takeRest();
    if (!rest.records().isEmpty()) {
      abandon(rest, reason);
    }
  }

  private void abandon(Batch each, IllegalStateException reason) {
    each.blocks().forEach(kept -> kept.completeExceptionally(reason));
    int entries = each.records().count();
    if (each.records().isKept()) {
      log.error(
          "the disk fails as the journal is closed: {} entries stay in a buffer for the next start,"
              + " and are lost if the system ends before",
          entries);
    } else {
      lost.add(entries);
      log.error("{} entries are lost: the disk fails as the journal is closed", entries);
    }
  }

  /** Says what is lost, at most every ten seconds. */
  private void complain(long nowNanos) {
    long total = lost.sum();
    if ((total == lostTold && failure.isEmpty()) || nowNanos - complainAtNanos < 0) {
      return;
    }
    log.error(
        "{} shares were lost since the last message, {} in all: {}",
        total - lostTold,
        total,
        failure.isEmpty() ? "the journal's disk is too slow" : failure);
    lostTold = total;
    complainAtNanos = nowNanos + COMPLAIN_NANOS;
  }

  private void closeSegment() {
    if (segment == null) {
      return;
    }
    try {
      segment.close();
    } catch (IOException e) {
      log.warn("journal segment could not be closed: {}", e.toString());
    }
    segment = null;
  }
}
