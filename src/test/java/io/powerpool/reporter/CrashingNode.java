package io.powerpool.reporter;

import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.reporter.ledger.LedgerOptions;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of its own, made to be killed: two threads journal shares as fast as a busy pool's
 * event loops do, and the ledger is kept.
 *
 * <p>Says on its standard output {@code ready}, {@code appended <thread> <count>} and {@code synced
 * <count>}; a line that ends without a full stop was cut by the kill.
 */
final class CrashingNode {

  static final int THREADS = 2;

  /** Between two shares of a thread that no ledger can store. */
  static final int UNSTORABLE_EVERY = 97;

  /** Small segments, so that they come and go while the process lives. */
  static final JournalOptions JOURNAL =
      new JournalOptions(Duration.ofMillis(10), 64 * 1024, 1 << 30, 1 << 20);

  static final ShipperOptions SHIPPER =
      new ShipperOptions(
          Duration.ofMillis(20),
          500,
          Duration.ofSeconds(10),
          Duration.ofMillis(50),
          Duration.ofMillis(500));

  private CrashingNode() {}

  /** The worker that a thread of a round credits; its shares have the difficulties 1, 2, 3, …. */
  static String worker(int round, int thread) {
    return "r" + round + "t" + thread;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int round = Integer.parseInt(arguments[1]);
    ShareJournal journal = start(Vertx.vertx(), folder);
    say("ready");
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      new Thread(() -> append(journal, round, thread)).start();
    }
    new Thread(() -> tellSynced(journal)).start();
    // Whoever started us holds the other end: if he goes, we go.
    while (System.in.read() >= 0) {
      // nothing is ever said to us
    }
    Runtime.getRuntime().halt(1);
  }

  static ShareJournal start(Vertx vertx, Path folder) throws IOException {
    ShareJournal journal = ShareJournal.open(folder.resolve("journal"), JOURNAL, List.of("ledger"));
    vertx
        .deployVerticle(
            new ReporterVerticle(List.of(LedgerOptions.DEFAULT.keepingAll()), "node", folder))
        .compose(
            deployed ->
                vertx.deployVerticle(
                    new JournalShipper(journal, "node", List.of("ledger"), true, SHIPPER)));
    return journal;
  }

  private static void append(ShareJournal journal, int round, int thread) {
    Worker worker = new Worker("addr", worker(round, thread));
    for (int count = 1; ; count++) {
      journal.onShare(
          new Share(1_700_000_000_000L, "LTC", "scrypt", worker, count, Verdict.ACCEPTED, round));
      if (count % UNSTORABLE_EVERY == 0) {
        journal.onShare(
            new Share(1_700_000_000_000L, "LTC", "scrypt", worker, -1, Verdict.ACCEPTED, count));
      }
      say("appended " + thread + " " + count);
      LockSupport.parkNanos(100_000);
    }
  }

  private static void tellSynced(ShareJournal journal) {
    while (true) {
      say("synced " + journal.syncedEnd());
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.println(line + ".");
      System.out.flush();
    }
  }
}
