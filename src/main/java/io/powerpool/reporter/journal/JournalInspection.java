package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Segment.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Looks into a journal's folder without changing anything, also while a pool writes to it. Of a
 * buffer it tells what is in no segment yet.
 */
public final class JournalInspection {

  private static final String SUFFIX = ".journal";
  private static final String BUFFER_SUFFIX = ".buffer";

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
   * @param part whether it belongs to a journal; not if it was put aside, or is a buffer of the
   *     time before the system's start
   * @param missing whether it was put aside, and no other file has taken its place
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
      String damage,
      boolean part,
      boolean missing) {

    /** Whether it is a buffer: what is in memory of the pool, or was when that died. */
    public boolean isBuffer() {
      return file.endsWith(BUFFER_SUFFIX);
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
          damage.isEmpty() ? words : words + "; " + damage,
          part,
          missing);
    }
  }

  /**
   * Reads all files of a folder, in the order in which they were written.
   *
   * @param listener is told of all that is good, but for files that were put aside
   * @throws IOException if the folder cannot be read
   */
  public static List<FileReport> inspect(Path folder, EntryListener listener) throws IOException {
    // Buffers first: what leaves them meanwhile is in a segment by then, perhaps in a new one.
    List<Buffered> buffers = buffers(list(folder));
    return inspect(list(folder), buffers, listener);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.sorted().toList();
    }
  }

  private static List<FileReport> inspect(
      List<Path> files, List<Buffered> buffers, EntryListener listener) {
    List<FileReport> reports = new ArrayList<>();
    Map<String, Long> ends = new HashMap<>();
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.contains(SUFFIX)) {
        boolean part = name.endsWith(SUFFIX);
        boolean missing = !part && !files.contains(original(file));
        inspectFile(file, part, missing, part ? listener : (id, at, entry) -> {})
            .ifPresent(report -> add(reports, ends, report));
      } else if (name.contains(BUFFER_SUFFIX) && !name.endsWith(BUFFER_SUFFIX)) {
        reports.add(new Reading(name, false, false, listener).report());
      }
    }
    for (Buffered buffer : buffers) {
      FileReport report = inspectBuffer(buffer, ends, listener);
      if (!report.part || report.end > report.first || !report.damage.isEmpty()) {
        add(reports, ends, report);
      }
    }
    return reports;
  }

  /** The segment that a file was, or is a copy of. */
  private static Path original(Path aside) {
    String name = aside.getFileName().toString();
    return aside.resolveSibling(name.substring(0, name.indexOf(SUFFIX) + SUFFIX.length()));
  }

  private static void add(List<FileReport> reports, Map<String, Long> ends, FileReport report) {
    FileReport added = report;
    if (report.part && !report.journalId.isEmpty()) {
      Long before = ends.put(report.journalId, report.end);
      if (before != null && report.first > before) {
        added =
            report.withDamage(
                "entries %d to %d before it are missing".formatted(before, report.first - 1));
      }
    }
    reports.add(added);
  }

  /**
   * A buffer, or why it cannot be read.
   *
   * @param contents null if it cannot be read
   */
  private record Buffered(String name, BufferFile.Contents contents, String damage) {

    long first() {
      return contents == null ? 0 : contents.first();
    }
  }

  private static List<Buffered> buffers(List<Path> files) {
    List<Buffered> buffers = new ArrayList<>();
    for (Path file : files) {
      if (BufferFile.opening(file).isPresent()) {
        String name = file.getFileName().toString();
        try {
          BufferFile.read(file).ifPresent(read -> buffers.add(new Buffered(name, read, "")));
        } catch (NoSuchFileException e) {
          // The pool has ended meanwhile.
        } catch (IOException e) {
          buffers.add(new Buffered(name, null, String.valueOf(e.getMessage())));
        }
      }
    }
    // The older one of a pair first, whichever that is.
    buffers.sort(
        Comparator.comparing((Buffered buffer) -> buffer.name().split("-", 2)[0])
            .thenComparingLong(Buffered::first));
    return buffers;
  }

  private static FileReport inspectBuffer(
      Buffered buffer, Map<String, Long> ends, EntryListener listener) {
    boolean part = buffer.contents == null || buffer.contents.bootId().equals(BufferFile.bootId());
    Reading reading = new Reading(buffer.name, part, false, listener);
    if (buffer.contents == null) {
      reading.damage = buffer.damage;
    } else if (part) {
      try {
        reading.read(buffer.contents, ends.getOrDefault(buffer.contents.journalId(), 0L));
      } catch (IllegalArgumentException e) {
        reading.damage = String.valueOf(e.getMessage());
      }
    }
    return reading.report();
  }

  /** Empty if the pool has deleted it meanwhile. */
  private static Optional<FileReport> inspectFile(
      Path file, boolean part, boolean missing, EntryListener listener) {
    Reading reading = new Reading(file.getFileName().toString(), part, missing, listener);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      reading.read(file, channel);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      reading.damage = String.valueOf(e.getMessage());
    }
    return Optional.of(reading.report());
  }

  /** One file, as far as it was read. */
  private static final class Reading {
    private final String name;
    private final boolean part;
    private final boolean missing;
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

    Reading(String name, boolean part, boolean missing, EntryListener listener) {
      this.name = name;
      this.part = part;
      this.missing = missing;
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
          int at = cursor.recordAt();
          add(
              cursor.sequence() - 1,
              Arrays.copyOfRange(cursor.block(), at, at + cursor.recordLength()));
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

    /** What of a buffer is in no file that was read before. */
    void read(BufferFile.Contents buffer, long from) {
      byte[] bytes = buffer.records();
      CRC32C crc = new CRC32C();
      int at = 0;
      journalId = buffer.journalId();
      first = Math.max(buffer.first(), from);
      end = first;
      long sequence = buffer.first();
      int length = RecordFormat.check(bytes, at, bytes.length, crc);
      while (length >= 0) {
        int next = at + RecordFormat.HEADER + length;
        if (sequence >= first) {
          add(sequence, Arrays.copyOfRange(bytes, at, next));
          end = sequence + 1;
        }
        sequence++;
        at = next;
        length = RecordFormat.check(bytes, at, bytes.length, crc);
      }
      if (at < bytes.length) {
        tailBytes = (long) bytes.length - at;
        damage = tailBytes + " bytes from byte " + (BufferFile.HEADER + at) + " on cannot be read";
      }
    }

    private void add(long sequence, byte[] record) {
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
      listener.onEntry(journalId, sequence, entry);
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
          damage,
          part,
          missing);
    }
  }
}
