package io.powerpool.reporter;

import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What journaling adds to judging a share: to be under 1 µs, without allocation ({@code -prof gc}).
 * {@link #append} is the event loop's part alone; {@link #appendAndSync} waits until the disk has
 * what was appended, so it tells how many shares per second the disk takes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JournalBenchmark {

  private static final int GROUP = 10_000;

  private final Share share =
      new Share(
          1_700_000_000_000L,
          "LTC",
          "scrypt",
          new Worker("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", "garage-rig7"),
          65_536,
          Verdict.ACCEPTED,
          2_817_204);
  private Path folder;
  private ShareJournal journal;

  /** Nobody reads: the journal stays small by giving up its oldest segments. */
  @Setup
  public void open() throws IOException {
    folder = Files.createTempDirectory("journal-benchmark");
    journal =
        ShareJournal.open(
            folder,
            new JournalOptions(Duration.ofMillis(10), 64L << 20, 256L << 20, 64 << 20),
            List.of());
  }

  @TearDown
  public void close() throws IOException {
    long lost = journal.status().lost();
    long synced = journal.syncedEnd();
    journal.close();
    System.out.printf("%n%d entries on disk, %d more than the disk could take%n", synced, lost);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public void append() {
    journal.onShare(share);
  }

  @Benchmark
  @Threads(2)
  public void appendFromTwoLoops() {
    journal.onShare(share);
  }

  /** Groups of {@value #GROUP}; time per share. */
  @Benchmark
  @OperationsPerInvocation(GROUP)
  public void appendAndSync() {
    long end = journal.syncedEnd() + GROUP;
    for (int i = 0; i < GROUP; i++) {
      journal.onShare(share);
    }
    while (journal.syncedEnd() < end) {
      Thread.onSpinWait();
    }
  }
}
