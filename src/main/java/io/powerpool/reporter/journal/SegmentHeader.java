package io.powerpool.reporter.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The first {@value #SIZE} bytes of a segment file: magic (8 bytes), format version (4), journal id
 * (16 hexadecimal digits), sequence of the first record (8), creation in milliseconds since 1970
 * (8), CRC32C of all this (4); numbers big-endian.
 */
record SegmentHeader(String journalId, long first, long createdMillis) {

  static final int SIZE = 48;

  private static final byte[] MAGIC = "PPSHARES".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;

  ByteBuffer toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(SIZE)
            .put(MAGIC)
            .putInt(VERSION)
            .put(journalId.getBytes(StandardCharsets.US_ASCII))
            .putLong(first)
            .putLong(createdMillis);
    return bytes.putInt(checksum(bytes.array())).flip();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if it is damaged
   * @throws JournalException if a newer program wrote it
   */
  static SegmentHeader read(byte[] bytes) throws JournalException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IllegalArgumentException("not a segment of a share journal");
    }
    int version = in.getInt();
    byte[] id = new byte[16];
    in.get(id);
    SegmentHeader header =
        new SegmentHeader(new String(id, StandardCharsets.US_ASCII), in.getLong(), in.getLong());
    if (in.getInt() != checksum(bytes)) {
      throw new IllegalArgumentException("the header's checksum is wrong");
    }
    if (version != VERSION) {
      throw new JournalException("format version " + version + " is not known, " + VERSION + " is");
    }
    return header;
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, SIZE - Integer.BYTES);
    return (int) crc.getValue();
  }
}
