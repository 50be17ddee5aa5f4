package io.powerpool.reporter.journal;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalReader.Records;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the tests of journals and reporters put in and get out. */
public final class Journals {

  private Journals() {}

  /** An accepted share, told from others by its number. */
  public static Share share(int number) {
    return share("addr", "rig", number);
  }

  /** An accepted share of a worker, told from others by its number. */
  public static Share share(String address, String name, int number) {
    return new Share(
        1_700_000_000_000L + number,
        "LTC",
        "scrypt",
        new Worker(address, name),
        0.5,
        Verdict.ACCEPTED,
        number);
  }

  /** A block whose hash is made of a number. */
  public static BlockReport block(int number, BlockOutcome outcome, String reason) {
    byte[] hash = new byte[Hash256.SIZE];
    hash[0] = (byte) number;
    hash[1] = (byte) (number >> 8);
    return new BlockReport(
        1_700_000_000_000L + number,
        "LTC",
        "scrypt",
        number,
        Hash256.of(hash),
        new Worker("addr", "rig"),
        625_000_000,
        "1a01f56e",
        8_000_000.5,
        outcome,
        reason);
  }

  /** Everything that lies in a folder, oldest first. */
  public static List<JournalEntry> readAll(ShareJournal journal) throws IOException {
    List<JournalEntry> all = new ArrayList<>();
    for (String id : journal.journalIds()) {
      all.addAll(readAll(journal, id, 0));
    }
    return all;
  }

  /** Everything in one journal from a position on. */
  public static List<JournalEntry> readAll(ShareJournal journal, String id, long from)
      throws IOException {
    List<JournalEntry> all = new ArrayList<>();
    try (JournalReader reader = journal.reader()) {
      reader.seek(id, from);
      Optional<Records> records = reader.read(7, 1 << 20);
      while (records.isPresent()) {
        all.addAll(EntryReader.read(records.get().bytes(), records.get().count()));
        records = reader.read(7, 1 << 20);
      }
    }
    return all;
  }

  /** The numbers of the shares among entries. */
  public static List<Integer> numbers(List<JournalEntry> entries) {
    return entries.stream()
        .filter(ShareEntry.class::isInstance)
        .map(entry -> ((ShareEntry) entry).share().height())
        .toList();
  }

  /** The segment files of a folder, oldest first. */
  public static List<Path> segments(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
    }
  }
}
