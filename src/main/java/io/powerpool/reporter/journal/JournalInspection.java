package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Segment.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Looks into a journal's folder without changing anything, also while a pool writes to it. */
public final class JournalInspection {

  private static final String SUFFIX = ".journal";

  private JournalInspection() {}

  /** Is told of entries. */
  @FunctionalInterface
  public interface EntryListener {

    /** An entry that is good, by its journal and sequence. */
    void onEntry(String journalId, long sequence, JournalEntry entry);
  }

  /**
   * What one file holds.
   *
   * @param file its name
   * @param journalId empty if its header cannot be read
   * @param first the sequence of the first entry
   * @param end the sequence after the last entry that can be read
   * @param shares entries of this kind, and so on
   * @param skipped damaged records between good ones
   * @param newestMillis when its newest entry was written, 0 without one
   * @param tailBytes behind the last good record: an unfinished write, if it is short
   * @param damage what is wrong, in words; empty if nothing is
   */
  public record FileReport(
      String file,
      String journalId,
      long first,
      long end,
      long shares,
      long blocks,
      long telemetry,
      long skipped,
      long newestMillis,
      long tailBytes,
      String damage) {

    /** Whether it was put aside: it is no part of the journal any more. */
    public boolean isAside() {
      return !file.endsWith(SUFFIX);
    }

    private FileReport withDamage(String words) {
      return new FileReport(
          file,
          journalId,
          first,
          end,
          shares,
          blocks,
          telemetry,
          skipped,
          newestMillis,
          tailBytes,
          damage.isEmpty() ? words : words + "; " + damage);
    }
  }

  /**
   * Reads all files of a folder, in the order in which they were written.
   *
   * @param listener is told of all that is good, but for files that were put aside
   * @throws IOException if the folder cannot be read
   */
  public static List<FileReport> inspect(Path folder, EntryListener listener) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files =
          listed.filter(file -> file.getFileName().toString().contains(SUFFIX)).sorted().toList();
    }
    List<FileReport> reports = new ArrayList<>();
    FileReport before = null;
    for (Path file : files) {
      boolean aside = !file.getFileName().toString().endsWith(SUFFIX);
      FileReport report = inspectFile(file, aside ? (id, at, entry) -> {} : listener);
      if (!aside && !report.journalId.isEmpty()) {
        report = before == null ? report : afterGap(before, report);
        before = report;
      }
      reports.add(report);
    }
    return reports;
  }

  /** A journal's files go from its oldest to its newest without a gap. */
  private static FileReport afterGap(FileReport before, FileReport report) {
    return report.journalId.equals(before.journalId) && report.first > before.end
        ? report.withDamage(
            "entries %d to %d before it are missing".formatted(before.end, report.first - 1))
        : report;
  }

  private static FileReport inspectFile(Path file, EntryListener listener) {
    Reading reading = new Reading(file.getFileName().toString(), listener);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      reading.read(file, channel);
    } catch (IOException | IllegalArgumentException e) {
      reading.damage = String.valueOf(e.getMessage());
    }
    return reading.report();
  }

  /** One file, as far as it was read. */
  private static final class Reading {
    private final String name;
    private final EntryListener listener;
    private String journalId = "";
    private long first;
    private long end;
    private long shares;
    private long blocks;
    private long telemetry;
    private long skipped;
    private long newestMillis;
    private long tailBytes;
    private String damage = "";

    Reading(String name, EntryListener listener) {
      this.name = name;
      this.listener = listener;
    }

    void read(Path file, FileChannel channel) throws IOException {
      long size = channel.size();
      if (size < SegmentHeader.SIZE) {
        // The pool removes such a file at its next start: it was begun when the process ended.
        tailBytes = size;
        return;
      }
      byte[] bytes = new byte[SegmentHeader.SIZE];
      JournalFolder.readFully(channel, ByteBuffer.wrap(bytes), 0);
      SegmentHeader header = SegmentHeader.read(bytes);
      journalId = header.journalId();
      first = header.first();
      end = first;
      Segment segment = new Segment(file, 0, journalId, first, new Extent(size, first));
      SegmentCursor cursor = new SegmentCursor(segment, channel);
      cursor.limit(size);
      SegmentCursor.Step step = cursor.next();
      while (step == SegmentCursor.Step.RECORD || step == SegmentCursor.Step.SKIPPED) {
        if (step == SegmentCursor.Step.RECORD) {
          add(cursor);
        } else {
          skipped++;
        }
        end = cursor.sequence();
        step = cursor.next();
      }
      tailBytes = size - cursor.offset();
      if (skipped > 0) {
        damage = skipped + " damaged entries between good ones";
      } else if (tailBytes > RecordFormat.MAX_RECORD) {
        damage = tailBytes + " bytes from byte " + cursor.offset() + " on cannot be read";
      }
    }

    private void add(SegmentCursor cursor) {
      byte[] record =
          Arrays.copyOfRange(
              cursor.block(), cursor.recordAt(), cursor.recordAt() + cursor.recordLength());
      JournalEntry entry = EntryReader.read(record, 1).get(0);
      if (entry instanceof ShareEntry share) {
        shares++;
        newestMillis = Math.max(newestMillis, share.share().epochMillis());
      } else if (entry instanceof BlockEntry block) {
        blocks++;
        newestMillis = Math.max(newestMillis, block.block().epochMillis());
      } else if (entry instanceof TelemetryEntry told) {
        telemetry++;
        newestMillis = Math.max(newestMillis, told.telemetry().receivedMillis());
      }
      listener.onEntry(journalId, cursor.sequence() - 1, entry);
    }

    FileReport report() {
      return new FileReport(
          name,
          journalId,
          first,
          end,
          shares,
          blocks,
          telemetry,
          skipped,
          newestMillis,
          tailBytes,
          damage);
    }
  }
}
