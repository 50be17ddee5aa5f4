package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hex;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
import io.powerpool.miner.ClientJob;
import io.powerpool.miner.PoolEvents;
import io.powerpool.miner.Reply;
import io.powerpool.miner.StratumClient;
import io.powerpool.testing.PoolProcess;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that is asked to end while hundreds of miners submit shares to it. */
class DrainIT {

  private static final String ALL_IN_ONE = "io.powerpool.app.MainVerticle";
  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int MINERS = 300;
  private static final int STUBBORN = 10;
  private static final long SHARE_MILLIS = 100;

  private final Vertx vertx = Vertx.vertx();
  private final int port = PoolProcess.freePort();
  private final int monitor = PoolProcess.freePort();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final List<PoolProcess> pools = new ArrayList<>();
  private int chainPort;

  @TempDir private Path folder;

  @BeforeEach
  void startChain() {
    // Blocks are rare: shares, not blocks, are what this is about.
    DevChain chain =
        new DevChain(
            DevChainOptions.regtest().withFixedBits(CompactBits.ofHex("1d00ffff")),
            System.currentTimeMillis() - 60_000);
    DevChainServer server =
        new DevChainServer(
            DevChainServerOptions.local(0, "user", "secret"), chain, Clock.systemUTC(), tip -> {});
    get(vertx.deployVerticle(server));
    chainPort = server.port();
  }

  @AfterEach
  void stop() {
    pools.forEach(PoolProcess::close);
    get(vertx.close());
  }

  /** Submits a share every now and then; every hash is one. */
  private final class Miner implements PoolEvents {

    private final boolean stays;
    private final int number;
    private StratumClient client;
    private ClientJob job;
    private int nonce;
    private volatile long toldNanos;
    private volatile boolean closed;
    private long timer;

    Miner(int number, boolean stays) {
      this.number = number;
      this.stays = stays;
    }

    Future<Void> start() {
      return StratumClient.connect(vertx, "127.0.0.1", port, this)
          .compose(
              connected -> {
                client = connected;
                return client
                    .subscribe("miner/1", "")
                    .compose(subscribed -> client.authorize(ADDRESS + ".rig" + number, "x"));
              })
          .onSuccess(ready -> timer = vertx.setPeriodic(SHARE_MILLIS, tick -> submit()));
    }

    private void submit() {
      if (job != null) {
        client
            .submit(
                ADDRESS + ".rig" + number,
                job.id(),
                "0000000000000000",
                Hex.ofInt(job.time()),
                Hex.ofInt(nonce++))
            .onSuccess(this::onReply);
      }
    }

    private void onReply(Reply reply) {
      (reply.isTrue() ? accepted : refused).incrementAndGet();
    }

    @Override
    public void onJob(ClientJob next) {
      job = next;
    }

    @Override
    public void onReconnect(String host, int toPort, Duration pause) {
      toldNanos = System.nanoTime();
      if (!stays) {
        vertx.cancelTimer(timer);
        // What it has been told by then counts; more may be on its way.
        vertx.setTimer(SHARE_MILLIS, then -> client.close());
      }
    }

    @Override
    public void onClose() {
      closed = true;
      vertx.cancelTimer(timer);
    }
  }

  @Test
  void everyMinerIsSentAwayInItsTurnAndNoShareIsLost() throws Exception {
    PoolProcess pool = start(config("drain: {time: 5s}\n"));
    List<Miner> miners = new ArrayList<>();
    for (int i = 0; i < MINERS; i++) {
      miners.add(new Miner(i, i < STUBBORN));
      get(miners.get(i).start());
    }
    await().atMost(LONG).until(() -> accepted.get() > 10 * MINERS);

    long startNanos = System.nanoTime();
    pool.terminate();
    await().atMost(LONG).untilAsserted(() -> assertThat(health()).contains("503", "draining"));
    assertThat(isRefused()).isTrue();
    assertThat(pool.exitCode()).as(pool.output()).isZero();

    assertThat(miners).allSatisfy(miner -> assertThat(miner.toldNanos).isNotZero());
    List<Long> toldMillis =
        miners.stream()
            .map(miner -> TimeUnit.NANOSECONDS.toMillis(miner.toldNanos - startNanos))
            .sorted()
            .toList();
    assertSpread(toldMillis);
    await().atMost(LONG).until(() -> miners.stream().allMatch(miner -> miner.closed));
    assertThat(refused).hasValue(0);
    // Who has hung up may not have been told of its last ones.
    long counted = ledger("SELECT SUM(shares) FROM share_minutes WHERE verdict = 'accepted'");
    assertThat(counted).isBetween((long) accepted.get(), accepted.get() + 2L * MINERS);
    assertThat(ledger("SELECT COUNT(*) FROM share_minutes WHERE verdict <> 'accepted'")).isZero();
    System.out.printf(
        "drain: %d miners told from %d to %d ms after the signal, %d shares told as accepted, %d in"
            + " the ledger%n",
        MINERS, toldMillis.get(0), toldMillis.get(MINERS - 1), accepted.get(), counted);
    assertThat(pool.output()).contains("drained after").doesNotContain("\tat ");
  }

  /** In each fifth of the time about a fifth of them, whenever the first one is told. */
  private static void assertSpread(List<Long> toldMillis) {
    long first = toldMillis.get(0);
    assertThat(toldMillis.get(toldMillis.size() - 1) - first)
        .isBetween(TIME.toMillis() * 8 / 10, TIME.toMillis() * 12 / 10);
    for (int fifth = 0; fifth < 5; fifth++) {
      long from = first + fifth * TIME.toMillis() / 5;
      long to = from + TIME.toMillis() / 5;
      long count = toldMillis.stream().filter(told -> told >= from && told < to).count();
      assertThat(count).as("told in fifth %d of %s", fifth, toldMillis).isBetween(35L, 85L);
    }
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
    get(new Miner(0, true).start());
    await().atMost(LONG).until(() -> accepted.get() > 0);
    leader.terminate();
    standby.awaitOutput("this node leads from now on");
    assertThat(leader.output()).doesNotContain("drained after");
    assertThat(leader.exitCode()).as(leader.output()).isZero();
    assertThat(refused).hasValue(0);
  }

  private static String[] clustered(String config) {
    return new String[] {"run", ALL_IN_ONE, "-cluster", "-conf", config};
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    PoolProcess pool = start(config("drain: {time: 10m}\n"));
    get(new Miner(0, true).start());
    await().atMost(LONG).until(() -> accepted.get() > 0);
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
            coins:
              DEV: {definition: devchain,
                difficulty_one: "0000ffff00000000000000000000000000000000000000000000000000000000",
                pool_address: %s,
                servers: [{port: %d, username: user, password: secret}]}
            stratum:
              ports:
                - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
                    vardiff: {enabled: false}, agent: {enabled: true}}
            monitor: {port: %d}
            """
                    .formatted(folder.resolve("data"), ADDRESS, chainPort, port, monitor)
                + more)
        .toString();
  }

  private String health() throws IOException, InterruptedException {
    HttpResponse<String> reply =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor + "/health"))
                    .build(),
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

  private long ledger(String query) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/ledger.db"));
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
