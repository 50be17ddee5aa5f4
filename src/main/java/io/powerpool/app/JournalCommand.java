package io.powerpool.app;

import io.powerpool.reporter.StoreFile;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalInspection;
import io.powerpool.reporter.journal.JournalInspection.EntryListener;
import io.powerpool.reporter.journal.JournalInspection.FileReport;
import io.powerpool.reporter.journal.JournalLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A share journal's folder, for people who wonder whether all is there, or where it is to go. */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description =
        "Looks into the folder of a share journal (data_dir/journal), also while a pool writes to"
            + " it; with release lets it go on with another store.",
    synopsisSubcommandLabel = "(inspect | verify | release)")
final class JournalCommand implements Runnable {

  private static final String FORMAT = "%-34s %-16s %12s %12s %9s %7s %9s  %s%n";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "inspect, verify or release is missing");
  }

  @Command(
      name = "inspect",
      mixinStandardHelpOptions = true,
      description = "Lists the files and what they hold.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:it is printed", "1:the folder cannot be read", "2:wrong command line"})
  int inspect(
      @Parameters(paramLabel = "DIR", description = "The journal's folder.") Path folder,
      @Option(names = "--entries", description = "Print every entry as well.") boolean entries) {
    PrintWriter out = spec.commandLine().getOut();
    EntryListener listener = entries ? (id, at, entry) -> print(out, id, at, entry) : ignored();
    List<FileReport> files = read(folder, listener);
    if (files == null) {
      return ExitCode.FAILURE;
    }
    out.printf(FORMAT, "file", "journal", "first", "end", "shares", "blocks", "telemetry", "state");
    for (FileReport file : files) {
      out.printf(
          Locale.ROOT,
          FORMAT,
          file.file(),
          file.journalId(),
          file.first(),
          file.end(),
          file.shares(),
          file.blocks(),
          file.telemetry(),
          state(file));
    }
    out.printf(
        Locale.ROOT,
        "%d files, %d shares, %d block reports, %d tellings of rig agents%s%n",
        parts(files).count(),
        parts(files).mapToLong(FileReport::shares).sum(),
        parts(files).mapToLong(FileReport::blocks).sum(),
        parts(files).mapToLong(FileReport::telemetry).sum(),
        aside(files));
    out.flush();
    return ExitCode.OK;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Checks every record's checksum.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:all is whole, but perhaps for a last record that was being written",
        "1:something is damaged, or was and is put aside with nothing in its place, or the folder"
            + " cannot be read",
        "2:wrong command line"
      })
  int verify(@Parameters(paramLabel = "DIR", description = "The journal's folder.") Path folder) {
    PrintWriter out = spec.commandLine().getOut();
    List<FileReport> files = read(folder, ignored());
    if (files == null) {
      return ExitCode.FAILURE;
    }
    long damaged = 0;
    for (FileReport file : files) {
      if (!file.part()) {
        damaged += file.missing() ? 1 : 0;
        out.printf("%s: %s%n", file.file(), state(file));
      } else if (!file.damage().isEmpty()) {
        damaged++;
        out.printf("%s: %s%n", file.file(), file.damage());
      } else if (file.tailBytes() > 0) {
        out.printf("%s: %s%n", file.file(), state(file));
      }
    }
    out.printf(
        Locale.ROOT,
        "%d files, %d entries, %d files damaged%s%n",
        parts(files).count(),
        parts(files).mapToLong(file -> file.end() - file.first() - file.skipped()).sum(),
        damaged,
        aside(files));
    out.flush();
    return damaged == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }

  @Command(
      name = "release",
      mixinStandardHelpOptions = true,
      description =
          "For when a reporter's store is gone for good: lets the journals that began with it go"
              + " to another one. The node must be stopped. Entries that both have are counted"
              + " twice.",
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:any store of that reporter may take the journals now",
        "1:the folder is in use or cannot be written to",
        "2:wrong command line"
      })
  int release(
      @Parameters(paramLabel = "DIR", description = "The journal's folder.") Path folder,
      @Parameters(paramLabel = "REPORTER", description = "Its name.") String reporter) {
    checkFolder(folder);
    try {
      List<String> released = releaseLocked(folder, reporter);
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%d journals are released: %s%n", released.size(), String.join(", ", released));
      out.flush();
      return ExitCode.OK;
    } catch (IOException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return ExitCode.FAILURE;
    }
  }

  private static List<String> releaseLocked(Path folder, String reporter) throws IOException {
    JournalLock lock = JournalLock.take(folder);
    try {
      return StoreFile.open(folder).release(reporter);
    } finally {
      lock.close();
    }
  }

  private void checkFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(
          spec.commandLine(), "DIR is '" + folder + "', expected a journal's folder");
    }
  }

  /** Null if it cannot be read, which has been said then. */
  private List<FileReport> read(Path folder, EntryListener listener) {
    checkFolder(folder);
    try {
      return JournalInspection.inspect(folder, listener);
    } catch (IOException e) {
      spec.commandLine().getErr().println(folder + " cannot be read: " + e);
      return null;
    }
  }

  /** Those that make up the journals. */
  private static Stream<FileReport> parts(List<FileReport> files) {
    return files.stream().filter(FileReport::part);
  }

  private static String aside(List<FileReport> files) {
    long count = files.stream().filter(file -> !file.part()).count();
    return count == 0 ? "" : String.format(Locale.ROOT, ", %d not counted", count);
  }

  private static EntryListener ignored() {
    return (id, at, entry) -> {};
  }

  private static void print(PrintWriter out, String journalId, long sequence, JournalEntry entry) {
    out.printf(Locale.ROOT, "%s %d %s%n", journalId, sequence, entry);
  }

  private static String state(FileReport file) {
    if (!file.part()) {
      return (file.isBuffer()
              ? "from before the system's start, not counted"
              : "put aside, not counted" + (file.missing() ? ", and nothing is in its place" : ""))
          + (file.damage().isEmpty() ? "" : ": " + file.damage());
    }
    if (!file.damage().isEmpty()) {
      return "DAMAGED: " + file.damage();
    }
    String newest =
        file.newestMillis() == 0
            ? "empty"
            : "newest entry " + Instant.ofEpochMilli(file.newestMillis());
    if (file.isBuffer()) {
      return newest + ", in a buffer and no file yet";
    }
    return file.tailBytes() == 0
        ? newest
        : newest + ", " + file.tailBytes() + " bytes of a record that is not finished";
  }
}
