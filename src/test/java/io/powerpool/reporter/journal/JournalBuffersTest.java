package io.powerpool.reporter.journal;

import static io.powerpool.reporter.journal.Journals.numbers;
import static io.powerpool.reporter.journal.Journals.readAll;
import static io.powerpool.reporter.journal.Journals.segments;
import static io.powerpool.reporter.journal.Journals.share;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found again after the death of the process, and of the host. */
class JournalBuffersTest {

  private static final JournalOptions SMALL =
      new JournalOptions(Duration.ofMillis(1), 1 << 16, 1 << 20, 64 * 1024);
  private static final JournalOptions LAZY =
      new JournalOptions(Duration.ofHours(1), 1 << 20, 1 << 22, 64 * 1024);
  private static final String NOW = BufferFile.bootId();
  private static final String BEFORE = "00000000-0000-4000-8000-000000000000";

  /** Written by the start whose files begin with this. */
  private static final long OPENING = 1;

  @TempDir Path folder;
  @TempDir Path dead;

  /** The sequences in the journal that is dead are the numbers of its shares. */
  private String journalId = "0123456789abcdef";

  @Test
  void whatAProcessLeavesWhenItIsKilledIsWhole() throws IOException {
    try (ShareJournal journal = open(folder, LAZY)) {
      append(journal, 0, 1);
      await().until(() -> journal.syncedEnd() == 1);
      append(journal, 1, 100);
      copyFolder();
      assertThat(journal.syncedEnd()).isEqualTo(1);
    }
    try (ShareJournal journal = open(dead, SMALL)) {
      append(journal, 100, 110);
      await().until(() -> journal.syncedEnd() == 10);
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 110));
      assertThat(journal.status().damaged()).isZero();
    }
    assertThat(buffers(dead)).isEmpty();
  }

  @Test
  void bothBuffersAreFoundWhileTheDiskFails() throws IOException {
    Path elsewhere = folder.resolveSibling(folder.getFileName() + "-away");
    JournalOptions tiny = new JournalOptions(Duration.ofMillis(1), 1024, 1 << 20, 64 * 1024);
    try (ShareJournal journal = open(folder, tiny)) {
      append(journal, 0, 100);
      await().until(() -> journal.syncedEnd() == 100);
      Files.move(folder, elsewhere);
      // Until the segment is full: the next one cannot be made.
      int sent = 100;
      while (journal.status().failure().isEmpty()) {
        append(journal, sent, ++sent);
        long end = sent;
        await().until(() -> journal.syncedEnd() == end || !journal.status().failure().isEmpty());
      }
      append(journal, sent, sent + 20);
      sent += 20;
      int end = sent;
      Files.move(elsewhere, folder);
      copyFolder();
      for (Path buffer : buffers(dead)) {
        assertThat(BufferFile.read(buffer).orElseThrow().records()).isNotEmpty();
      }
      try (ShareJournal next = open(dead, SMALL)) {
        assertThat(numbers(readAll(next))).isEqualTo(range(0, end));
        assertThat(next.status().missed()).isZero();
      }
    } finally {
      if (Files.exists(elsewhere)) {
        Files.move(elsewhere, folder);
      }
    }
  }

  @Test
  void recordsOfABufferThatTheSegmentHasAlreadyAreNotTakenTwice() throws IOException {
    for (int from : new int[] {0, 5, 9, 10}) {
      for (Path old : segments(folder)) {
        Files.delete(old);
      }
      writeSegment(0, 10);
      buffer(0, NOW, from, records(from, 12));
      assertRecovered(range(0, 12));
      buffer(1, NOW, from, records(from, 10));
      assertRecovered(range(0, 12));
    }
  }

  @Test
  void twoBuffersMayOverlapAndComeInEitherOrder() throws IOException {
    writeSegment(0, 10);
    buffer(0, NOW, 14, records(14, 20));
    buffer(1, NOW, 8, records(8, 16));
    assertRecovered(range(0, 20));
    buffer(0, NOW, 19, records(19, 25));
    buffer(1, NOW, 22, records(22, 30));
    assertRecovered(range(0, 30));
  }

  @Test
  void aJournalThatNeverHadASegmentIsInItsBuffersAlone() throws IOException {
    buffer(0, NOW, 0, records(0, 10));
    buffer(1, NOW, 10, records(10, 15));
    assertRecovered(range(0, 15));
    assertRecovered(range(0, 15));
  }

  @Test
  void whatLiesBehindTheLengthMeansNothing() throws IOException {
    writeSegment(0, 10);
    byte[] bytes = records(10, 20);
    buffer(0, NOW, 10, bytes, records(10, 15).length);
    buffer(1, NOW, 15, bytes, 0);
    assertRecovered(range(0, 15));
  }

  @Test
  void aBufferOfAnotherStartOfTheSystemIsNotBelieved() throws IOException {
    writeSegment(0, 10);
    buffer(0, BEFORE, 10, records(10, 20));
    buffer(1, "", 10, records(10, 20));
    assertRecovered(range(0, 10));
    assertThat(buffers(folder)).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThat(Path.of(BufferFile.path(folder, OPENING, i) + ".old"))
          .hasSize(BufferFile.HEADER + records(10, 20).length);
    }
  }

  @Test
  void aDamagedRecordEndsABufferAndIsToldAndKept() throws IOException {
    writeSegment(0, 10);
    byte[] bytes = records(10, 20);
    int good = records(10, 14).length;
    bytes[good + RecordFormat.HEADER + 3] ^= 1;
    Path file = buffer(0, NOW, 10, bytes);
    try (ShareJournal journal = open(folder, SMALL)) {
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 14));
      assertThat(journal.status().damaged()).isEqualTo(1);
    }
    assertThat(file).doesNotExist();
    assertThat(Path.of(file + ".damaged")).exists();
  }

  @Test
  void aFileThatIsNoWholeBufferStopsNothing() throws IOException {
    writeSegment(0, 10);
    Files.createFile(BufferFile.path(folder, OPENING, 0));
    Files.write(BufferFile.path(folder, OPENING, 1), new byte[4096]);
    Path foreign = BufferFile.path(folder, OPENING + 1, 0);
    Files.writeString(foreign, "x".repeat(1000));
    Path longer = buffer(1, NOW, 10, records(10, 20), 1 << 30);
    assertRecovered(range(0, 10));
    assertThat(buffers(folder)).containsExactlyInAnyOrder(foreign, longer);
  }

  @Test
  void aKillDuringTheRecoveryIsMadeGoodByTheNextOne() throws IOException {
    writeSegment(0, 10);
    Path segment = segments(folder).get(0);
    byte[] before = Files.readAllBytes(segment);
    assertCutAnywhere(segment, before, records(10, 13));
  }

  @Test
  void aKillDuringTheRecoveryOfAJournalWithoutASegmentIsMadeGoodByTheNextOne() throws IOException {
    Path segment = folder.resolve("00000001-000000000000.journal");
    byte[] header = new byte[SegmentHeader.SIZE];
    new SegmentHeader(journalId, 0, 1).toBytes().get(header);
    assertCutAnywhere(segment, header, records(0, 3));
  }

  /** The recovery appends to a segment and is killed after some byte of that. */
  private void assertCutAnywhere(Path segment, byte[] before, byte[] added) throws IOException {
    byte[] whole = Arrays.copyOf(before, before.length + added.length);
    System.arraycopy(added, 0, whole, before.length, added.length);
    int first = numberOfRecords(before);
    for (int length = first == 0 ? 0 : before.length; length <= whole.length; length += 7) {
      for (Path old : segments(folder)) {
        Files.delete(old);
      }
      Files.write(segment, Arrays.copyOf(whole, length));
      buffer(0, NOW, first, added);
      assertRecovered(range(0, first + 3));
    }
  }

  @Test
  void whatCannotBeRecoveredOnAFullDiskIsWhenThereIsRoom() throws IOException {
    // Its segment cannot be made at first: a link into a folder that is not there.
    Path segment = folder.resolve("00000001-000000000000.journal");
    Files.createSymbolicLink(segment, folder.resolve("none").resolve("segment"));
    buffer(0, NOW, 0, records(0, 10));
    try (ShareJournal journal = open(folder, SMALL)) {
      assertThat(journal.status().failure()).isNotEmpty();
      assertThat(journal.isWhole(journalId)).isFalse();
      assertThat(journal.journalIds()).containsExactly(journalId, journal.journalId());
      append(journal, 10, 20);
      await().until(() -> journal.syncedEnd() == 10);
      assertThat(journal.isWhole(journalId)).isTrue();
      assertThat(numbers(readAll(journal))).isEqualTo(range(0, 20));
    }
  }

  @Test
  void journalsAreToldOldestFirstAlsoThoseThatAreInBuffersOnly() throws IOException {
    // Neither can be recovered at first.
    for (int i = 1; i <= 2; i++) {
      Files.createSymbolicLink(
          folder.resolve("0000000%d-000000000000.journal".formatted(i)),
          folder.resolve("none").resolve("segment"));
    }
    List<String> expected = new ArrayList<>();
    for (long opening = 1; opening <= 6; opening++) {
      journalId = "%016x".formatted(7 * opening % 11);
      expected.add(journalId);
      Files.move(
          buffer(0, NOW, 0, records(0, 5)),
          BufferFile.path(folder, opening, 1),
          StandardCopyOption.REPLACE_EXISTING);
    }
    try (ShareJournal journal = open(folder, SMALL)) {
      expected.add(journal.journalId());
      assertThat(journal.journalIds()).isEqualTo(expected);
    }
  }

  @Test
  void aCleanEndLeavesNoBuffer() throws IOException {
    try (ShareJournal journal = open(folder, LAZY)) {
      append(journal, 0, 50);
      assertThat(buffers(folder)).hasSize(2);
    }
    assertThat(buffers(folder)).isEmpty();
  }

  @Test
  void whatCannotBeWrittenAtTheEndIsLeftForTheNextStart() throws IOException {
    Path elsewhere = folder.resolveSibling(folder.getFileName() + "-away");
    int sent = 10;
    ShareJournal journal =
        open(folder, new JournalOptions(Duration.ofMillis(1), 1024, 1 << 20, 64 * 1024));
    try {
      append(journal, 0, sent);
      await().until(() -> journal.syncedEnd() == 10);
      Files.move(folder, elsewhere);
      while (journal.status().failure().isEmpty()) {
        append(journal, sent, ++sent);
        long end = sent;
        await().until(() -> journal.syncedEnd() == end || !journal.status().failure().isEmpty());
      }
      append(journal, sent, sent + 10);
    } finally {
      journal.close();
      Files.move(elsewhere, folder);
    }
    assertThat(journal.status().lost()).isZero();
    try (ShareJournal next = open(folder, SMALL)) {
      assertThat(numbers(readAll(next))).isEqualTo(range(0, sent + 10));
      assertThat(numbers(readAll(next, journal.journalId(), sent))).hasSize(10);
      assertThat(next.status().missed()).isZero();
    }
  }

  @Test
  void withoutFilesItsBuffersAreInMemory() throws IOException {
    try (JournalFolder opened = JournalFolder.open(folder)) {
      Files.createFile(opened.bufferFile(1));
      BufferPair pair = BufferPair.make(opened, 4096);
      assertThat(pair.get(0).isKept()).isFalse();
      assertThat(buffers(folder)).containsExactly(opened.bufferFile(1));
      pair.delete();
      assertThat(buffers(folder)).containsExactly(opened.bufferFile(1));
      byte[] record = records(0, 1);
      pair.get(0).begin(7);
      pair.get(0).add(record, record.length);
      assertThat(pair.get(0).records()).isEqualTo(ByteBuffer.wrap(record));
      assertThat(pair.get(0).end()).isEqualTo(8);
    }
  }

  @Test
  void aBufferGoesOnInMemoryWithWhatItHolds() throws IOException {
    Path file = BufferFile.path(folder, OPENING, 0);
    AppendBuffer buffer = AppendBuffer.in(BufferFile.create(file, NOW, journalId, 1 << 20));
    buffer.begin(3);
    byte[] record = records(3, 4);
    buffer.add(record, record.length);
    buffer.leaveFile();
    byte[] next = records(4, 5);
    buffer.add(next, next.length);
    assertThat(buffer.isKept()).isFalse();
    assertThat(buffer.records()).isEqualTo(ByteBuffer.wrap(records(3, 5)));
    assertThat(buffer.end()).isEqualTo(5);
    BufferFile.Contents left = BufferFile.read(file).orElseThrow();
    assertThat(left.first()).isEqualTo(3);
    assertThat(left.records()).isEqualTo(record);
  }

  @Test
  void aBufferThatHoldsSomethingIsNotBegunAgain() {
    AppendBuffer buffer = AppendBuffer.inMemory(1000);
    buffer.begin(3);
    buffer.begin(4);
    buffer.add(new byte[10], 10);
    assertThatIllegalStateException().isThrownBy(() -> buffer.begin(5));
    assertThat(buffer.first()).isEqualTo(4);
  }

  private void assertRecovered(List<Integer> expected) throws IOException {
    try (ShareJournal journal = open(folder, SMALL)) {
      assertThat(numbers(readAll(journal))).isEqualTo(expected);
      assertThat(numbers(readAll(journal, journalId, 0))).isEqualTo(expected);
      assertThat(journal.status().damaged()).isZero();
      assertThat(journal.status().missed()).isZero();
    }
  }

  /** The journal that is dead, as far as it is in a segment. */
  private void writeSegment(int from, int until) throws IOException {
    try (ShareJournal journal = open(folder, SMALL)) {
      append(journal, from, until);
      journalId = journal.journalId();
    }
    assertThat(segments(folder)).hasSize(1);
  }

  private Path buffer(int number, String bootId, long first, byte[] records) throws IOException {
    return buffer(number, bootId, first, records, records.length);
  }

  private Path buffer(int number, String bootId, long first, byte[] records, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BufferFile.HEADER + records.length);
    bytes.put("PPBUFFER".getBytes(StandardCharsets.US_ASCII)).putInt(1).putInt(length);
    bytes.putLong(first).put(journalId.getBytes(StandardCharsets.US_ASCII));
    bytes.put(bootId.getBytes(StandardCharsets.US_ASCII));
    bytes.put(BufferFile.HEADER, records);
    Path file = BufferFile.path(folder, OPENING, number);
    return Files.write(file, bytes.array());
  }

  private static byte[] records(int from, int until) {
    EntryWriter writer = new EntryWriter();
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int number = from; number < until; number++) {
      int length = writer.share(share(number));
      records.write(writer.bytes(), 0, length);
    }
    return records.toByteArray();
  }

  private static int numberOfRecords(byte[] segment) {
    return (segment.length - SegmentHeader.SIZE) / records(0, 1).length;
  }

  private static ShareJournal open(Path path, JournalOptions options) throws IOException {
    return ShareJournal.open(path, options, List.of("ledger"));
  }

  private static void append(ShareJournal journal, int from, int until) {
    for (int i = from; i < until; i++) {
      journal.onShare(share(i));
    }
  }

  /** What a kill would leave there. */
  private void copyFolder() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, dead.resolve(file.getFileName()));
      }
    }
  }

  private static List<Path> buffers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".buffer")).toList();
    }
  }

  private static List<Integer> range(int from, int until) {
    return IntStream.range(from, until).boxed().toList();
  }
}
