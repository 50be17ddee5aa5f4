package io.powerpool.reporter.journal;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.JournalEntry.UnreadableEntry;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Turns entries into records, one at a time, in its own buffer. Belongs to one thread.
 *
 * <p>A payload is its kind (1 byte), the version of that kind (1 byte) and the fields; numbers
 * big-endian, texts UTF-8 with their length (2 bytes) before them. Version 2 has the chain at the
 * end; what belongs to the first chain is written in version 1, which knew no other. Version 3, of
 * blocks only, has the fees (8 bytes) behind the chain; a block whose fees are not known is written
 * in one of the others. {@link EntryReader} reads it.
 */
public final class EntryWriter {

  static final int SHARE = 1;
  static final int BLOCK = 2;
  static final int TELEMETRY = 3;

  /** A version. */
  static final int BLOCK_WITH_FEES = 3;

  /**
   * The longest text taken: everything that miners say is far shorter by the rules of its maker.
   */
  static final int MAX_TEXT = 2048;

  /** A coin server's words are cut here. */
  static final int MAX_REASON = 512;

  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes = new byte[RecordFormat.MAX_RECORD];
  private final CRC32C crc = new CRC32C();
  private int position;

  EntryWriter() {}

  /** An entry's record as it stands in a journal, header included. */
  public static byte[] record(JournalEntry entry) {
    EntryWriter writer = new EntryWriter();
    if (entry instanceof ShareEntry share) {
      return Arrays.copyOf(writer.bytes, writer.share(share.share()));
    }
    if (entry instanceof BlockEntry block) {
      return Arrays.copyOf(writer.bytes, writer.block(block.block(), block.chain()));
    }
    if (entry instanceof TelemetryEntry telemetry) {
      return Arrays.copyOf(writer.bytes, writer.telemetry(telemetry.telemetry()));
    }
    if (entry instanceof UnreadableEntry unreadable) {
      return unreadable.record();
    }
    throw new IllegalArgumentException("an entry that is left out has no record");
  }

  /** The record last written; its length is what the write returned. */
  byte[] bytes() {
    return bytes;
  }

  /**
   * Writes a share's record.
   *
   * @return the length of the record
   * @throws IllegalArgumentException if a text is too long
   */
  int share(Share share) {
    begin(SHARE, version(share.chain()));
    i64(share.epochMillis());
    u8(share.verdict().code());
    i32(share.height());
    i64(Double.doubleToRawLongBits(share.difficulty()));
    text(share.coin());
    text(share.algorithm());
    text(share.worker().address());
    text(share.worker().name());
    chain(share.chain());
    return seal();
  }

  /**
   * Writes a block report's record.
   *
   * @return the length of the record
   * @throws IllegalArgumentException if a text is too long
   */
  int block(BlockReport block, int chain) {
    begin(BLOCK, block.hasFees() ? BLOCK_WITH_FEES : version(chain));
    i64(block.epochMillis());
    u8(block.outcome().code());
    i32(block.height());
    i64(Double.doubleToRawLongBits(block.networkDifficulty()));
    i64(block.reward());
    block.hash().write(bytes, position);
    position += Hash256.SIZE;
    text(block.coin());
    text(block.algorithm());
    text(block.worker().address());
    text(block.worker().name());
    text(block.bits());
    String reason = block.reason();
    text(reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    if (block.hasFees()) {
      i32(chain);
      i64(block.fees());
    } else {
      chain(chain);
    }
    return seal();
  }

  private static int version(int chain) {
    return chain == Share.FIRST_CHAIN ? 1 : 2;
  }

  private void chain(int chain) {
    if (chain != Share.FIRST_CHAIN) {
      i32(chain);
    }
  }

  /**
   * Writes telemetry's record.
   *
   * @return the length of the record
   * @throws IllegalArgumentException if a text is too long
   */
  int telemetry(Telemetry telemetry) {
    begin(TELEMETRY, 1);
    i64(telemetry.epochMillis());
    i64(telemetry.receivedMillis());
    text(telemetry.worker().address());
    text(telemetry.worker().name());
    text(telemetry.type());
    text(telemetry.data(), Telemetry.LONGEST_DATA);
    return seal();
  }

  private void begin(int kind, int version) {
    position = RecordFormat.HEADER;
    u8(kind);
    u8(version);
  }

  private int seal() {
    RecordFormat.seal(bytes, 0, position - RecordFormat.HEADER, crc);
    return position;
  }

  private void u8(int value) {
    bytes[position++] = (byte) value;
  }

  private void i32(int value) {
    INTS.set(bytes, position, value);
    position += Integer.BYTES;
  }

  private void i64(long value) {
    LONGS.set(bytes, position, value);
    position += Long.BYTES;
  }

  private void text(String value) {
    text(value, MAX_TEXT);
  }

  private void text(String value, int longest) {
    int length = value.length();
    int from = position + Short.BYTES;
    if (length > longest) {
      throw tooLong(length, longest);
    }
    // Nearly every text is ASCII: written without the array that getBytes allocates.
    for (int i = 0; i < length; i++) {
      char letter = value.charAt(i);
      if (letter >= 0x80) {
        encoded(value, longest);
        return;
      }
      bytes[from + i] = (byte) letter;
    }
    SHORTS.set(bytes, position, (short) length);
    position = from + length;
  }

  private void encoded(String value, int longest) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    if (encoded.length > longest) {
      throw tooLong(encoded.length, longest);
    }
    SHORTS.set(bytes, position, (short) encoded.length);
    System.arraycopy(encoded, 0, bytes, position + Short.BYTES, encoded.length);
    position += Short.BYTES + encoded.length;
  }

  private static IllegalArgumentException tooLong(int length, int longest) {
    return new IllegalArgumentException(
        "a text of " + length + " bytes is too long for the journal, limit " + longest);
  }
}
