package io.powerpool.reporter.journal;

import io.powerpool.share.BlockListener;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.ShareListener;
import io.powerpool.share.Telemetry;
import io.powerpool.share.TelemetryListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every verdict down.
 *
 * <p>{@link #onShare} encodes the share and copies it into a shared buffer under a short lock; a
 * thread of the journal's own writes and syncs what has come together every {@linkplain
 * JournalOptions#syncInterval sync interval}. The buffer is a file's memory, so the death of the
 * process loses nothing: the next start finds it. The death of the host costs at most the sync
 * interval plus the time that the disk takes for one sync; so does that of the process where the
 * buffers cannot be made, or the system does not tell whether it was started since. Readers see
 * only what is synced.
 *
 * <p>While the disk fails, the buffer fills; what does not fit any more is counted as lost and
 * told. When the disk is back, what the buffer holds is written to a new segment. A full disk
 * leaves the buffer its room where the file system writes in place; where a store to it is refused,
 * it goes on in memory. Nobody waits for a sync; but a disk that hangs may hold up a store to the
 * buffer as well, once the system has begun to write that out.
 */
public final class ShareJournal
    implements ShareListener, BlockListener, TelemetryListener, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ShareJournal.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final JournalFolder folder;
  private final JournalOptions options;
  private final Retention retention;
  private final JournalWriter writer;
  private final HandOver handOver;
  private final ThreadLocal<EntryWriter> entryWriter = ThreadLocal.withInitial(EntryWriter::new);
  private final LongAdder lost = new LongAdder();
  private final AtomicLong refused = new AtomicLong();
  private final LongAdder missed = new LongAdder();
  private final LongAdder damaged = new LongAdder();

  private ShareJournal(JournalFolder folder, JournalOptions options, Collection<String> reporters)
      throws IOException {
    this.folder = folder;
    this.options = options;
    this.retention = new Retention(folder, options.limitBytes(), reporters);
    this.writer = new JournalWriter(folder, options, retention, lost);
    this.handOver = writer.start();
  }

  /**
   * Opens the journal in a folder, which is made where it is missing, repairs and recovers what an
   * unclean end left there and begins a new segment; while the disk is full or fails, that is done
   * later. Blocks.
   *
   * @param reporters whose positions decide which segments are still needed
   * @throws IOException if another process has the folder, or it cannot be written to
   */
  public static ShareJournal open(Path path, JournalOptions options, Collection<String> reporters)
      throws IOException {
    JournalFolder folder = JournalFolder.open(path);
    try {
      return new ShareJournal(folder, options, reporters);
    } catch (IOException e) {
      folder.close();
      throw new JournalException("the journal in " + path + " cannot be begun: " + e, e);
    }
  }

  /** Keeps a share: returns at once, whatever the disk is doing. */
  @Override
  public void onShare(Share share) {
    EntryWriter entry = entryWriter.get();
    int length;
    try {
      length = entry.share(share);
    } catch (InternalError e) {
      broken(e);
      return;
    } catch (IllegalArgumentException e) {
      refuse(e);
      return;
    }
    append(entry.bytes(), length, null);
  }

  /** Keeps telemetry, as a share. */
  @Override
  public void onTelemetry(Telemetry telemetry) {
    EntryWriter entry = entryWriter.get();
    int length;
    try {
      length = entry.telemetry(telemetry);
    } catch (InternalError e) {
      broken(e);
      return;
    } catch (IllegalArgumentException e) {
      refuse(e);
      return;
    }
    append(entry.bytes(), length, null);
  }

  /**
   * Keeps a block report: returns at once, and has it forced to disk before anything else. It has
   * room in the buffer when shares have none any more.
   *
   * @return completes, on the journal's thread, when it is on disk; fails if it is lost
   */
  @Override
  public CompletionStage<Void> onBlock(BlockReport report, int chain) {
    EntryWriter entry = entryWriter.get();
    CompletableFuture<Void> kept = new CompletableFuture<>();
    int length;
    try {
      length = entry.block(report, chain);
    } catch (InternalError e) {
      broken(e);
      kept.completeExceptionally(e);
      return kept;
    } catch (IllegalArgumentException e) {
      refuse(e);
      kept.completeExceptionally(e);
      return kept;
    }
    if (!append(entry.bytes(), length, kept)) {
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
    return writer.syncedEnd();
  }

  /** Whether all that was handed in is safe on disk. */
  public boolean isWritten() {
    return !handOver.isAwake();
  }

  /**
   * Whether all that there is of a journal can be read by now. While the disk is full, what the
   * buffers of an earlier start hold cannot.
   */
  public boolean isWhole(String journalId) {
    return folder.isWhole(journalId);
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
        writer.syncedEnd(),
        lost.sum() + refused.get(),
        missed.sum(),
        damaged.sum() + folder.damaged(),
        writer.failure(),
        handOver.isKept(),
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
    boolean interrupted = false;
    try {
      writer.close(CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    folder.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean append(byte[] record, int length, CompletableFuture<Void> kept) {
    boolean taken;
    try {
      taken = handOver.append(record, length, kept);
    } catch (InternalError e) {
      broken(e);
      return false;
    }
    if (!taken) {
      lost.increment();
    }
    return taken;
  }

  /**
   * A store to a buffer has failed, now or with an earlier entry: nobody's answer is to fail with
   * it. Of the entry at hand nobody knows whether it is in the buffer.
   */
  private void broken(InternalError e) {
    lost.increment();
    handOver.leaveFiles(e);
  }

  private void refuse(IllegalArgumentException reason) {
    long count = refused.incrementAndGet();
    // Told at 1, 2, 4, 8, …: somebody may be sending these on purpose.
    if (Long.bitCount(count) == 1) {
      log.warn("{} entries could not be journaled and are lost: {}", count, reason.getMessage());
    }
  }
}
