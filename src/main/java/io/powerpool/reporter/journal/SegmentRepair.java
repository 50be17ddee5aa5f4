package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.Segment.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends what an unclean end has left in segment files; nothing is deleted that may hold records.
 */
final class SegmentRepair {

  private static final Logger log = LoggerFactory.getLogger(SegmentRepair.class);

  /**
   * A tail longer than this, or one with good records in it, is put aside before it is cut off: too
   * much for one interrupted write, so perhaps a damage in the middle.
   */
  private static final long SMALL_TAIL_BYTES = 64 * 1024;

  private SegmentRepair() {}

  /**
   * A segment of an earlier start, as far as its header tells.
   *
   * @param onDamage is run if it may hold records that nobody can read
   * @return empty if the file holds nothing that can be read
   */
  static Optional<Segment> readHeader(Path file, long number, Runnable onDamage)
      throws IOException {
    byte[] bytes = new byte[SegmentHeader.SIZE];
    long size;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      size = channel.size();
      if (size < SegmentHeader.SIZE) {
        log.info("journal segment {} was only just begun when the process ended: removed", file);
        Files.delete(file);
        return Optional.empty();
      }
      JournalFolder.readFully(channel, ByteBuffer.wrap(bytes), 0);
    }
    try {
      SegmentHeader header = SegmentHeader.read(bytes);
      return Optional.of(
          new Segment(
              file, number, header.journalId(), header.first(), new Extent(size, header.first())));
    } catch (JournalException e) {
      onDamage.run();
      log.error("journal segment {} is left alone: {}", file, e.getMessage());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      Path aside = putAside(file);
      onDamage.run();
      log.error(
          "journal segment {} is damaged ({}): {} bytes of records are put aside as {}",
          file,
          e.getMessage(),
          size - SegmentHeader.SIZE,
          aside.getFileName());
      return Optional.empty();
    }
  }

  /**
   * Reads the last segment of a journal to its end, and cuts off what an interrupted write left.
   *
   * @return false if that is no interrupted write; a copy is put aside then
   */
  static boolean cutTornTail(Segment segment) throws IOException {
    boolean good = true;
    try (FileChannel channel =
        FileChannel.open(segment.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      SegmentCursor cursor = new SegmentCursor(segment, channel);
      long size = channel.size();
      cursor.limit(size);
      SegmentCursor.Step step = cursor.next();
      while (step == SegmentCursor.Step.RECORD || step == SegmentCursor.Step.SKIPPED) {
        step = cursor.next();
      }
      long end = cursor.offset();
      segment.extent(new Extent(end, cursor.sequence()));
      if (end < size) {
        if (size - end > SMALL_TAIL_BYTES || holdsRecord(channel, end, size)) {
          good = false;
          Path copy = aside(segment.path());
          Files.copy(segment.path(), copy, StandardCopyOption.REPLACE_EXISTING);
          log.error(
              "journal segment {} cannot be read from byte {} on, {} bytes: a copy is put aside as"
                  + " {}",
              segment,
              end,
              size - end,
              copy.getFileName());
        } else {
          log.warn(
              "journal segment {} ended within a record: {} bytes cut off after sequence {}",
              segment,
              size - end,
              cursor.sequence() - 1);
        }
        channel.truncate(end);
        channel.force(true);
      }
    }
    return good;
  }

  /** Whether there is a good record anywhere behind the first byte of a part of a file. */
  private static boolean holdsRecord(FileChannel channel, long from, long end) throws IOException {
    byte[] tail = new byte[(int) (end - from)];
    JournalFolder.readFully(channel, ByteBuffer.wrap(tail), from);
    CRC32C crc = new CRC32C();
    for (int at = 1; at < tail.length; at++) {
      if (RecordFormat.check(tail, at, tail.length, crc) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Renames a damaged file, for a person to look at. */
  static Path putAside(Path file) throws IOException {
    Path aside = aside(file);
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    return aside;
  }

  private static Path aside(Path file) {
    return file.resolveSibling(file.getFileName() + ".damaged");
  }
}
