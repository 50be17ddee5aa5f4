package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Target;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.miner.ClientJob;
import io.powerpool.testing.FakeMiner;
import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.LitecoinNodes.Node;
import io.powerpool.testing.StallMeter;
import io.powerpool.testing.StallMeter.Stalls;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three real litecoind nodes come and go, each in another way, under a pool with a miner. The miner
 * has new work within two seconds of each block, and no share is refused for what happens.
 */
class FailoverIT {

  private static final String CURRENCY = "LTC";
  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final Algorithm SCRYPT = Algorithms.byName("scrypt");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONGEST_GAP = Duration.ofSeconds(2);

  /** The pool runs in this process: what holds it up for longer may be its own fault. */
  private static final Duration MOST_EXCUSED = Duration.ofSeconds(2);

  /** Shares sent after each blow, over more than the time in which a dead server is noticed. */
  private static final int SHARES = 12;

  private final StallMeter meter = StallMeter.ofThisProcess();
  @TempDir private Path folder;
  private Vertx vertx;
  private LitecoinNodes nodes;
  private FakeMiner miner;
  private ClientJob job;
  private long extranonce2;
  private volatile StatusReport lastStatus;

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(LitecoinNodes.installed(), "litecoind is not installed here");
    vertx = Vertx.vertx();
    Topics.of(vertx).status().subscribe(this::onStatus);
    nodes = LitecoinNodes.start(folder, 3);
    awaitFirstBlock();
    int port = freePort();
    await(
        vertx.deployVerticle(
            new MainVerticle(Optional.empty(), 1, report -> {}),
            new DeploymentOptions().setConfig(configuration(port))));
    miner = FakeMiner.ready(vertx, port, ADDRESS + ".it", "x");
    job = miner.awaitJob();
  }

  @AfterEach
  void stop() {
    meter.close();
    if (miner != null) {
      miner.close();
    }
    if (vertx != null) {
      await(vertx.close());
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  void goesOnWhateverHappensToTheDaemons() {
    Node first = nodes.node(0);
    Node second = nodes.node(1);
    // Preferred, but it does not let us in.
    assertThat(stateOf("intruder")).isEqualTo("down");
    assertThat(server("intruder").getString("last_error")).contains("401");

    first.kill();
    mineShares();
    assertNewWorkAfterBlockOf(second);
    awaitState(first, "down");
    first.startAgain();
    awaitState(first, "live");
    assertNewWorkAfterBlockOf(first);

    // Hangs without closing anything.
    first.pause();
    assertNewWorkAfterBlockOf(second);
    mineShares();
    awaitState(first, "slow");
    int height = second.height();
    solveBlock();
    Awaitility.await().atMost(PATIENCE).until(() -> second.height() == height + 1);
    first.resume();
    awaitState(first, "live");
    Awaitility.await().atMost(PATIENCE).until(() -> first.height() == height + 1);

    // Goes on answering, at an old height.
    first.call("setnetworkactive", false);
    assertNewWorkAfterBlockOf(second);
    awaitState(first, "behind");
    mineShares();
    first.call("setnetworkactive", true);
    awaitState(first, "live");
    assertNewWorkAfterBlockOf(first);
    assertThat(miner.closed()).isFalse();
  }

  /**
   * One block of the node's own, outside of the pool. While the machine does not let us run there
   * is no work, and that is not the pool's fault.
   */
  private void assertNewWorkAfterBlockOf(Node node) {
    latestJob();
    node.generate(1, ADDRESS);
    meter.take();
    long announcedNanos = System.nanoTime();
    String tip = (String) node.call("getbestblockhash");
    do {
      job = miner.awaitJob();
    } while (!job.previousHash().toString().equals(tip));
    Duration gap = Duration.ofNanos(System.nanoTime() - announcedNanos);
    Stalls stalls = meter.take();
    Duration excused = stalls.total().compareTo(MOST_EXCUSED) < 0 ? stalls.total() : MOST_EXCUSED;
    assertThat(gap).as("%s", stalls).isLessThan(LONGEST_GAP.plus(excused));
    mineShares();
  }

  /** Shares that solve no block, each on the latest job; all are accepted. */
  private void mineShares() {
    for (int i = 0; i < SHARES; i++) {
      latestJob();
      Target block = new CompactBits(job.bits()).toTarget();
      FakeMiner.Found share;
      do {
        share = miner.mine(job, SCRYPT, ++extranonce2);
      } while (share.hash().meets(block));
      assertThat(miner.submit(ADDRESS + ".it", share).reason()).isEqualTo("true");
      pause();
    }
  }

  /** So many shares come over the time in which a server that is gone is noticed. */
  private static void pause() {
    long end = System.nanoTime() + Duration.ofMillis(100).toNanos();
    Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> System.nanoTime() > end);
  }

  private void solveBlock() {
    latestJob();
    FakeMiner.Found share =
        miner.mine(job, SCRYPT, ++extranonce2, new CompactBits(job.bits()).toTarget());
    assertThat(miner.submit(ADDRESS + ".it", share).reason()).isEqualTo("true");
  }

  private void latestJob() {
    for (Optional<ClientJob> next = miner.nextJob(); next.isPresent(); next = miner.nextJob()) {
      job = next.get();
    }
  }

  private JsonObject configuration(int port) {
    JsonArray servers = new JsonArray();
    for (int i = 0; i < 3; i++) {
      servers.add(entry(nodes.node(i), 100 - i).put("password", nodes.node(i).password()));
    }
    // The same node under another name, with another password.
    servers.add(
        entry(nodes.node(2), 200)
            .put("url", "http://localhost:" + nodes.node(2).rpcPort())
            .put("password", "wrong"));
    JsonObject coin =
        new JsonObject()
            .put("definition", "litecoin")
            .put("network", "regtest")
            .put("pool_address", ADDRESS)
            .put("servers", servers);
    JsonObject minerPort =
        new JsonObject()
            .put("address", "127.0.0.1")
            .put("port", port)
            .put("coin", CURRENCY)
            .put("start_difficulty", 0.000_005)
            .put("vardiff", new JsonObject().put("enabled", false));
    JsonObject values =
        new JsonObject()
            .put("data_dir", folder.resolve("data").toString())
            .put("roles", new JsonArray().add("jobmanager").add("stratum").add("reporter"))
            .put("coins", new JsonObject().put(CURRENCY, coin))
            .put("stratum", new JsonObject().put("ports", new JsonArray().add(minerPort)));
    Map<String, Object> plain = NodeOptions.plain(values);
    CoinDefinitions.addTo(plain);
    return new JsonObject(plain);
  }

  private static JsonObject entry(Node node, int priority) {
    return new JsonObject()
        .put("url", node.rpcUrl())
        .put("username", node.username())
        .put("priority", priority);
  }

  private void awaitState(Node node, String state) {
    Awaitility.await(state)
        .atMost(PATIENCE)
        .until(() -> stateOf("127.0.0.1:" + node.rpcPort()).equals(state));
  }

  private String stateOf(String server) {
    return server(server).getString("status");
  }

  private JsonObject server(String name) {
    String known = name.equals("intruder") ? "localhost:" + nodes.node(2).rpcPort() : name;
    return status().getJsonObject("coinservers").getJsonObject(known);
  }

  /**
   * All nodes leave initial block download with it. A node that has only just connected may miss
   * the news of a block, so there is another one until all have heard.
   */
  private void awaitFirstBlock() {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              int height = nodes.node(0).height();
              if (height > 0
                  && nodes.node(1).height() == height
                  && nodes.node(2).height() == height) {
                return true;
              }
              nodes.node(0).generate(1, ADDRESS);
              return false;
            });
  }

  /** What the job manager tells of itself next. */
  private JsonObject status() {
    long nowMillis = System.currentTimeMillis();
    return Awaitility.await("status")
        .atMost(PATIENCE)
        .until(() -> lastStatus, report -> report != null && report.epochMillis() >= nowMillis)
        .body();
  }

  private void onStatus(StatusReport report) {
    if (report.type().equals("jobmanager")) {
      lastStatus = report;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
