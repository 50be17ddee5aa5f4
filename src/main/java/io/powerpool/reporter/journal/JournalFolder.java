package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.Segment.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that a journal lives in: its lock, its segment files and what is repaired when it is
 * opened. Thread safe: the journal's writer adds segments, readers look them up, and whoever
 * acknowledges removes them.
 *
 * <p>Segments are named {@code <opening>-<first sequence>.journal}, {@linkplain BufferFile buffers}
 * {@code <opening>-<0 or 1>.buffer}. A damaged file is never deleted but renamed to {@code
 * ….damaged}, for a person to look at.
 */
final class JournalFolder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(JournalFolder.class);

  private static final Pattern NAME = Pattern.compile("(\\d{8})-(\\d{12,19})\\.journal(\\..+)?");

  private final Path path;
  private final JournalLock lock;
  private final long opening;
  private final String journalId;
  private final List<Segment> segments = new ArrayList<>();
  private final LeftBuffers left = new LeftBuffers();
  private final LongAdder damaged = new LongAdder();

  private JournalFolder(Path path, JournalLock lock) throws IOException {
    this.path = path;
    this.lock = lock;
    byte[] id = new byte[8];
    new SecureRandom().nextBytes(id);
    this.journalId = HexFormat.of().formatHex(id);
    this.opening = recover() + 1;
  }

  /**
   * Locks the folder, making it where it is missing, and repairs what an unclean end left in it.
   *
   * @throws IOException if another process has it, or it cannot be written to
   */
  static JournalFolder open(Path path) throws IOException {
    JournalLock lock = JournalLock.take(path);
    try {
      return new JournalFolder(path, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  Path path() {
    return path;
  }

  /** How many files were found that cannot be read, or have an end that is no interrupted write. */
  long damaged() {
    return damaged.sum();
  }

  /** The journal that is written now. */
  String journalId() {
    return journalId;
  }

  /** The journals that still have segments, oldest first; the one that is written now is last. */
  synchronized List<String> journalIds() {
    Map<String, Long> openings = new LinkedHashMap<>(left.journals());
    segments.forEach(segment -> openings.putIfAbsent(segment.journalId(), segment.opening()));
    openings.put(journalId, opening);
    return openings.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whether all that there is of an earlier start's journal is in segments. */
  boolean isWhole(String id) {
    return !left.journals().containsKey(id);
  }

  /** Where this start's buffers are to be. */
  Path bufferFile(int number) {
    return BufferFile.path(path, opening, number);
  }

  /** A journal's segments that still exist, oldest first. */
  synchronized List<Segment> segments(String id) {
    return segments.stream().filter(segment -> segment.journalId().equals(id)).toList();
  }

  /** All segments that still exist, oldest first. */
  synchronized List<Segment> segments() {
    return List.copyOf(segments);
  }

  /** The segment with this sequence or, where that one is gone, the next one there is. */
  synchronized Optional<Segment> find(String id, long sequence) {
    return segments.stream()
        .filter(segment -> segment.journalId().equals(id) && segment.extent().end() > sequence)
        .findFirst();
  }

  /** The sequence after the last one of a journal; 0 if nothing is known of it. */
  synchronized long end(String id) {
    long end = 0;
    for (Segment segment : segments) {
      if (segment.journalId().equals(id)) {
        end = segment.extent().end();
      }
    }
    return end;
  }

  /** Bytes in all segments. */
  synchronized long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += segment.extent().bytes();
    }
    return bytes;
  }

  /**
   * A new, empty segment of the present journal, with its header on disk. What the buffers of
   * earlier starts hold goes to disk before.
   */
  SegmentWriter create(long first, long epochMillis) throws IOException {
    damaged.add(left.moveInto(this));
    Segment segment = newSegment(journalId, opening, first);
    SegmentWriter writer =
        SegmentWriter.create(segment, new SegmentHeader(journalId, first, epochMillis));
    syncFolder();
    synchronized (this) {
      // After a failed write the same sequence is written again, into a file of the same name.
      segments.removeIf(old -> old.path().equals(segment.path()));
      segments.add(segment);
    }
    return writer;
  }

  private Segment newSegment(String id, long number, long first) {
    String name = String.format(Locale.ROOT, "%08d-%012d.journal", number, first);
    return new Segment(
        path.resolve(name), number, id, first, new Extent(SegmentHeader.SIZE, first));
  }

  /**
   * Writes records of an earlier start behind what there is of its journal, and syncs them.
   *
   * @param first the sequence of the first: none of its journal's segments has it yet
   * @throws FileAlreadyExistsException if it cannot stand where it belongs
   */
  void recover(String id, long number, long first, int count, ByteBuffer records)
      throws IOException {
    List<Segment> before = segments(id);
    Segment last = before.isEmpty() ? null : before.get(before.size() - 1);
    if (last != null && !last.damaged() && last.extent().end() == first) {
      SegmentWriter.extend(last).append(records, first + count);
      return;
    }
    Segment segment = newSegment(id, number, first);
    if (Files.exists(segment.path())) {
      throw new FileAlreadyExistsException(segment.path().toString());
    }
    try {
      SegmentWriter.create(segment, new SegmentHeader(id, first, System.currentTimeMillis()))
          .append(records, first + count);
      syncFolder();
    } catch (IOException e) {
      Files.deleteIfExists(segment.path());
      throw e;
    }
    synchronized (this) {
      segments.add(segment);
      segments.sort(Comparator.comparingLong(Segment::opening).thenComparingLong(Segment::first));
    }
  }

  /**
   * Deletes the segments of which the condition holds, never the newest one; a damaged one is put
   * aside instead. A file that cannot be deleted is tried again at the next start.
   *
   * @return those that are gone
   */
  List<Segment> remove(Predicate<Segment> condition) {
    List<Segment> gone = new ArrayList<>();
    synchronized (this) {
      for (int i = 0; i < segments.size() - 1; i++) {
        // Of a journal that is not whole, its segments tell where the rest belongs.
        if (isWhole(segments.get(i).journalId()) && condition.test(segments.get(i))) {
          gone.add(segments.get(i));
        }
      }
      segments.removeAll(gone);
    }
    for (Segment segment : gone) {
      try {
        if (segment.damaged()) {
          SegmentRepair.putAside(segment.path());
        } else {
          Files.deleteIfExists(segment.path());
        }
      } catch (IOException e) {
        log.warn("journal segment {} could not be deleted: {}", segment, e.toString());
      }
    }
    return gone;
  }

  /** Unlocks the folder. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  /** Finds what earlier starts have left; returns the number of the last start. */
  private long recover() throws IOException {
    long lastOpening = 0;
    List<Path> files;
    try (Stream<Path> listed = Files.list(path)) {
      files = listed.sorted().toList();
    }
    List<Path> buffers = new ArrayList<>();
    for (Path file : files) {
      Optional<Long> bufferOf = BufferFile.opening(file);
      if (bufferOf.isPresent()) {
        lastOpening = Math.max(lastOpening, bufferOf.get());
        buffers.add(file);
        continue;
      }
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (!name.matches()) {
        continue;
      }
      long number = Long.parseLong(name.group(1));
      lastOpening = Math.max(lastOpening, number);
      if (name.group(3) == null) {
        try {
          SegmentRepair.readHeader(file, number, damaged::increment).ifPresent(segments::add);
        } catch (IOException e) {
          damaged.increment();
          log.error("journal segment {} cannot be read: {}", file, e.toString());
        }
      }
    }
    repair();
    left.find(buffers, BufferFile.bootId());
    return lastOpening;
  }

  private void repair() {
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      Segment next = i + 1 < segments.size() ? segments.get(i + 1) : null;
      if (next != null && next.journalId().equals(segment.journalId())) {
        // After a failed write a segment may hold records that the next one holds again.
        segment.extent(new Extent(segment.extent().bytes(), next.first()));
      } else {
        try {
          if (!SegmentRepair.cutTornTail(segment)) {
            damaged.increment();
          }
        } catch (IOException e) {
          log.error("journal segment {} cannot be read: {}", segment, e.toString());
          segment.markDamaged();
          damaged.increment();
        }
      }
    }
  }

  /** Without this a power cut may take away the new file's name. */
  private void syncFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
      folder.force(true);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      log.debug("this file system does not sync folders: {}", e.toString());
    }
  }

  static void readFully(FileChannel channel, ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        throw new IOException("file ends at byte " + at);
      }
      at += read;
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer from, long at) throws IOException {
    long position = at;
    while (from.hasRemaining()) {
      position += channel.write(from, position);
    }
  }
}
