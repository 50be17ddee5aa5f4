package io.powerpool.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.testing.CeleryWorker;
import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.PostgresServer;
import io.powerpool.testing.ProcFiles;
import io.powerpool.testing.RabbitBroker;
import io.powerpool.testing.RedisServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No test: measures how many shares a second reach each kind of place where shares are reported to,
 * and what an outage of it costs. Part of no build, for its figures are of use only from a machine
 * that does nothing else:
 *
 * <pre>mvn -B verify -Dtest=ArchitectureTest -Dit.test=SinkFigures</pre>
 *
 * <p>with {@code -Dsinks.seconds=60} (of each load, and of the outage), {@code -Dsinks.rate=2000}
 * (shares a second around the outage), {@code -Dsinks.connections=200} and {@code
 * -Dsinks.heap=2048} (MB, of the pool: shares are remembered for minutes, lest one counts twice,
 * and vardiff would never let so few miners find so many). What it finds is in {@code
 * target/sink-figures.txt}.
 *
 * <p>The pool is a process of its own with one reporter; the load comes from the pool's own load
 * generator, another process. First as much as it takes, then at the rate: the place is gone for
 * the time of the outage, and the load goes on until the backlog is what it was. How far a place is
 * comes from {@code /journal/} at the monitor.
 */
class SinkFigures {

  private static final int SECONDS = Integer.getInteger("sinks.seconds", 60);
  private static final int RATE = Integer.getInteger("sinks.rate", 2000);
  private static final int CONNECTIONS = Integer.getInteger("sinks.connections", 200);
  private static final int HEAP = Integer.getInteger("sinks.heap", 2048);

  /** Load that does not count. */
  private static final int WARM_UP = Math.min(20, SECONDS);

  private static final Path FIGURES = Path.of("target/sink-figures.txt");
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private static final double MEGABYTE = 1 << 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Vertx vertx = Vertx.vertx();
  private final int port = PoolProcess.freePort();
  private final int monitor = PoolProcess.freePort();
  private PoolProcess pool;
  private PoolProcess load;

  @TempDir private Path folder;

  /** A place where shares are reported to. */
  private abstract static class Sink implements AutoCloseable {

    /** Begins an outage. */
    abstract void fail() throws Exception;

    /** Ends it. */
    abstract void recover() throws Exception;

    /** Processor time of its own so far, in seconds, and whose it is. */
    abstract double cpuSeconds() throws IOException;

    @Override
    public void close() {}
  }

  @BeforeEach
  void say() throws IOException {
    if (Files.notExists(FIGURES)) {
      note(
          "%d processors, Java %s; %d s each, %d connections, outages at %d shares/s, -Xmx%dm%n"
              .formatted(
                  Runtime.getRuntime().availableProcessors(),
                  System.getProperty("java.version"),
                  SECONDS,
                  CONNECTIONS,
                  RATE,
                  HEAP));
    }
  }

  @AfterEach
  void stop() {
    if (load != null) {
      load.close();
    }
    if (pool != null) {
      pool.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Test
  void ledgerInSqlite() throws Exception {
    measure(
        "ledger, SQLite",
        "the pool's own ledger thread",
        "{type: ledger}",
        new Sink() {
          private Connection locked;

          @Override
          void fail() throws SQLException {
            locked = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
            try (Statement statement = locked.createStatement()) {
              statement.execute("PRAGMA busy_timeout = 10000");
              statement.execute("BEGIN IMMEDIATE");
            }
          }

          @Override
          void recover() throws SQLException {
            locked.close();
          }

          @Override
          double cpuSeconds() throws IOException {
            return ProcFiles.threadSeconds(pool.pid(), "ledger-");
          }
        });
  }

  @Test
  void ledgerInPostgres() throws Exception {
    assumeTrue(PostgresServer.installed(), "postgresql is not installed here");
    PostgresServer server = PostgresServer.start(folder);
    server.execute("CREATE DATABASE powerpool");
    measure(
        "ledger, PostgreSQL",
        "postgres",
        "{type: ledger, url: '%s', username: %s, password: \"%s\"}"
            .formatted(server.url("powerpool"), PostgresServer.USER, PostgresServer.PASSWORD),
        new Sink() {
          @Override
          void fail() {
            server.kill();
          }

          @Override
          void recover() throws IOException {
            server.launch();
          }

          @Override
          double cpuSeconds() {
            return ProcFiles.treeSeconds(server.process());
          }

          @Override
          public void close() {
            server.close();
          }
        });
  }

  @Test
  void redis() throws Exception {
    assumeTrue(RedisServer.installed(), "redis-server is not installed here");
    RedisServer server =
        new RedisServer(Files.createDirectory(folder.resolve("redis")), "", "--appendonly", "yes");
    measure(
        "redis (append-only file)",
        "redis-server",
        "{type: redis, url: '%s'}".formatted(server.url()),
        new Sink() {
          @Override
          void fail() {
            server.kill();
          }

          @Override
          void recover() {
            server.start();
          }

          @Override
          double cpuSeconds() {
            return ProcFiles.treeSeconds(server.process());
          }

          @Override
          public void close() {
            server.close();
          }
        });
  }

  @Test
  void celery() throws Exception {
    assumeTrue(RabbitBroker.installed(), "no rabbitmq-server here");
    assumeTrue(CeleryWorker.installed(), "no python3-celery here");
    RabbitBroker broker = RabbitBroker.start(folder.resolve("broker"));
    CeleryWorker worker = CeleryWorker.start(folder.resolve("worker"), broker.port());
    measure(
        "celery (groups of 1 s, one worker)",
        "rabbitmq-server and the worker",
        "{type: celery, port: %d, share_batch_interval: 1s}".formatted(broker.port()),
        new Sink() {
          @Override
          void fail() {
            broker.stop();
          }

          @Override
          void recover() throws IOException {
            broker.start();
          }

          @Override
          double cpuSeconds() {
            return ProcFiles.treeSeconds(broker.process())
                + ProcFiles.treeSeconds(worker.process());
          }

          @Override
          public void close() {
            worker.close();
            broker.close();
          }
        });
  }

  private void measure(String name, String whose, String reporter, Sink sink) throws Exception {
    try (sink) {
      start(reporter);
      saturate(name, whose, sink);
      outage(name, sink);
    }
  }

  private void start(String reporter) throws IOException {
    String config =
        """
        data_dir: %s
        roles: [reporter, jobmanager, stratum, monitor]
        stratum:
          ports:
            - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
                vardiff: {enabled: false}}
        monitor: {address: 127.0.0.1, port: %d}
        reporters: [%s]
        """
            .formatted(folder.resolve("data"), port, monitor, reporter);
    Path file =
        Files.writeString(
            folder.resolve("pool.yaml"), config + new EveryHashCoin(vertx).configuration());
    pool =
        PoolProcess.jar(
                folder, HEAP, "run", "io.powerpool.app.MainVerticle", "-conf", file.toString())
            .awaitOutput("PowerPool is up");
  }

  private void saturate(String name, String whose, Sink sink) throws Exception {
    startLoad("--saturate", "--window", "8");
    pass(WARM_UP);
    Progress before = progress();
    final double sinkBefore = sink.cpuSeconds();
    final double poolBefore = ProcFiles.processSeconds(pool.pid());
    pass(SECONDS);
    Progress after = progress();
    double seconds = (after.nanos - before.nanos) / 1e9;
    note(
        ("%s: %,.0f shares/s from miners, %,.0f/s stored, over %.0f s (backlog %,d before, %,d after);"
                + " processors: %.2f of %s, %.2f of the whole pool%n")
            .formatted(
                name,
                (after.entries - before.entries) / seconds,
                (after.stored() - before.stored()) / seconds,
                seconds,
                before.backlog,
                after.backlog,
                (sink.cpuSeconds() - sinkBefore) / seconds,
                whose,
                (ProcFiles.processSeconds(pool.pid()) - poolBefore) / seconds));
    stopLoad();
    awaitBacklog(0);
  }

  private void outage(String name, Sink sink) throws Exception {
    startLoad("--rate", Integer.toString(RATE));
    pass(WARM_UP);
    long usual = 0;
    for (int second = 0; second < 10; second++) {
      usual = Math.max(usual, progress().backlog);
      pass(1);
    }
    final long before = ProcFiles.residentBytes(pool.pid());
    final Progress begun = progress();
    sink.fail();
    long most = before;
    for (int second = 0; second < SECONDS; second++) {
      pass(1);
      most = Math.max(most, ProcFiles.residentBytes(pool.pid()));
    }
    final Progress worst = progress();
    long startNanos = System.nanoTime();
    sink.recover();
    final double restart = (System.nanoTime() - startNanos) / 1e9;
    awaitBacklog(usual + RATE);
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    note(
        ("%s: outage of %d s at %,.0f shares/s: backlog %,d; caught up %.1f s after its end (%.1f s of"
                + " that its own start), the load going on; memory of the pool %.0f MB before, %.0f MB at"
                + " most, journal %.0f MB%n")
            .formatted(
                name,
                SECONDS,
                (worst.entries - begun.entries) / ((worst.nanos - begun.nanos) / 1e9),
                worst.backlog,
                seconds,
                restart,
                before / MEGABYTE,
                most / MEGABYTE,
                worst.bytes / MEGABYTE));
    stopLoad();
  }

  private void startLoad(String... how) {
    load =
        PoolProcess.jar(
            folder,
            HEAP,
            Stream.concat(
                    Stream.of(
                        "bench",
                        "stratum+tcp://127.0.0.1:" + port,
                        "--user",
                        EveryHashCoin.ADDRESS,
                        "--workers",
                        "--connections",
                        Integer.toString(CONNECTIONS),
                        "--duration",
                        Long.toString(PATIENCE.toSeconds())),
                    Stream.of(how))
                .toArray(String[]::new));
    load.awaitOutput("measuring");
  }

  private void stopLoad() throws InterruptedException {
    load.kill();
  }

  private void awaitBacklog(long most) throws Exception {
    long startNanos = System.nanoTime();
    while (progress().backlog > most) {
      if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
        throw new IllegalStateException("the backlog is still " + progress().backlog);
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static void pass(int seconds) throws InterruptedException {
    TimeUnit.SECONDS.sleep(seconds);
  }

  /** Entries of the journal, how many of them are not stored, and its size. */
  private record Progress(long nanos, long entries, long backlog, long bytes) {

    long stored() {
      return entries - backlog;
    }
  }

  private Progress progress() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor + "/journal/")).build();
    JsonObject body =
        new JsonObject(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    return new Progress(
        System.nanoTime(),
        body.getLong("entries"),
        body.getLong("pending_count"),
        body.getLong("bytes"));
  }

  private static void note(String line) throws IOException {
    System.out.print(line);
    Files.writeString(FIGURES, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
