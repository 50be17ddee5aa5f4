package io.powerpool.reporter.journal;

import io.powerpool.share.BlockListener;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.ShareListener;
import io.powerpool.share.Telemetry;
import io.powerpool.share.TelemetryListener;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every verdict down.
 *
 * <p>{@link #onShare} encodes the share and copies it into a shared buffer under a short lock; a
 * thread of the journal's own writes what has come together every {@value #WRITE_MILLIS} ms and
 * syncs it every {@linkplain JournalOptions#syncInterval sync interval}. So the death of the
 * process costs at most the last {@value #WRITE_MILLIS} ms, a power cut at most the sync interval,
 * each plus the time that the disk takes for one sync. Readers see only what is synced.
 *
 * <p>While the disk fails, the buffer fills; what does not fit any more is counted as lost and
 * told, and nobody waits. When the disk is back, what the buffer holds is written to a new segment.
 */
public final class ShareJournal
    implements ShareListener, BlockListener, TelemetryListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ShareJournal.class);

  private static final int WRITE_MILLIS = 2;
  private static final long WRITE_NANOS = Duration.ofMillis(WRITE_MILLIS).toNanos();
  private static final long RETRY_NANOS = Duration.ofMillis(500).toNanos();
  private static final long COMPLAIN_NANOS = Duration.ofSeconds(10).toNanos();

  /** What shares leave free in the buffer: room for a few blocks. */
  private static final int BLOCK_RESERVE = 8 * 1024;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final JournalFolder folder;
  private final JournalOptions options;
  private final Retention retention;
  private final Thread writerThread;
  private final ThreadLocal<EntryWriter> entryWriter = ThreadLocal.withInitial(EntryWriter::new);
  private final LongAdder lost = new LongAdder();
  private final AtomicLong refused = new AtomicLong();
  private final LongAdder missed = new LongAdder();
  private final LongAdder damaged = new LongAdder();

  /** Guards what the event loops and the writer thread hand over: the next five fields. */
  private final Object handOver = new Object();

  private AppendBuffer filling;
  private final List<CompletableFuture<Void>> fillingBlocks = new ArrayList<>();
  private boolean awake;
  private boolean urgent;
  private boolean closing;

  // Of the writer thread alone, from here on; the volatile ones are read by others.
  private AppendBuffer unsynced;
  private final List<CompletableFuture<Void>> unsyncedBlocks = new ArrayList<>();
  private int unsyncedWritten;
  private SegmentWriter segment;
  private long lastSyncNanos;
  private long retryAtNanos;
  private long complainAtNanos;
  private long lostTold;
  private volatile long syncedEnd;
  private volatile String failure = "";

  private ShareJournal(JournalFolder folder, JournalOptions options, Collection<String> reporters) {
    this.folder = folder;
    this.options = options;
    this.retention = new Retention(folder, options.limitBytes(), reporters);
    this.filling = new AppendBuffer(options.bufferBytes());
    this.unsynced = new AppendBuffer(options.bufferBytes());
    this.writerThread = new Thread(this::run, "share-journal");
    // The process may end when its last real thread does; whoever made the journal closes it.
    this.writerThread.setDaemon(true);
  }

  /**
   * Opens the journal in a folder, which is made where it is missing, repairs what an unclean end
   * left there and begins a new segment; while the disk is full or fails, it is begun later.
   * Blocks.
   *
   * @param reporters whose positions decide which segments are still needed
   * @throws IOException if another process has the folder, or it cannot be written to
   */
  public static ShareJournal open(Path path, JournalOptions options, Collection<String> reporters)
      throws IOException {
    JournalFolder folder = JournalFolder.open(path);
    try {
      ShareJournal journal = new ShareJournal(folder, options, reporters);
      journal.begin();
      journal.lastSyncNanos = System.nanoTime() - options.syncInterval().toNanos();
      journal.writerThread.start();
      return journal;
    } catch (IOException e) {
      folder.close();
      throw new JournalException("the journal in " + path + " cannot be begun: " + e, e);
    }
  }

  private void begin() throws IOException {
    try {
      segment = folder.create(0, System.currentTimeMillis());
    } catch (AccessDeniedException e) {
      // Time does not mend that.
      throw e;
    } catch (IOException e) {
      failed(e, System.nanoTime());
    }
  }

  /** Keeps a share: returns at once, whatever the disk is doing. */
  @Override
  public void onShare(Share share) {
    EntryWriter writer = entryWriter.get();
    int length;
    try {
      length = writer.share(share);
    } catch (IllegalArgumentException e) {
      refuse(e);
      return;
    }
    append(writer.bytes(), length, null);
  }

  /** Keeps telemetry, as a share. */
  @Override
  public void onTelemetry(Telemetry telemetry) {
    EntryWriter writer = entryWriter.get();
    int length;
    try {
      length = writer.telemetry(telemetry);
    } catch (IllegalArgumentException e) {
      refuse(e);
      return;
    }
    append(writer.bytes(), length, null);
  }

  /**
   * Keeps a block report: returns at once, and has it forced to disk before anything else. It has
   * room in the buffer when shares have none any more.
   *
   * @return completes, on the journal's thread, when it is on disk; fails if it is lost
   */
  @Override
  public CompletionStage<Void> onBlock(BlockReport report, int chain) {
    EntryWriter writer = entryWriter.get();
    CompletableFuture<Void> kept = new CompletableFuture<>();
    int length;
    try {
      length = writer.block(report, chain);
    } catch (IllegalArgumentException e) {
      refuse(e);
      kept.completeExceptionally(e);
      return kept;
    }
    if (!append(writer.bytes(), length, kept)) {
      kept.completeExceptionally(new IllegalStateException("the journal takes no more"));
    }
    return kept;
  }

  /** Where it lies. */
  public Path folder() {
    return folder.path();
  }

  /** The journal of this start. */
  public String journalId() {
    return folder.journalId();
  }

  /** The journals that may hold something for a reporter, oldest first; this start's is last. */
  public List<String> journalIds() {
    return folder.journalIds();
  }

  /** The sequence after the last one that is safe on disk, in the journal of this start. */
  public long syncedEnd() {
    return syncedEnd;
  }

  /** Whether all that was handed in is safe on disk. */
  public boolean isWritten() {
    synchronized (handOver) {
      return !awake;
    }
  }

  /** A reader for one reporter, to be used by one thread at a time. */
  public JournalReader reader() {
    return new JournalReader(folder, missed::add, damaged::increment);
  }

  /**
   * Notes how far a reporter is, and deletes the segments that nobody needs any more. May block.
   *
   * @param next the sequence after the last one that the reporter has stored
   */
  public void acknowledge(String reporter, String journalId, long next) {
    retention.acknowledge(reporter, journalId, next);
  }

  /** How it is doing, at this moment. */
  public JournalStatus status() {
    List<Segment> segments = folder.segments();
    long bytes = 0;
    for (Segment each : segments) {
      bytes += each.extent().bytes();
    }
    return new JournalStatus(
        folder.journalId(),
        syncedEnd,
        lost.sum() + refused.get(),
        missed.sum(),
        damaged.sum() + folder.damaged(),
        failure,
        segments.size(),
        bytes,
        options.limitBytes(),
        retention.backlog(segments));
  }

  /**
   * Writes and syncs what was appended, and lets go of the folder. Blocks for ten seconds at most.
   */
  @Override
  public void close() throws IOException {
    synchronized (handOver) {
      closing = true;
    }
    LockSupport.unpark(writerThread);
    boolean interrupted = false;
    try {
      writerThread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (writerThread.isAlive()) {
      log.error("the journal's disk does not answer: its last entries may be lost");
    }
    folder.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Puts a record into the buffer.
   *
   * @param kept a block's, to be forced to disk at once; null for a share
   * @return false if it is lost
   */
  private boolean append(byte[] record, int length, CompletableFuture<Void> kept) {
    boolean atOnce = kept != null;
    boolean wake;
    synchronized (handOver) {
      if (closing || !filling.fits(atOnce ? length : length + BLOCK_RESERVE)) {
        lost.increment();
        return false;
      }
      filling.add(record, length, 1);
      if (atOnce) {
        fillingBlocks.add(kept);
        urgent = true;
      }
      // Waking a thread costs more than all the rest: once per group is enough.
      wake = atOnce || !awake;
      awake = true;
    }
    if (wake) {
      LockSupport.unpark(writerThread);
    }
    return true;
  }

  private void refuse(IllegalArgumentException reason) {
    long count = refused.incrementAndGet();
    // Told at 1, 2, 4, 8, …: somebody may be sending these on purpose.
    if (Long.bitCount(count) == 1) {
      log.warn("{} entries could not be journaled and are lost: {}", count, reason.getMessage());
    }
  }

  private void run() {
    long waitNanos = 0;
    while (waitNanos >= 0) {
      try {
        if (waitNanos > 0) {
          LockSupport.parkNanos(this, waitNanos);
        }
        // Nobody interrupts it on purpose, and an interrupt would close the file at the next write.
        Thread.interrupted();
        waitNanos = step(System.nanoTime());
      } catch (Throwable e) {
        // Without this thread nothing is kept any more: not even an Error may end it.
        waitNanos = RETRY_NANOS;
        segment = null;
        unsyncedWritten = 0;
        retryAtNanos = System.nanoTime() + RETRY_NANOS;
        failure = "the writer thread has failed";
        log.error("the journal in {} could not be written and goes on", folder.path(), e);
      }
    }
  }

  /**
   * Writes and syncs as far as it is time to.
   *
   * @return nanoseconds until there may be more to do, or -1 when all is done for good
   */
  private long step(long nowNanos) {
    boolean atOnce;
    boolean last;
    synchronized (handOver) {
      take();
      atOnce = urgent || closing;
      urgent = urgent && !filling.isEmpty();
      last = closing;
      if (unsynced.isEmpty()) {
        awake = false;
      }
    }
    if (unsynced.isEmpty()) {
      if (last) {
        closeSegment();
        return -1;
      }
      return failure.isEmpty() ? Long.MAX_VALUE : tryDisk(nowNanos);
    }
    if (!failure.isEmpty() && nowNanos - retryAtNanos < 0 && !last) {
      complain(nowNanos);
      return retryAtNanos - nowNanos;
    }
    try {
      write();
      long dueNanos = lastSyncNanos + options.syncInterval().toNanos() - nowNanos;
      if (!atOnce && dueNanos > 0 && unsynced.length() < options.bufferBytes() / 2) {
        return Math.min(dueNanos, WRITE_NANOS);
      }
      sync(nowNanos);
    } catch (Throwable e) {
      failed(e, nowNanos);
      if (last) {
        abandonAll();
        return -1;
      }
      return RETRY_NANOS;
    }
    complain(nowNanos);
    return Math.min(options.syncInterval().toNanos(), WRITE_NANOS);
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

  /** Moves what was appended to where it is written from, as far as there is room. */
  private void take() {
    if (unsynced.isEmpty()) {
      AppendBuffer empty = unsynced;
      unsynced = filling;
      filling = empty;
      unsyncedBlocks.addAll(fillingBlocks);
      fillingBlocks.clear();
    } else if (unsynced.fits(filling.length())) {
      unsynced.add(filling.bytes(), filling.length(), filling.count());
      filling.clear();
      unsyncedBlocks.addAll(fillingBlocks);
      fillingBlocks.clear();
    }
  }

  private void write() throws IOException {
    if (segment == null) {
      segment = folder.create(syncedEnd, System.currentTimeMillis());
      unsyncedWritten = 0;
    }
    segment.write(unsynced.bytes(), unsyncedWritten, unsynced.length() - unsyncedWritten);
    unsyncedWritten = unsynced.length();
  }

  private void sync(long nowNanos) throws IOException {
    long end = syncedEnd + unsynced.count();
    segment.sync(end);
    syncedEnd = end;
    lastSyncNanos = nowNanos;
    unsynced.clear();
    unsyncedWritten = 0;
    unsyncedBlocks.forEach(kept -> kept.complete(null));
    unsyncedBlocks.clear();
    recovered();
    if (segment.written() >= options.segmentBytes()) {
      closeSegment();
      retention.clean();
    }
  }

  private void failed(Throwable e, long nowNanos) {
    if (failure.isEmpty()) {
      log.error(
          "the journal in {} cannot be written: {}; shares are judged and kept in memory, those"
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
    unsyncedWritten = 0;
  }

  private void abandonAll() {
    int entries;
    synchronized (handOver) {
      entries = unsynced.count() + filling.count();
      unsyncedBlocks.addAll(fillingBlocks);
      fillingBlocks.clear();
    }
    IllegalStateException reason = new IllegalStateException("the journal's disk fails");
    unsyncedBlocks.forEach(kept -> kept.completeExceptionally(reason));
    unsyncedBlocks.clear();
    lost.add(entries);
    log.error("{} entries are lost: the disk fails as the journal is closed", entries);
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
