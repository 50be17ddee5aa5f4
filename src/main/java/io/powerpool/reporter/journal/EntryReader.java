package io.powerpool.reporter.journal;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.JournalEntry.UnreadableEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Turns the records of a journal, as they stand in its file, back into entries. */
public final class EntryReader {

  private EntryReader() {}

  /**
   * Reads records that stand one after the other, checksums included, so that what a reporter
   * stores is what was journaled, whatever it came through. A record that is whole and yet makes no
   * sense becomes an {@link UnreadableEntry}.
   *
   * @throws IllegalArgumentException if the bytes are not exactly {@code count} whole records, or a
   *     newer version wrote one
   */
  public static List<JournalEntry> read(byte[] records, int count) {
    List<JournalEntry> entries = new ArrayList<>(Math.min(count, records.length));
    CRC32C crc = new CRC32C();
    int at = 0;
    while (at < records.length) {
      int length = RecordFormat.check(records, at, records.length, crc);
      if (length < 0) {
        throw new IllegalArgumentException("damaged record at byte " + at + " of a batch");
      }
      int end = at + RecordFormat.HEADER + length;
      entries.add(entry(records, at, end));
      at = end;
    }
    if (entries.size() != count) {
      throw new IllegalArgumentException(
          "a batch said to have " + count + " entries has " + entries.size());
    }
    return entries;
  }

  private static JournalEntry entry(byte[] records, int at, int end) {
    int payload = at + RecordFormat.HEADER;
    if (end - payload < 2) {
      return unreadable(records, at, end, "the entry has no kind and version");
    }
    int kind = records[payload];
    int version = records[payload + 1];
    ByteBuffer in = ByteBuffer.wrap(records, payload + 2, end - payload - 2);
    try {
      JournalEntry entry =
          switch (kind << 8 | version) {
            case EntryWriter.SHARE << 8 | 1 -> new ShareEntry(share(in, false));
            case EntryWriter.SHARE << 8 | 2 -> new ShareEntry(share(in, true));
            case EntryWriter.BLOCK << 8 | 1 -> new BlockEntry(block(in));
            case EntryWriter.BLOCK << 8 | 2 -> new BlockEntry(block(in), in.getInt());
            case EntryWriter.BLOCK << 8 | EntryWriter.BLOCK_WITH_FEES -> blockWithFees(in);
            case EntryWriter.TELEMETRY << 8 | 1 -> new TelemetryEntry(telemetry(in));
            default -> throw new NewerEntryException(kind, version);
          };
      return in.hasRemaining()
          ? unreadable(records, at, end, in.remaining() + " bytes too many in an entry")
          : entry;
    } catch (BufferUnderflowException e) {
      return unreadable(records, at, end, "an entry ends early");
    } catch (NewerEntryException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      return unreadable(records, at, end, e.getMessage());
    }
  }

  private static UnreadableEntry unreadable(byte[] records, int at, int end, String reason) {
    return new UnreadableEntry(Arrays.copyOfRange(records, at, end), reason);
  }

  private static Share share(ByteBuffer in, boolean hasChain) {
    long epochMillis = in.getLong();
    Verdict verdict = Verdict.ofCode(in.get());
    int height = in.getInt();
    double difficulty = in.getDouble();
    String coin = text(in);
    String algorithm = text(in);
    Worker worker = worker(in);
    int chain = hasChain ? in.getInt() : Share.FIRST_CHAIN;
    return new Share(epochMillis, coin, algorithm, worker, difficulty, verdict, height, chain);
  }

  private static BlockReport block(ByteBuffer in) {
    long epochMillis = in.getLong();
    BlockOutcome outcome = BlockOutcome.ofCode(in.get());
    int height = in.getInt();
    double difficulty = in.getDouble();
    long reward = in.getLong();
    byte[] hash = new byte[Hash256.SIZE];
    in.get(hash);
    return new BlockReport(
        epochMillis,
        text(in),
        text(in),
        height,
        Hash256.of(hash),
        worker(in),
        reward,
        text(in),
        difficulty,
        outcome,
        text(in));
  }

  private static BlockEntry blockWithFees(ByteBuffer in) {
    BlockReport block = block(in);
    int chain = in.getInt();
    long fees = in.getLong();
    if (fees < 0) {
      throw new IllegalArgumentException("a block's fees cannot be " + fees);
    }
    return new BlockEntry(block.withFees(fees), chain);
  }

  private static Telemetry telemetry(ByteBuffer in) {
    return new Telemetry(in.getLong(), in.getLong(), worker(in), text(in), text(in));
  }

  private static Worker worker(ByteBuffer in) {
    return new Worker(text(in), text(in));
  }

  private static String text(ByteBuffer in) {
    int length = in.getShort() & 0xffff;
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  /** Not the entry's fault: it waits for a program that knows it. */
  private static final class NewerEntryException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    NewerEntryException(int kind, int version) {
      super("entry of kind " + kind + ", version " + version + ": from a newer program?");
    }
  }
}
