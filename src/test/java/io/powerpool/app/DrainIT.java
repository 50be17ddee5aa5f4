package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.StallMeter;
import io.powerpool.testing.SteadyMiner;
import io.powerpool.testing.SteadyMiner.Manner;
import io.powerpool.testing.SteadyMiner.Tally;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is asked to end while hundreds of miners submit shares to it. */
class DrainIT {

  private static final String ALL_IN_ONE = "io.powerpool.app.MainVerticle";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int MINERS = 300;
  private static final int STUBBORN = 10;

  private final Vertx vertx = Vertx.vertx();
  private final int port = PoolProcess.freePort();
  private final int monitor = PoolProcess.freePort();
  private final Tally tally = new Tally();
  private final List<PoolProcess> pools = new ArrayList<>();
  private EveryHashCoin coin;

  @TempDir private Path folder;

  @BeforeEach
  void startChain() {
    coin = new EveryHashCoin(vertx);
  }

  @AfterEach
  void stop() {
    pools.forEach(PoolProcess::close);
    get(vertx.close());
  }

  private SteadyMiner miner(int number, Manner manner) {
    return new SteadyMiner(vertx, port, EveryHashCoin.ADDRESS + ".rig" + number, manner, tally);
  }

  @Test
  void everyMinerIsSentAwayInItsTurnAndNoShareIsLost() throws Exception {
    PoolProcess pool = start(config("drain: {time: 5s}\n"));
    List<SteadyMiner> miners = new ArrayList<>();
    for (int i = 0; i < MINERS; i++) {
      miners.add(miner(i, i < STUBBORN ? Manner.STAYS : Manner.LEAVES));
      get(miners.get(i).start());
    }
    await().atMost(LONG).until(() -> tally.accepted.get() > 10 * MINERS);

    StallMeter meter = StallMeter.ofThisProcess();
    long startNanos = System.nanoTime();
    pool.terminate();
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(get("/health")).contains("503", "draining"));
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(get("/api/summary")).contains("\"draining\":true"));
    assertThat(isRefused()).isTrue();
    await().atMost(LONG).until(() -> miners.stream().allMatch(miner -> miner.askedNanos() != 0));
    Duration stall = meter.take().longest();
    meter.close();
    assertThat(pool.exitCode()).as(pool.output()).isZero();

    List<Long> toldMillis =
        miners.stream()
            .map(miner -> TimeUnit.NANOSECONDS.toMillis(miner.askedNanos() - startNanos))
            .sorted()
            .toList();
    assertSpread(toldMillis, stall);
    await().atMost(LONG).until(() -> miners.stream().allMatch(SteadyMiner::closed));
    assertThat(tally.refused).hasValue(0);
    // Who is hung up on may not have been told of its last ones.
    long counted = EveryHashCoin.shares(folder.resolve("data"), "= 'accepted'");
    assertThat(counted).isBetween((long) tally.accepted.get(), tally.acceptedAtMost());
    assertThat(EveryHashCoin.shares(folder.resolve("data"), "<> 'accepted'")).isZero();
    System.out.printf(
        "drain: %d miners told from %d to %d ms after the signal, %d shares told as accepted, %d in"
            + " the ledger%n",
        MINERS, toldMillis.get(0), toldMillis.get(MINERS - 1), tally.accepted.get(), counted);
    assertThat(pool.output()).contains("drained after").doesNotContain("\tat ");
  }

  /**
   * In each fifth of the time about a fifth of them, whenever the first one is told. Each of them
   * may have heard it so much later as the machine did not let us run.
   */
  private static void assertSpread(List<Long> toldMillis, Duration stall) {
    long late = stall.toMillis();
    long moved = MINERS * late / TIME.toMillis();
    long first = toldMillis.get(0);
    assertThat(toldMillis.get(toldMillis.size() - 1) - first)
        .as("held up for %d ms", late)
        .isBetween(TIME.toMillis() * 8 / 10 - late, TIME.toMillis() * 12 / 10 + late);
    for (int fifth = 0; fifth < 5; fifth++) {
      long from = first + fifth * TIME.toMillis() / 5;
      long to = from + TIME.toMillis() / 5;
      long count = toldMillis.stream().filter(told -> told >= from && told < to).count();
      assertThat(count)
          .as("told in fifth %d of %s, held up for %d ms", fifth, toldMillis, late)
          .isBetween(35 - moved, 85 + moved);
    }
  }

  @Test
  void whatNobodyTakesSoonIsNotWaitedFor() throws Exception {
    PoolProcess pool =
        start(
            config(
                """
                drain: {time: 1s, flush_timeout: 10m}
                reporters:
                  - {type: ledger}
                  - {type: celery, port: %d}
                """
                    .formatted(PoolProcess.freePort())));
    get(miner(0, Manner.LEAVES).start());
    await().atMost(LONG).until(() -> tally.accepted.get() > 0);
    pool.terminate();
    assertThat(pool.exitCode()).as(pool.output()).isZero();
    assertThat(pool.output())
        .containsPattern("are delivered after the next start: \\d+ for celery \\(.*refused")
        .doesNotContain("for ledger");
    assertThat(EveryHashCoin.shares(folder.resolve("data"), "= 'accepted'"))
        .isGreaterThanOrEqualTo(tally.accepted.get());
  }

  @Test
  void anotherNodeLeadsWhileTheFormerLeaderDrains() throws Exception {
    int cluster = PoolProcess.freePort();
    String config =
        config(
            "drain: {time: 4s}\nroles: [jobmanager, stratum, reporter]\ncluster: {port: "
                + cluster
                + ", members: ['127.0.0.1:"
                + cluster
                + "']}\n");
    PoolProcess leader = PoolProcess.script(folder, "one", clustered(config));
    pools.add(leader);
    leader.awaitOutput("this node leads from now on");
    String other =
        Files.writeString(
                folder.resolve("other.yaml"),
                Files.readString(Path.of(config))
                    .replace("[jobmanager, stratum, reporter]", "[jobmanager]")
                    .replace("/data", "/other"))
            .toString();
    PoolProcess standby = PoolProcess.script(folder, "two", clustered(other));
    pools.add(standby);
    standby.awaitOutput("is up, node two");
    get(miner(0, Manner.STAYS).start());
    await().atMost(LONG).until(() -> tally.accepted.get() > 0);
    leader.terminate();
    standby.awaitOutput("this node leads from now on");
    assertThat(leader.output()).doesNotContain("drained after");
    assertThat(leader.exitCode()).as(leader.output()).isZero();
    assertThat(tally.refused).hasValue(0);
  }

  private static String[] clustered(String config) {
    return new String[] {"run", ALL_IN_ONE, "-cluster", "-conf", config};
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    PoolProcess pool = start(config("drain: {time: 10m}\n"));
    get(miner(0, Manner.STAYS).start());
    await().atMost(LONG).until(() -> tally.accepted.get() > 0);
    pool.terminate();
    pool.awaitOutput("draining");
    pool.terminate();
    assertThat(pool.exitCode()).isEqualTo(ExitCode.TERMINATED);
  }

  @Test
  void everyVerticleThatIsRunAloneDrains() throws Exception {
    String config = config("drain: {time: 3s}\nsignal: {enabled: true, port: 0}\n");
    for (Role role : Role.values()) {
      pools.add(PoolProcess.jar(folder, "run", role.verticle(), "-conf", config));
    }
    pools.forEach(each -> each.awaitOutput("PowerPool is up"));
    pools.forEach(PoolProcess::terminate);
    for (PoolProcess each : pools) {
      assertThat(each.exitCode()).as(each.output()).isZero();
      assertThat(each.output()).contains("drained after");
    }
  }

  private PoolProcess start(String config) throws IOException {
    PoolProcess pool = PoolProcess.jar(folder, "run", ALL_IN_ONE, "-conf", config);
    pools.add(pool);
    pool.awaitOutput("PowerPool is up");
    return pool;
  }

  private String config(String more) throws IOException {
    return Files.writeString(
            folder.resolve("pool.yaml"),
            """
            data_dir: %s
            stratum:
              ports:
                - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
                    vardiff: {enabled: false}, agent: {enabled: true}}
            monitor: {port: %d}
            """
                    .formatted(folder.resolve("data"), port, monitor)
                + coin.configuration()
                + more)
        .toString();
  }

  private String get(String path) throws IOException, InterruptedException {
    HttpResponse<String> reply =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    return reply.statusCode() + " " + reply.body();
  }

  private boolean isRefused() throws IOException {
    try (Socket more = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !more.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
