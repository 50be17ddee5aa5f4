package io.powerpool.reporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.reporter.journal.ShareJournal;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills a process ({@link CrashingNode}) again and again in the same folder, at random moments, and
 * compares the ledger with what the process had said before it died. {@code
 * -Dtest.crash.rounds=200} for more.
 */
class CrashTest {

  private static final Logger log = LoggerFactory.getLogger(CrashTest.class);

  private static final int ROUNDS = Integer.getInteger("test.crash.rounds", 20);

  @TempDir Path folder;

  @Test
  void aKilledProcessLosesNothingAndDoublesNothing() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Life> lives = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      // Every third one dies while it is still starting and repairing, or shortly after.
      boolean early = round % 3 == 2;
      lives.add(liveAndDie(round, early, 30 + random.nextInt(early ? 1000 : 500)));
    }
    Map<String, long[]> stored = drainAndRead();
    long unsynced = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Life life = lives.get(round);
      long sum = 0;
      for (int thread = 0; thread < CrashingNode.THREADS; thread++) {
        long[] row = stored.getOrDefault(CrashingNode.worker(round, thread), new long[3]);
        long shares = row[0];
        sum += shares + row[2];
        String which = "seed " + seed + " round " + round + " thread " + thread;
        // The first ones without a gap or a double: nothing else has this sum of difficulties.
        assertThat(row[1]).as(which).isEqualTo(shares * (shares + 1) / 2);
        // All that it had time to speak of.
        assertThat(shares).as(which).isGreaterThanOrEqualTo(life.appended[thread]);
        // They follow the share of their number in the journal: the last one may be missing.
        assertThat(row[2])
            .as(which)
            .isLessThanOrEqualTo(shares / CrashingNode.UNSTORABLE_EVERY)
            .isGreaterThanOrEqualTo((shares - 1) / CrashingNode.UNSTORABLE_EVERY);
      }
      unsynced += sum - life.synced;
      assertThat(sum)
          .as("seed " + seed + " round " + round + " against what was synced")
          .isGreaterThanOrEqualTo(life.synced);
    }
    assertThat(lives.stream().mapToLong(life -> life.synced).sum()).isPositive();
    log.info(
        "{} kills: none of {} entries was lost that no process had said to be synced",
        ROUNDS,
        unsynced);
    // Otherwise nothing was shown: they were killed while there was nothing to lose.
    assertThat(unsynced).isPositive();
  }

  private Life liveAndDie(int round, boolean early, int millis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingNode.class.getName(),
                folder.toString(),
                Integer.toString(round))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Life life = new Life();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      boolean doomed = false;
      if (early) {
        killAfter(process, millis);
        doomed = true;
      }
      String line = out.readLine();
      while (line != null) {
        if (!doomed && line.equals("ready.")) {
          killAfter(process, millis);
          doomed = true;
        }
        life.onLine(line);
        line = out.readLine();
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
    return life;
  }

  private static void killAfter(Process process, int millis) {
    Thread killer =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(millis);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              // Process.destroyForcibly would also close the pipe with what is still to be read.
              process.toHandle().destroyForcibly();
            });
    killer.setDaemon(true);
    killer.start();
  }

  /**
   * Lets the ledger catch up with what is in the journals; by worker its shares, their difficulty
   * and how many were put aside.
   */
  private Map<String, long[]> drainAndRead() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ShareJournal journal = CrashingNode.start(vertx, folder)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> journal.journalIds().size() == 1);
      assertThat(journal.status().damaged()).isZero();
      assertThat(journal.status().missed()).isZero();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    return read();
  }

  private Map<String, long[]> read() throws SQLException {
    Map<String, long[]> byWorker = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT worker, SUM(shares), SUM(difficulty),
                  (SELECT COUNT(*) FROM put_aside
                   WHERE INSTR(entry, 'addr.' || worker || ',') > 0)
                FROM share_minutes GROUP BY worker""")) {
      while (rows.next()) {
        byWorker.put(
            rows.getString(1),
            new long[] {rows.getLong(2), (long) rows.getDouble(3), rows.getLong(4)});
      }
    }
    return byWorker;
  }

  /** What a process said. */
  private static final class Life {

    /** By thread: shares that it had appended. */
    private final long[] appended = new long[CrashingNode.THREADS];

    private long synced;

    void onLine(String line) throws IOException {
      if (!line.endsWith(".")) {
        return;
      }
      String[] words = line.substring(0, line.length() - 1).split(" ", -1);
      if (words[0].equals("appended")) {
        int thread = Integer.parseInt(words[1]);
        appended[thread] = Math.max(appended[thread], Long.parseLong(words[2]));
      } else if (words[0].equals("synced")) {
        synced = Math.max(synced, Long.parseLong(words[1]));
      }
    }
  }
}
