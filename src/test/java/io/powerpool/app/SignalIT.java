package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.miner.ClientJob;
import io.powerpool.testing.FakeMiner;
import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.LitecoinNodes.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A real litecoind makes blocks, and a pool hears of them by one way alone: its blocknotify with
 * alertblock, ZeroMQ, a POSIX signal, the long poll, polling. How long it took until a miner had
 * its line is written to the log. Debian's litecoind is built without ZeroMQ: what it would publish
 * is published in its place when it has made the block.
 */
@EnabledIfSystemProperty(
    named = "test.nightly",
    matches = "true",
    disabledReason = "measures times, which means little on a busy machine: mvn -Pnightly verify")
class SignalIT {

  private static final Logger log = LoggerFactory.getLogger(SignalIT.class);

  private static final String CURRENCY = "LTC";
  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final String SECRET = "0123456789abcdef";
  private static final int USR1 = 10;
  private static final int BLOCKS = 60;

  /** The first blocks find a cold JVM. */
  private static final int WARM_UP = 30;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** For a machine under load; the aim, 15 ms, is for the eye. */
  private static final Duration BOUND = Duration.ofSeconds(2);

  @TempDir private Path folder;
  private final ZContext zmq = new ZContext();
  private Vertx vertx;
  private LitecoinNodes nodes;
  private int minerPort;
  private int signalPort;
  private int zmqPort;
  private ZMQ.Socket publisher;
  private int published;
  private volatile StatusReport lastStatus;

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(LitecoinNodes.installed(), "litecoind is not installed here");
    minerPort = freePort();
    zmqPort = freePort();
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      signalPort = free.getLocalPort();
    }
    Path orders = folder.resolve("ltc.push");
    Files.writeString(
        orders, "127.0.0.1 " + signalPort + " LTC getblocktemplate signal=1 __spawn=1\n");
    vertx = Vertx.vertx();
    Topics.of(vertx).status().subscribe(this::onStatus);
    String command = Path.of("deploy/alertblock").toAbsolutePath() + " " + orders + " %s";
    nodes = LitecoinNodes.start(folder, 2, List.of("-blocknotify=" + command));
    nodes.node(0).generate(1, ADDRESS);
    publisher = zmq.createSocket(SocketType.PUB);
    publisher.setLinger(0);
    publisher.bind("tcp://127.0.0.1:" + zmqPort);
  }

  @AfterEach
  void stop() {
    zmq.close();
    if (vertx != null) {
      await(vertx.close());
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  void minersHaveWorkByEachWayAlone() throws IOException {
    measure("udp", new JsonObject());
    Files.writeString(folder.resolve("ltc.push.secret"), SECRET + "\n");
    measure("udp", new JsonObject(), Optional.of(SECRET));
    measure("zmq", new JsonObject());
    measure("posix", new JsonObject().put("signal", USR1));
    measure("long_poll", new JsonObject().put("long_poll", true));
    measure("poll", new JsonObject().put("poll", true));
  }

  private void measure(String way, JsonObject coin) {
    measure(way, coin, Optional.empty());
  }

  /** Has a pool hear of some blocks by this way, and tells how long its miner waited. */
  private void measure(String way, JsonObject coin, Optional<String> secret) {
    String deployment =
        await(
            vertx.deployVerticle(
                new MainVerticle(Optional.empty(), 1, report -> {}),
                new DeploymentOptions().setConfig(configuration(way, coin, secret))));
    Awaitility.await().atMost(PATIENCE).until(() -> !status().getJsonObject("net_state").isEmpty());
    FakeMiner miner = FakeMiner.ready(vertx, minerPort, ADDRESS + ".it", "x");
    miner.awaitJob();
    if (way.equals("zmq")) {
      awaitSubscriber();
    }
    double[] fromCall = new double[BLOCKS - WARM_UP];
    double[] fromReturn = new double[BLOCKS - WARM_UP];
    for (int i = 0; i < BLOCKS; i++) {
      long called = System.nanoTime();
      JsonArray made = (JsonArray) nodes.node(0).call("generatetoaddress", 1, ADDRESS);
      long returned = System.nanoTime();
      announce(way, made.getString(0));
      ClientJob job;
      do {
        job = miner.awaitJob();
      } while (!job.previousHash().toString().equals(made.getString(0)));
      long received = System.nanoTime();
      if (i >= WARM_UP) {
        fromCall[i - WARM_UP] = (received - called) / 1e6;
        fromReturn[i - WARM_UP] = (received - returned) / 1e6;
      }
    }
    JsonObject heard =
        Awaitility.await(way)
            .atMost(PATIENCE)
            .until(() -> status().getJsonObject("signals"), SignalIT::isComplete)
            .getJsonObject(way);
    JsonObject waited = heard.getJsonObject("to_miners");
    log.info(
        "{}{}: median {} ms from the node's answer to the miner's line ({} ms from the call);"
            + " measured by the pool: median {} ms, 95 % {} ms, of {}",
        way,
        secret.isPresent() ? " with a secret" : "",
        median(fromReturn),
        median(fromCall),
        waited.getDouble("p50_ms"),
        waited.getDouble("p95_ms"),
        waited.getLong("count"));
    // A question that the block before has led to may meet the next one.
    assertThat(heard.getLong("first")).isGreaterThan(BLOCKS / 2);
    assertThat(median(fromReturn)).isLessThan((double) BOUND.toMillis());
    assertThat(status().getLong("last_signal") > 0)
        .isEqualTo(List.of("udp", "zmq", "posix").contains(way));
    miner.close();
    await(vertx.undeploy(deployment));
    lastStatus = null;
  }

  /** Whether it is known of every block how long the miner waited. */
  private static boolean isComplete(JsonObject ways) {
    return ways.fieldNames().stream()
            .mapToLong(way -> ways.getJsonObject(way).getJsonObject("to_miners").getLong("count"))
            .sum()
        == BLOCKS;
  }

  /** What is not done by the node itself. */
  private void announce(String way, String hash) {
    if (way.equals("zmq")) {
      publish(hash);
    } else if (way.equals("posix")) {
      try {
        String pid = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-" + USR1, pid).start().waitFor();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void publish(String hash) {
    publisher.sendMore("hashblock");
    publisher.sendMore(HexFormat.of().parseHex(hash));
    publisher.send(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(published++).array());
  }

  /** A subscription takes a moment, in which nothing is heard. */
  private void awaitSubscriber() {
    String tip = (String) nodes.node(0).call("getbestblockhash");
    String server = "127.0.0.1:" + nodes.node(0).rpcPort();
    Awaitility.await("subscription")
        .atMost(PATIENCE)
        .until(
            () -> {
              publish(tip);
              JsonObject entry = status().getJsonObject("coinservers").getJsonObject(server);
              return entry.getJsonObject("zmq").getLong("heard") > 0;
            });
  }

  private JsonObject configuration(String way, JsonObject coin, Optional<String> secret) {
    Node node = nodes.node(0);
    JsonObject server =
        new JsonObject()
            .put("url", node.rpcUrl())
            .put("username", node.username())
            .put("password", node.password());
    if (way.equals("zmq")) {
      server.put("zmq", "tcp://127.0.0.1:" + zmqPort);
    }
    JsonObject signal = new JsonObject().put("enabled", way.equals("udp")).put("port", signalPort);
    secret.ifPresent(known -> signal.put("secret", known));
    JsonObject port =
        new JsonObject()
            .put("address", "127.0.0.1")
            .put("port", minerPort)
            .put("coin", CURRENCY)
            .put("vardiff", new JsonObject().put("enabled", false));
    JsonObject entry =
        new JsonObject()
            .put("definition", "litecoin")
            .put("network", "regtest")
            .put("pool_address", ADDRESS)
            .put("poll", false)
            .put("long_poll", false)
            .put("rpc_ping_int", "1m")
            .put("servers", new JsonArray().add(server))
            .mergeIn(coin);
    JsonObject values =
        new JsonObject()
            .put("data_dir", folder.resolve("data").toString())
            .put("roles", new JsonArray(List.of("jobmanager", "stratum", "reporter", "signal")))
            .put("signal", signal)
            .put("coins", new JsonObject().put(CURRENCY, entry))
            .put("stratum", new JsonObject().put("ports", new JsonArray().add(port)));
    Map<String, Object> plain = NodeOptions.plain(values);
    CoinDefinitions.addTo(plain);
    return new JsonObject(plain);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
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
