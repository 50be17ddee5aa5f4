package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.BufferFile.Contents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buffers of earlier starts that died with records in them. A record may be in both buffers of
 * a journal and in its last segment as well: the sequence tells. Whenever this dies too, the next
 * start begins it again and comes to the same end.
 */
final class LeftBuffers {

  private static final Logger log = LoggerFactory.getLogger(LeftBuffers.class);

  /** Oldest first. Each is deleted when its records are synced in a segment, not before. */
  private final List<Contents> left = new ArrayList<>();

  /** By the opening of the first of their buffers, oldest first. */
  private volatile Map<String, Long> journals = Map.of();

  /**
   * Looks at the buffer files of a folder, deletes those that hold nothing, and puts those aside
   * that are not to be believed.
   */
  void find(List<Path> files, String bootId) {
    for (Path file : files) {
      try {
        Contents contents = BufferFile.read(file).orElse(null);
        if (contents == null || contents.records().length == 0) {
          Files.delete(file);
        } else if (!contents.bootId().equals(bootId)) {
          putAside(contents);
        } else {
          left.add(contents);
        }
      } catch (IOException e) {
        log.error("journal buffer {} is left alone: {}", file, e.toString());
      }
    }
    left.sort(Comparator.comparingLong(Contents::opening).thenComparingLong(Contents::first));
    tellJournals();
  }

  /**
   * The journals of which something is still to be moved, oldest first, and which start of the
   * process wrote them.
   */
  Map<String, Long> journals() {
    return journals;
  }

  /**
   * Moves all that is left into segments.
   *
   * @return how many buffers held something damaged
   * @throws IOException if the disk fails: the rest is still left then
   */
  int moveInto(JournalFolder folder) throws IOException {
    int damaged = 0;
    try {
      while (!left.isEmpty()) {
        Contents oldest = left.get(0);
        boolean good = move(oldest, folder);
        if (good) {
          Files.deleteIfExists(oldest.file());
        } else {
          SegmentRepair.putAside(oldest.file());
          damaged++;
        }
        left.remove(0);
      }
    } finally {
      tellJournals();
    }
    return damaged;
  }

  private void tellJournals() {
    Map<String, Long> found = new LinkedHashMap<>();
    left.forEach(each -> found.putIfAbsent(each.journalId(), each.opening()));
    journals = Collections.unmodifiableMap(found);
  }

  /** One of an earlier start of the system: a person may still find something in it. */
  private static void putAside(Contents buffer) throws IOException {
    byte[] records = buffer.records();
    int whole = 0;
    int at = 0;
    CRC32C crc = new CRC32C();
    int length = RecordFormat.check(records, at, records.length, crc);
    while (length >= 0) {
      whole++;
      at += RecordFormat.HEADER + length;
      length = RecordFormat.check(records, at, records.length, crc);
    }
    if (whole == 0) {
      Files.delete(buffer.file());
      return;
    }
    Path aside = buffer.file().resolveSibling(buffer.file().getFileName() + ".old");
    Files.move(buffer.file(), aside);
    log.warn(
        "journal buffer {} is from before the system's start and not to be relied on: its {} whole"
            + " entries, from {} on, may not all be in the journal's files; it is kept as {}",
        buffer.file(),
        whole,
        buffer.first(),
        aside.getFileName());
  }

  /** Returns false if not all that it holds can be moved. */
  private static boolean move(Contents buffer, JournalFolder folder) throws IOException {
    byte[] records = buffer.records();
    long first = Math.max(buffer.first(), folder.end(buffer.journalId()));
    long sequence = buffer.first();
    int from = 0;
    int at = 0;
    CRC32C crc = new CRC32C();
    int length = RecordFormat.check(records, at, records.length, crc);
    while (length >= 0) {
      at += RecordFormat.HEADER + length;
      sequence++;
      if (sequence <= first) {
        from = at;
      }
      length = RecordFormat.check(records, at, records.length, crc);
    }
    if (sequence > first) {
      try {
        folder.recover(
            buffer.journalId(),
            buffer.opening(),
            first,
            (int) (sequence - first),
            ByteBuffer.wrap(records, from, at - from));
      } catch (FileAlreadyExistsException e) {
        log.error(
            "journal buffer {} fits nowhere and is put aside: {}", buffer.file(), e.getFile());
        return false;
      }
      log.info(
          "journal {}: {} entries were in a buffer only when the process ended, and are recovered",
          buffer.journalId(),
          sequence - first);
    }
    if (at < records.length) {
      log.error(
          "journal buffer {} cannot be read from byte {} on, {} bytes: it is put aside",
          buffer.file(),
          BufferFile.HEADER + at,
          records.length - at);
      return false;
    }
    return true;
  }
}
