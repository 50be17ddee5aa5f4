package io.powerpool.reporter.journal;

import io.powerpool.reporter.journal.Segment.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends to one segment file. For one thread at a time. */
final class SegmentWriter {

  private static final Logger log = LoggerFactory.getLogger(SegmentWriter.class);

  private final Segment segment;
  private final FileChannel channel;
  private long written;

  private SegmentWriter(Segment segment, FileChannel channel, long written) {
    this.segment = segment;
    this.channel = channel;
    this.written = written;
  }

  /** Makes the file, with its header on disk. */
  static SegmentWriter create(Segment segment, SegmentHeader header) throws IOException {
    FileChannel channel =
        FileChannel.open(
            segment.path(),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    try {
      SegmentWriter writer = new SegmentWriter(segment, channel, SegmentHeader.SIZE);
      writeFully(channel, header.toBytes());
      channel.force(true);
      return writer;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Goes on behind the last record of a segment that an earlier start has written. */
  static SegmentWriter extend(Segment segment) throws IOException {
    FileChannel channel = FileChannel.open(segment.path(), StandardOpenOption.WRITE);
    long written = segment.extent().bytes();
    try {
      channel.position(written);
      return new SegmentWriter(segment, channel, written);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Hands records to the operating system. */
  void write(ByteBuffer records) throws IOException {
    int length = records.remaining();
    writeFully(channel, records);
    written += length;
  }

  /** Writes and syncs records up to the sequence {@code end} and closes the file, or leaves it. */
  void append(ByteBuffer records, long end) throws IOException {
    try {
      write(records);
      sync(end);
    } catch (IOException e) {
      abandon();
      throw e;
    }
    close();
  }

  /** Forces what was written to disk and lets it be read, up to the sequence {@code end}. */
  void sync(long end) throws IOException {
    channel.force(false);
    segment.extent(new Extent(written, end));
  }

  /** The length of the file so far. */
  long written() {
    return written;
  }

  void close() throws IOException {
    channel.close();
  }

  /**
   * Gives the file up after a failure. What had not been synced goes into another file, so it is
   * cut off here; if even that fails, the reader stops at the next file's first sequence.
   */
  void abandon() {
    try (channel) {
      channel.truncate(segment.extent().bytes());
    } catch (IOException e) {
      log.debug("journal segment {} could not be cut after a failure: {}", segment, e.toString());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
