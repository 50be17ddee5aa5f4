package io.powerpool.reporter.journal;

import static io.powerpool.reporter.journal.Journals.numbers;
import static io.powerpool.reporter.journal.Journals.readAll;
import static io.powerpool.reporter.journal.Journals.segments;
import static io.powerpool.reporter.journal.Journals.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

class ShareJournalTest {

  private static final JournalOptions SMALL =
      new JournalOptions(Duration.ofMillis(1), 1024, 1 << 20, 64 * 1024);

  @TempDir Path folder;

  @BeforeAll
  static void bePatient() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
  }

  @Test
  void whatIsAppendedIsReadInOrder() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 100);
      journal.onBlock(Journals.block(1, BlockOutcome.PENDING, ""), 1);
      awaitSynced(journal, 101);
      List<JournalEntry> entries = readAll(journal);
      assertThat(numbers(entries)).isEqualTo(range(0, 100));
      assertThat(entries.get(100))
          .isEqualTo(new BlockEntry(Journals.block(1, BlockOutcome.PENDING, "")));
      assertThat(readAll(journal, journal.journalId(), 98)).hasSize(3);
      assertThat(readAll(journal, journal.journalId(), 101)).isEmpty();
    }
  }

  @Test
  void aReaderFollowsWhatIsAppendedAcrossSegments() throws IOException {
    try (ShareJournal journal = open(SMALL);
        JournalReader reader = journal.reader()) {
      reader.seek(journal.journalId(), 0);
      List<JournalEntry> seen = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        journal.onShare(share(i));
        if (i % 50 == 0) {
          awaitSynced(journal, i);
        }
        reader
            .read(10, 1 << 20)
            .ifPresent(read -> seen.addAll(EntryReader.read(read.bytes(), read.count())));
      }
      await()
          .until(
              () -> {
                reader
                    .read(10, 1 << 20)
                    .ifPresent(read -> seen.addAll(EntryReader.read(read.bytes(), read.count())));
                return seen.size() >= 500;
              });
      assertThat(numbers(seen)).isEqualTo(range(0, 500));
      assertThat(segments(folder)).hasSizeGreaterThan(3);
    }
  }

  @Test
  void manyEventLoopsAppendAtOnce() throws Exception {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      List<Thread> loops = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        String rig = "rig" + t;
        loops.add(
            new Thread(
                () -> {
                  for (int i = 0; i < 5000; i++) {
                    journal.onShare(share("addr", rig, i));
                  }
                }));
      }
      loops.forEach(Thread::start);
      for (Thread loop : loops) {
        loop.join();
      }
      awaitSynced(journal, 20_000);
      List<Share> shares =
          readAll(journal).stream().map(entry -> ((ShareEntry) entry).share()).toList();
      for (int t = 0; t < 4; t++) {
        String rig = "rig" + t;
        assertThat(
                shares.stream()
                    .filter(share -> share.worker().name().equals(rig))
                    .map(Share::height)
                    .toList())
            .isEqualTo(range(0, 5000));
      }
      assertThat(journal.status().lost()).isZero();
    }
  }

  @Test
  void anEntryThatIsTooLongIsCountedAndNothingElse() throws IOException {
    try (ShareJournal journal = open(SMALL)) {
      journal.onShare(share("x".repeat(10_000), "", 1));
      journal.onShare(share(2));
      awaitSynced(journal, 1);
      assertThat(numbers(readAll(journal))).containsExactly(2);
      assertThat(journal.status().lost()).isEqualTo(1);
    }
  }

  @Test
  void aRestartGoesOnInANewJournalAndKeepsTheOldOne() throws IOException {
    String first;
    try (ShareJournal journal = open(SMALL)) {
      first = journal.journalId();
      append(journal, 0, 100);
    }
    try (ShareJournal journal = open(SMALL)) {
      append(journal, 100, 200);
      awaitSynced(journal, 100);
      assertThat(journal.journalIds()).containsExactly(first, journal.journalId());
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 200));
      assertThat(numbers(readAll(journal, first, 42))).isEqualTo(range(42, 100));
    }
  }

  @Test
  void aTornTailIsCutAtEveryByte() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 10);
    }
    Path segment = segments(folder).get(0);
    byte[] whole = Files.readAllBytes(segment);
    EntryWriter writer = new EntryWriter();
    int lastRecord = writer.share(share(9));
    for (int cut = 1; cut <= lastRecord; cut++) {
      for (Path old : segments(folder)) {
        Files.delete(old);
      }
      Files.write(segment, Arrays.copyOf(whole, whole.length - cut));
      try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
        assertThat(numbers(readAll(journal))).isEqualTo(range(0, 9));
        assertThat(Files.size(segment)).isEqualTo(whole.length - lastRecord);
        append(journal, 9, 10);
        awaitSynced(journal, 1);
        assertThat(numbers(readAll(journal))).isEqualTo(range(0, 10));
        assertThat(journal.status().damaged()).isZero();
      }
    }
  }

  @Test
  void aTailOfZerosIsCut() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 10);
    }
    Path segment = segments(folder).get(0);
    Files.write(segment, new byte[4096], StandardOpenOption.APPEND);
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 10));
    }
  }

  @Test
  void aSegmentThatWasOnlyJustBegunIsRemoved() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 10);
    }
    for (int length = 0; length < SegmentHeader.SIZE; length += 7) {
      Files.write(folder.resolve("00000999-000000000000.journal"), new byte[length]);
      try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
        assertThat(numbers(readAll(journal))).isEqualTo(range(0, 10));
      }
    }
  }

  @Test
  void aDamagedRecordCostsOnlyItself() throws IOException {
    writeThreeSegments();
    Path middle = segments(folder).get(1);
    long middleFirst = firstNumber(middle);
    flip(middle, SegmentHeader.SIZE + RecordFormat.HEADER + 20);
    try (ShareJournal journal = open(SMALL)) {
      List<Integer> expected = new ArrayList<>(range(0, 100));
      expected.remove(Integer.valueOf((int) middleFirst));
      assertThat(numbers(readAll(journal))).isEqualTo(expected);
      assertThat(journal.status().damaged()).isEqualTo(1);
    }
  }

  @Test
  void anUnreadableRestOfASegmentIsPassedOverAndPutAside() throws IOException {
    writeThreeSegments();
    Path middle = segments(folder).get(1);
    int from = (int) firstNumber(middle);
    int until = (int) firstNumber(segments(folder).get(2));
    // The stated length of the first record: where the others begin cannot be told any more.
    flip(middle, SegmentHeader.SIZE);
    try (ShareJournal journal = open(SMALL)) {
      List<Integer> expected = new ArrayList<>(range(0, from));
      expected.addAll(range(until, 100));
      assertThat(numbers(readAll(journal))).isEqualTo(expected);
      assertThat(journal.status().damaged()).isEqualTo(1);
      for (String id : journal.journalIds()) {
        journal.acknowledge("ledger", id, 100);
      }
      assertThat(middle).doesNotExist();
      assertThat(Path.of(middle + ".damaged")).exists();
    }
  }

  @Test
  void aSegmentWithADamagedHeaderIsPutAside() throws IOException {
    writeThreeSegments();
    Path middle = segments(folder).get(1);
    int from = (int) firstNumber(middle);
    int until = (int) firstNumber(segments(folder).get(2));
    flip(middle, 13);
    try (ShareJournal journal = open(SMALL)) {
      assertThat(middle).doesNotExist();
      assertThat(Path.of(middle + ".damaged")).exists();
      List<Integer> expected = new ArrayList<>(range(0, from));
      expected.addAll(range(until, 100));
      assertThat(numbers(readAll(journal))).isEqualTo(expected);
      assertThat(journal.status().missed()).isEqualTo(until - from);
    }
    try (ShareJournal journal = open(SMALL)) {
      assertThat(journal.status().segments()).isGreaterThanOrEqualTo(3);
    }
  }

  /** The last or only one is missed by nobody who reads. */
  @Test
  void aSegmentThatCannotBeReadIsDamageAlsoAtTheEnd() throws IOException {
    writeThreeSegments();
    List<Path> whole = segments(folder);
    Path last = whole.get(whole.size() - 1);
    byte[] header = Arrays.copyOf(Files.readAllBytes(last), SegmentHeader.SIZE);
    ByteBuffer.wrap(header).putInt(8, 99);
    CRC32C crc = new CRC32C();
    crc.update(header, 0, SegmentHeader.SIZE - Integer.BYTES);
    ByteBuffer.wrap(header).putInt(SegmentHeader.SIZE - Integer.BYTES, (int) crc.getValue());
    Path newer = folder.resolve("00000500-000000000000.journal");
    Files.write(newer, header);
    flip(last, 13);
    try (ShareJournal journal = open(SMALL)) {
      assertThat(journal.status().damaged()).isEqualTo(2);
    }
    assertThat(Path.of(last + ".damaged")).exists();
    assertThat(newer).as("a newer program can read it").exists();
    Files.delete(newer);
    try (ShareJournal journal = open(SMALL)) {
      assertThat(journal.status().damaged()).as("told once").isZero();
    }
  }

  @Test
  void damageInTheLastSegmentIsNotTakenForATornTail() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 2000);
    }
    Path segment = segments(folder).get(0);
    flip(segment, SegmentHeader.SIZE);
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      assertThat(numbers(readAll(journal))).isEmpty();
    }
    assertThat(Path.of(segment + ".damaged")).exists();
  }

  @Test
  void goodRecordsBehindADamageAreNoTornTailHoweverFew() throws IOException {
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      append(journal, 0, 10);
    }
    Path segment = segments(folder).get(0);
    int record = new EntryWriter().share(share(0));
    // The length of one record: nobody can tell any more where the next one begins.
    flip(segment, SegmentHeader.SIZE + 5L * record);
    byte[] whole = Files.readAllBytes(segment);
    try (ShareJournal journal = open(JournalOptions.DEFAULT)) {
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 5));
      assertThat(journal.status().damaged()).isEqualTo(1);
    }
    assertThat(Path.of(segment + ".damaged")).hasBinaryContent(whole);
  }

  @Test
  void twoProcessesCannotShareAFolder() throws IOException {
    try (ShareJournal journal = open(SMALL)) {
      assertThatThrownBy(() -> open(SMALL))
          .isInstanceOf(JournalException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("in use");
      append(journal, 0, 1);
      awaitSynced(journal, 1);
    }
    open(SMALL).close();
  }

  @Test
  void segmentsGoWhenTheSlowestReporterIsPastThem() throws IOException {
    try (ShareJournal journal = ShareJournal.open(folder, SMALL, List.of("fast", "slow"))) {
      for (int i = 0; i < 500; i += 50) {
        append(journal, i, i + 50);
        awaitSynced(journal, i + 50);
      }
      int all = segments(folder).size();
      assertThat(all).isGreaterThan(5);
      journal.acknowledge("fast", journal.journalId(), 500);
      assertThat(segments(folder)).hasSize(all);
      assertThat(journal.status().backlog()).containsEntry("fast", 0L).containsEntry("slow", 500L);
      journal.acknowledge("slow", journal.journalId(), 300);
      assertThat(segments(folder)).hasSizeBetween(2, all - 2);
      assertThat(numbers(readAll(journal, journal.journalId(), 300))).isEqualTo(range(300, 500));
      journal.acknowledge("slow", journal.journalId(), 500);
      assertThat(segments(folder)).hasSize(1);
    }
  }

  @Test
  void beyondItsLimitTheOldestSegmentsAreGivenUpAndCounted() throws IOException {
    JournalOptions tight = new JournalOptions(Duration.ofMillis(1), 4096, 16_384, 64 * 1024);
    try (ShareJournal journal = open(tight)) {
      for (int i = 0; i < 1000; i += 50) {
        append(journal, i, i + 50);
        awaitSynced(journal, i + 50);
      }
      JournalStatus status = journal.status();
      assertThat(status.bytes()).isLessThan(16_384 + 2 * 8192);
      assertThat(status.isAlarming()).isTrue();
      List<Integer> left = numbers(readAll(journal));
      assertThat(left).isEqualTo(range(1000 - left.size(), 1000)).hasSizeLessThan(500);
      assertThat(journal.status().missed()).isEqualTo(1000 - left.size());
      assertThat(journal.status().lost()).isZero();
    }
  }

  @Test
  void aFailingDiskLosesNothingThatFitsInMemoryAndWorksAgain() throws IOException {
    Path elsewhere = folder.resolveSibling(folder.getFileName() + "-away");
    try (ShareJournal journal = open(SMALL)) {
      append(journal, 0, 100);
      awaitSynced(journal, 100);
      Files.move(folder, elsewhere);
      // The open segment takes some more; the next one cannot be made.
      await()
          .until(
              () -> {
                journal.onShare(share((int) journal.status().synced()));
                return !journal.status().failure().isEmpty();
              });
      long before = journal.status().synced();
      assertThat(journal.status().isAlarming()).isTrue();
      for (int i = 0; i < 5000; i++) {
        journal.onShare(share(1_000_000 + i));
      }
      long lost = journal.status().lost();
      assertThat(lost).isBetween(1L, 4900L);
      CompletableFuture<Void> block =
          journal.onBlock(Journals.block(1, BlockOutcome.ACCEPTED, ""), 1).toCompletableFuture();
      assertThat(block).isNotDone();
      Files.move(elsewhere, folder);
      await().until(block::isDone);
      assertThat(block).isCompleted();
      await().until(() -> journal.status().failure().isEmpty());
      long kept = 5000 - lost;
      await().until(() -> journal.status().synced() >= before + kept);
      assertThat(journal.status().lost()).isEqualTo(lost);
      journal.onShare(share(7));
      await().until(() -> numbers(readAll(journal)).contains(7));
      List<Integer> numbers = numbers(readAll(journal));
      assertThat(numbers.stream().filter(number -> number >= 1_000_000).toList())
          .isEqualTo(range(1_000_000, 1_000_000 + (int) kept));
    } finally {
      if (Files.exists(elsewhere)) {
        Files.move(elsewhere, folder);
      }
    }
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_19, disabledReason = "Thread.stop is gone since Java 20")
  @SuppressWarnings("deprecation") // the one way to have an Error happen in another thread
  void anErrorInTheWriterThreadEndsNothing() throws IOException {
    try (ShareJournal journal = open(SMALL)) {
      append(journal, 0, 10);
      awaitSynced(journal, 10);
      Thread writer =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("share-journal"))
              .findFirst()
              .orElseThrow();
      await().until(() -> writer.getState() == Thread.State.TIMED_WAITING);
      writer.stop();
      await().until(() -> !journal.status().failure().isEmpty());
      append(journal, 10, 20);
      awaitSynced(journal, 20);
      await().until(() -> journal.status().failure().isEmpty());
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 20));
    }
  }

  @Test
  void aJournalOnAFullDiskIsBegunWhenThereIsRoom() throws IOException {
    // The name of the next segment is known: the one behind the last one that has ever been there.
    Files.createFile(folder.resolve("99999999-000000000000.journal.damaged"));
    Path next = folder.resolve("100000000-000000000000.journal");
    Files.createSymbolicLink(next, Path.of("/dev/full"));
    try (ShareJournal journal = open(SMALL)) {
      assertThat(journal.status().failure()).contains("No space left on device");
      append(journal, 0, 10);
      Files.delete(next);
      awaitSynced(journal, 10);
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 10));
      await().until(() -> journal.status().failure().isEmpty());
      assertThat(journal.status().lost()).isZero();
    }
  }

  @Test
  void aFullDiskIsTriedAgainThoughNothingIsToBeWritten() throws IOException {
    Files.createFile(folder.resolve("99999999-000000000000.journal.damaged"));
    Path next = folder.resolve("100000000-000000000000.journal");
    Files.createSymbolicLink(next, Path.of("/dev/full"));
    try (ShareJournal journal = open(SMALL)) {
      assertThat(journal.status().failure()).isNotEmpty();
      Files.delete(next);
      await().until(() -> journal.status().failure().isEmpty());
    }
  }

  @Test
  void closingKeepsWhatWasAppended() throws IOException {
    JournalOptions lazy = new JournalOptions(Duration.ofHours(1), 1 << 20, 1 << 22, 64 * 1024);
    try (ShareJournal journal = open(lazy)) {
      append(journal, 0, 50);
    }
    try (ShareJournal journal = open(lazy)) {
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 50));
    }
  }

  @Test
  void aBlockIsForcedToDiskWithoutWaitingForTheInterval() throws IOException {
    JournalOptions lazy = new JournalOptions(Duration.ofHours(1), 1 << 20, 1 << 22, 64 * 1024);
    try (ShareJournal journal = open(lazy)) {
      journal.onShare(share(0));
      awaitSynced(journal, 1);
      journal.onShare(share(1));
      journal.onBlock(Journals.block(1, BlockOutcome.PENDING, ""), 1);
      awaitSynced(journal, 3);
    }
  }

  private ShareJournal open(JournalOptions options) throws IOException {
    return ShareJournal.open(folder, options, List.of("ledger"));
  }

  private void writeThreeSegments() throws IOException {
    try (ShareJournal journal = open(SMALL)) {
      for (int i = 0; i < 100; i += 10) {
        append(journal, i, i + 10);
        awaitSynced(journal, i + 10);
      }
    }
    assertThat(segments(folder)).hasSizeGreaterThanOrEqualTo(3);
  }

  private static void append(ShareJournal journal, int from, int until) {
    for (int i = from; i < until; i++) {
      journal.onShare(share(i));
    }
  }

  private static void awaitSynced(ShareJournal journal, long end) {
    await().pollInterval(Duration.ofMillis(1)).until(() -> journal.syncedEnd() >= end);
  }

  private static List<Integer> range(int from, int until) {
    return IntStream.range(from, until).boxed().toList();
  }

  private static long firstNumber(Path segment) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
      byte[] header = new byte[SegmentHeader.SIZE];
      file.readFully(header);
      return SegmentHeader.read(header).first();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
      channel.write(one, at);
    }
  }
}
