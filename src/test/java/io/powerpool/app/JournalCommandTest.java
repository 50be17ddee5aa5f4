package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalCommandTest {

  @TempDir private Path folder;
  private String printed = "";

  @Test
  void showsWhatAJournalHoldsAlsoWhileItIsWritten() throws IOException {
    try (ShareJournal journal = write()) {
      assertThat(execute("inspect", folder.toString())).hasValue(ExitCode.OK);
      assertThat(printed)
          .contains(journal.journalId())
          .contains("1 files, 3 shares, 1 block reports, 1 tellings of rig agents")
          .contains("newest entry 2023-11-14T22:13:20");
      assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
      assertThat(printed).isEqualToIgnoringNewLines("1 files, 5 entries, 0 files damaged");
    }
    execute("inspect", "--entries", folder.toString());
    assertThat(printed.lines().filter(line -> line.contains("worker=addr.rig"))).hasSize(5);
  }

  @Test
  void tellsDamageFromAWriteThatWasCutOff() throws IOException {
    write().close();
    Path file = Journals.segments(folder).get(0);
    byte[] good = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(good, good.length - 3));
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
    assertThat(printed).contains("bytes of a record that is not finished", "4 entries");

    byte[] bad = good.clone();
    bad[60] ^= 1;
    Files.write(file, bad);
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.FAILURE);
    assertThat(printed)
        .contains("1 damaged entries between good ones", "4 entries, 1 files damaged");

    bad = good.clone();
    bad[9] ^= 1;
    Files.write(file, bad);
    assertThat(execute("inspect", folder.toString())).hasValue(ExitCode.OK);
    assertThat(printed).contains("DAMAGED: the header's checksum is wrong");
    assertThat(List.of(Files.readAllBytes(file))).as("nothing is changed").containsExactly(bad);
  }

  @Test
  void aFileThatThePoolPutAsideIsDamageThoughItWasTheOnlyOne() throws IOException {
    write().close();
    Path file = Journals.segments(folder).get(0);
    byte[] bad = Files.readAllBytes(file);
    bad[9] ^= 1;
    Files.write(file, bad);
    write().close();
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.FAILURE);
    assertThat(printed)
        .contains(
            file.getFileName() + ".damaged: put aside, not counted, and nothing is in its place",
            "1 files, 5 entries, 1 files damaged");
    Files.delete(Path.of(file + ".damaged"));
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
  }

  @Test
  void aFileThatIsMissingAmongOthersIsDamageAndCopiesPutAsideAreNotCounted() throws IOException {
    JournalOptions small = new JournalOptions(Duration.ofMillis(1), 1024, 1 << 24, 1 << 20);
    try (ShareJournal journal = ShareJournal.open(folder, small, List.of("ledger"))) {
      for (int i = 0; i < 100; i++) {
        journal.onShare(Journals.share(i));
        long end = i + 1L;
        await().pollInterval(Duration.ofMillis(1)).until(() -> journal.syncedEnd() == end);
      }
    }
    List<Path> files = Journals.segments(folder);
    assertThat(files).hasSizeGreaterThan(3);
    Files.copy(files.get(0), Path.of(files.get(0) + ".damaged"));
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
    assertThat(printed)
        .contains("put aside, not counted", "100 entries, 0 files damaged, 1 not counted");

    Files.delete(files.get(1));
    assertThat(execute("verify", folder.toString())).hasValue(ExitCode.FAILURE);
    assertThat(printed).containsPattern("entries \\d+ to \\d+ before it are missing");
  }

  @Test
  void showsWhatIsInABufferOnlyOnceAndThatOfAnotherStartOfTheSystemNotAtAll() throws IOException {
    JournalOptions lazy = new JournalOptions(Duration.ofHours(1), 1 << 20, 1 << 22, 64 * 1024);
    try (ShareJournal journal = ShareJournal.open(folder, lazy, List.of("ledger"))) {
      journal.onShare(Journals.share(0));
      await().until(() -> journal.syncedEnd() == 1);
      journal.onShare(Journals.share(1));
      journal.onShare(Journals.share(2));
      assertThat(execute("inspect", folder.toString())).hasValue(ExitCode.OK);
      assertThat(printed)
          .contains("in a buffer and no file yet", "2 files, 3 shares, 0 block reports");
      assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
      assertThat(printed).isEqualToIgnoringNewLines("2 files, 3 entries, 0 files damaged");
      Path old = folder.resolve("00000000-0.buffer");
      try (Stream<Path> files = Files.list(folder)) {
        Path buffer =
            files.filter(file -> file.toString().endsWith("-1.buffer")).findFirst().orElseThrow();
        byte[] bytes = Files.readAllBytes(buffer);
        bytes[40] ^= 1;
        Files.write(old, bytes);
      }
      assertThat(execute("verify", folder.toString())).hasValue(ExitCode.OK);
      assertThat(printed)
          .contains(old.getFileName() + ": from before the system's start", "2 files, 3 entries");
    }
  }

  @Test
  void namesWhatIsWrongWithTheCommandLine() {
    assertThat(execute("inspect", folder.resolve("none").toString())).hasValue(ExitCode.USAGE);
    assertThat(printed).contains("DIR is '" + folder.resolve("none"));
    assertThat(execute()).hasValue(ExitCode.USAGE);
    assertThat(printed).contains("inspect, verify or release is missing");
  }

  @Test
  void releasesJournalsOnlyOfANodeThatIsStopped() throws IOException {
    String mine = "stores of journals 1\nj1 ledger 0123456789abcdef\n";
    try (ShareJournal journal = write()) {
      Files.writeString(folder.resolve("stores"), mine + "j1 redis 0123456789abcdef\n");
      assertThat(execute("release", folder.toString(), "redis")).hasValue(ExitCode.FAILURE);
      assertThat(printed).contains("is in use by another process");
      assertThat(journal.folder()).isEqualTo(folder);
    }
    assertThat(execute("release", folder.toString(), "redis")).hasValue(ExitCode.OK);
    assertThat(printed).contains("1 journals are released: j1");
    assertThat(folder.resolve("stores")).hasContent(mine);
  }

  private ShareJournal write() throws IOException {
    ShareJournal journal = ShareJournal.open(folder, JournalOptions.DEFAULT, List.of("ledger"));
    for (int i = 0; i < 3; i++) {
      journal.onShare(Journals.share(i));
    }
    journal.onTelemetry(new Telemetry(1, 1, new Worker("addr", "rig"), "temp", "[67.0]"));
    journal
        .onBlock(Journals.block(1, BlockOutcome.ACCEPTED, ""), Share.FIRST_CHAIN)
        .toCompletableFuture()
        .join();
    return journal;
  }

  private OptionalInt execute(String... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "journal";
    System.arraycopy(arguments, 0, words, 1, arguments.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      OptionalInt code = Main.execute(words, stream, stream);
      printed = out.toString(StandardCharsets.UTF_8);
      return code;
    }
  }
}
