package io.powerpool.reporter.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** Goes through a segment's records from the first on, past single damaged ones. */
final class SegmentCursor {

  /** What a step met. */
  enum Step {
    /** A good record. */
    RECORD,
    /** A damaged record whose successor is good: it has used up its sequence. */
    SKIPPED,
    /** The limit. */
    END,
    /** Damage, and no telling where the next record begins. */
    UNREADABLE
  }

  private final FileChannel channel;
  private final CRC32C crc = new CRC32C();
  private final byte[] block = new byte[16 * RecordFormat.MAX_RECORD];
  private long blockFrom;
  private int blockLength;
  private long limit = SegmentHeader.SIZE;
  private long offset = SegmentHeader.SIZE;
  private long sequence;
  private int recordAt;
  private int recordLength;

  SegmentCursor(Segment segment, FileChannel channel) {
    this.channel = channel;
    this.sequence = segment.first();
  }

  /** Where in the file reading ends; may only grow. */
  void limit(long bytes) {
    limit = bytes;
  }

  /** Where in the file the next step begins. */
  long offset() {
    return offset;
  }

  /** The sequence that the next step is about. */
  long sequence() {
    return sequence;
  }

  /** The array that holds the record last met, until the next step. */
  byte[] block() {
    return block;
  }

  int recordAt() {
    return recordAt;
  }

  /** The length of the record last met, header included. */
  int recordLength() {
    return recordLength;
  }

  Step next() throws IOException {
    if (offset >= limit) {
      return Step.END;
    }
    load();
    int at = (int) (offset - blockFrom);
    int length = RecordFormat.check(block, at, blockLength, crc);
    if (length >= 0) {
      recordAt = at;
      recordLength = RecordFormat.HEADER + length;
      advance(recordLength);
      return Step.RECORD;
    }
    if (length == RecordFormat.DAMAGED) {
      int stated = RecordFormat.length(block, at);
      if (stated > 0 && stated <= RecordFormat.MAX_PAYLOAD) {
        int successor = at + RecordFormat.HEADER + stated;
        if (RecordFormat.check(block, successor, blockLength, crc) >= 0) {
          advance(RecordFormat.HEADER + stated);
          return Step.SKIPPED;
        }
      }
    }
    return Step.UNREADABLE;
  }

  private void advance(int bytes) {
    offset += bytes;
    sequence++;
  }

  /** Makes sure that the block holds two records from the offset on, or all up to the limit. */
  private void load() throws IOException {
    long wanted = Math.min(limit, offset + 2L * RecordFormat.MAX_RECORD);
    if (offset >= blockFrom && wanted <= blockFrom + blockLength) {
      return;
    }
    int length = (int) Math.min(block.length, limit - offset);
    blockLength = 0;
    JournalFolder.readFully(channel, ByteBuffer.wrap(block, 0, length), offset);
    blockFrom = offset;
    blockLength = length;
  }
}
