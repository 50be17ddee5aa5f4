package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.Segment.Extent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a folder's journals for one reporter, from any position on and following what is appended.
 * Blocks on the disk; for one thread at a time.
 *
 * <p>What cannot be read is told and passed over: one record if its successor can be found,
 * otherwise the rest of its segment.
 */
public final class JournalReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JournalReader.class);

  private final JournalFolder folder;
  private final LongConsumer missed;
  private final Runnable damaged;
  private String journalId = "";
  private long next;
  private Segment segment;
  private FileChannel channel;
  private SegmentCursor cursor;

  JournalReader(JournalFolder folder, LongConsumer missed, Runnable damaged) {
    this.folder = folder;
    this.missed = missed;
    this.damaged = damaged;
  }

  /**
   * Consecutive records, as they stand in the file; {@link EntryReader} makes entries of them.
   *
   * @param journalId the journal they are from
   * @param first the sequence of the first
   * @param count how many
   * @param bytes the records; not to be changed
   */
  // Handed from the file to the bus without being looked into: never compared, never kept.
  @SuppressWarnings("ArrayRecordComponent")
  public record Records(String journalId, long first, int count, byte[] bytes) {

    /** The sequence after the last. */
    public long end() {
      return first + count;
    }
  }

  /** The next read begins at this sequence of this journal. */
  public void seek(String id, long sequence) throws IOException {
    if (!id.equals(journalId) || cursor == null || cursor.sequence() != sequence) {
      closeSegment();
    }
    journalId = id;
    next = sequence;
  }

  /** The sequence at which the next read begins. */
  public long position() {
    return next;
  }

  /**
   * Reads on.
   *
   * @param maxEntries at most that many
   * @param maxBytes none more once there are that many bytes
   * @return empty if there is nothing more at present
   */
  public Optional<Records> read(int maxEntries, int maxBytes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int count = 0;
    while (count < maxEntries && bytes.size() < maxBytes && openSegment(count == 0)) {
      Extent extent = segment.extent();
      cursor.limit(extent.bytes());
      SegmentCursor.Step step = next < extent.end() ? cursor.next() : SegmentCursor.Step.END;
      if (step == SegmentCursor.Step.RECORD) {
        bytes.write(cursor.block(), cursor.recordAt(), cursor.recordLength());
        next = cursor.sequence();
        count++;
      } else if (count == 0) {
        pass(step, extent);
      } else {
        // What was read goes first; the next call comes upon this again.
        if (step == SegmentCursor.Step.SKIPPED) {
          closeSegment();
        }
        break;
      }
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(new Records(journalId, next - count, count, bytes.toByteArray()));
  }

  @Override
  public void close() throws IOException {
    closeSegment();
  }

  /** Goes on behind something that is no record. */
  private void pass(SegmentCursor.Step step, Extent extent) throws IOException {
    if (step == SegmentCursor.Step.SKIPPED) {
      next = cursor.sequence();
      tellDamage("entry " + (next - 1) + " is damaged and left out");
    } else if (step == SegmentCursor.Step.END && next < extent.end()) {
      leaveOut(extent.end());
      closeSegment();
    } else if (next < extent.end()) {
      tellDamage(
          "from byte "
              + cursor.offset()
              + " on it cannot be read, entries "
              + next
              + " to "
              + (extent.end() - 1)
              + " are left out");
      next = extent.end();
      closeSegment();
    } else {
      closeSegment();
    }
  }

  /** Goes on behind entries whose file is gone: put aside, given up, or deleted by somebody. */
  private void leaveOut(long until) {
    log.error("entries {} to {} of journal {} are not there any more", next, until - 1, journalId);
    missed.accept(until - next);
    next = until;
  }

  private void tellDamage(String what) {
    segment.markDamaged();
    damaged.run();
    log.error("journal segment {} is damaged: {}; the file will be put aside", segment, what);
  }

  /**
   * Opens the segment that holds the next sequence, or the first one behind it.
   *
   * @param mayJump whether sequences may be left out
   * @return whether there is one
   */
  private boolean openSegment(boolean mayJump) throws IOException {
    if (cursor != null && next < segment.extent().end()) {
      return true;
    }
    Optional<Segment> found = folder.find(journalId, next);
    if (found.isEmpty()) {
      return false;
    }
    Segment wanted = found.get();
    if (wanted.first() > next) {
      if (!mayJump) {
        return false;
      }
      leaveOut(wanted.first());
    }
    if (cursor == null || wanted != segment) {
      closeSegment();
      try {
        channel = FileChannel.open(wanted.path(), StandardOpenOption.READ);
      } catch (NoSuchFileException e) {
        log.error("journal segment {} has disappeared", wanted);
        folder.remove(each -> each == wanted);
        return false;
      }
      segment = wanted;
      cursor = new SegmentCursor(wanted, channel);
      cursor.limit(wanted.extent().bytes());
      forward();
    }
    return true;
  }

  /** Moves a fresh cursor to the next sequence, or as near as the file lets it. */
  private void forward() throws IOException {
    while (cursor.sequence() < next) {
      SegmentCursor.Step step = cursor.next();
      if (step != SegmentCursor.Step.RECORD && step != SegmentCursor.Step.SKIPPED) {
        return;
      }
    }
  }

  private void closeSegment() throws IOException {
    FileChannel open = channel;
    segment = null;
    cursor = null;
    channel = null;
    if (open != null) {
      open.close();
    }
  }
}
