package io.powerpool.reporter.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that records wait in, as memory that outlives the process, until they are in a segment.
 *
 * <p>Its first {@value #HEADER} bytes: magic (8 bytes), format version (4), length of the valid
 * records (4), sequence of the first one (8), journal id (16 hexadecimal digits), boot id (36
 * characters), zeros; numbers big-endian. Then records as in a segment; what lies behind the length
 * means nothing. The length is stored last when records come and first when they go, so whenever
 * the process dies, the file is whole. After the death of the host it is a mixture of pages of
 * different ages: it is believed only while the boot id is that of now.
 */
final class BufferFile {

  static final int HEADER = 128;
  static final int LENGTH_AT = 12;
  static final int FIRST_AT = 16;

  private static final int JOURNAL_AT = 24;
  private static final int JOURNAL_LENGTH = 16;
  private static final int BOOT_AT = 40;
  private static final int BOOT_LENGTH = 36;
  private static final byte[] MAGIC = "PPBUFFER".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int ZEROS = 1 << 20;

  /** To read one that a busy process stores to. */
  private static final int ATTEMPTS = 100;

  private static final Pattern NAME = Pattern.compile("(\\d{8,})-[01]\\.buffer");

  /** See random(4): a UUID that is made anew whenever the system starts. */
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private BufferFile() {}

  /**
   * What one holds.
   *
   * @param opening which start of the process made it
   * @param first the sequence of the first record
   * @param records whole records, or such as were damaged since; not to be changed
   */
  // Read once, written on: never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Contents(
      Path file, long opening, String bootId, String journalId, long first, byte[] records) {}

  static Path path(Path folder, long opening, int number) {
    return folder.resolve(String.format(Locale.ROOT, "%08d-%d.buffer", opening, number));
  }

  /** The opening in the name of a buffer file; empty if it is none. */
  static Optional<Long> opening(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches() ? Optional.of(Long.valueOf(name.group(1))) : Optional.empty();
  }

  /** Which start of this system it is; empty where that cannot be told. */
  static String bootId() {
    try {
      String id = Files.readString(BOOT_ID, StandardCharsets.US_ASCII).trim();
      return id.length() == BOOT_LENGTH ? id : "";
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Makes an empty one. All of it is written, so that the disk has room when memory is stored to.
   *
   * @param size of the header and the records together, in bytes
   * @return the memory; the file stays when that is gone
   */
  static MappedByteBuffer create(Path file, String bootId, String journalId, int size)
      throws IOException {
    FileChannel made =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    // From here on it is ours to delete.
    try (FileChannel channel = made) {
      byte[] zeros = new byte[ZEROS];
      for (long at = 0; at < size; ) {
        at += channel.write(ByteBuffer.wrap(zeros, 0, (int) Math.min(ZEROS, size - at)), at);
      }
      JournalFolder.writeFully(channel, header(bootId, journalId), 0);
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  private static ByteBuffer header(String bootId, String journalId) {
    return ByteBuffer.allocate(HEADER)
        .put(MAGIC)
        .putInt(VERSION)
        .put(JOURNAL_AT, journalId.getBytes(StandardCharsets.US_ASCII))
        .put(BOOT_AT, bootId.getBytes(StandardCharsets.US_ASCII))
        .clear();
  }

  /**
   * Reads one, also while a process stores to it.
   *
   * @return empty if it was only just begun when the process ended
   * @throws JournalException if this program did not write it, or it is never the same for long
   */
  static Optional<Contents> read(Path file) throws IOException {
    long opening =
        opening(file).orElseThrow(() -> new JournalException(file + " has no buffer's name"));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < HEADER) {
        return Optional.empty();
      }
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        byte[] before = readHeader(channel);
        if (Arrays.equals(before, new byte[HEADER])) {
          return Optional.empty();
        }
        int length = check(file, size, before);
        byte[] records = new byte[length];
        JournalFolder.readFully(channel, ByteBuffer.wrap(records), HEADER);
        ByteBuffer after = ByteBuffer.wrap(readHeader(channel));
        long first = ByteBuffer.wrap(before).getLong(FIRST_AT);
        // The same first record and no less than before: nothing was taken out meanwhile.
        if (after.getLong(FIRST_AT) == first && after.getInt(LENGTH_AT) >= length) {
          String bootId = ascii(before, BOOT_AT, BOOT_LENGTH);
          String journalId = ascii(before, JOURNAL_AT, JOURNAL_LENGTH);
          return Optional.of(new Contents(file, opening, bootId, journalId, first, records));
        }
      }
    }
    throw new JournalException(file + " changes faster than it can be read");
  }

  private static byte[] readHeader(FileChannel channel) throws IOException {
    byte[] header = new byte[HEADER];
    JournalFolder.readFully(channel, ByteBuffer.wrap(header), 0);
    return header;
  }

  private static int check(Path file, long size, byte[] bytes) throws JournalException {
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int version = header.getInt(MAGIC.length);
    if (!Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new JournalException(file + " is no buffer of a share journal");
    }
    if (version != VERSION) {
      throw new JournalException(
          file + ": format version " + version + " is not known, " + VERSION + " is");
    }
    int length = header.getInt(LENGTH_AT);
    if (length < 0 || length > size - HEADER) {
      throw new JournalException(file + " has " + size + " bytes and tells of " + length);
    }
    return length;
  }

  private static String ascii(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, StandardCharsets.US_ASCII);
  }
}
