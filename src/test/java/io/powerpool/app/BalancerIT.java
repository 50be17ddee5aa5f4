package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.FakeAgent;
import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.SteadyMiner;
import io.powerpool.testing.SteadyMiner.Manner;
import io.powerpool.testing.SteadyMiner.Tally;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes behind a real HAProxy with the example's configuration, replaced one by one. */
class BalancerIT {

  private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int MINERS = 40;

  /** A node's ports, and its process while it runs. */
  private final class Node {
    final String name;
    final int stratum = ports.next();
    final int agents = ports.next();
    final int monitor = ports.next();
    PoolProcess process;

    Node(String name) {
      this.name = name;
    }

    void start() throws Exception {
      Path config =
          Files.writeString(
              folder.resolve(name + ".yaml"),
              """
              node: %s
              data_dir: %s
              drain: {time: 3s}
              stratum:
                ports:
                  - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
                      vardiff: {enabled: false}, proxy_protocol: true, proxy_timeout: 2s,
                      agent: {enabled: true, port_diff: %d}}
              monitor: {port: %d}
              """
                      .formatted(name, folder.resolve(name), stratum, agents - stratum, monitor)
                  + coin.configuration());
      process =
          PoolProcess.jar(
              folder, "run", "io.powerpool.app.MainVerticle", "-conf", config.toString());
      processes.add(process);
      assertThat(health("-w", "60")).as(process.output()).isZero();
    }

    /** The exit code of the command that a service manager uses. */
    int health(String... options) throws Exception {
      List<String> command =
          new ArrayList<>(
              List.of(Path.of("deploy/bin/powerpool-health").toAbsolutePath().toString()));
      command.addAll(List.of(options));
      command.add("http://127.0.0.1:" + monitor + "/health/node");
      Process asking =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("health.txt").toFile())
              .start();
      assertThat(asking.waitFor(70, TimeUnit.SECONDS)).isTrue();
      return asking.exitValue();
    }

    String get(String path) throws IOException, InterruptedException {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }

    String client(String address) throws IOException, InterruptedException {
      return get("/stratum_" + stratum + "/client/" + address);
    }

    int miners() throws IOException, InterruptedException {
      return count("client_count_authed");
    }

    /** With those who have not said yet who they are. */
    int connections() throws IOException, InterruptedException {
      return count("client_count");
    }

    private int count(String what) throws IOException, InterruptedException {
      return new JsonObject(get("/api/summary")).getJsonObject("miners").getInteger(what);
    }

    long shares() throws SQLException {
      return EveryHashCoin.shares(folder.resolve(name), "= 'accepted'");
    }
  }

  private final Vertx vertx = Vertx.vertx();
  private final Iterator<Integer> ports = LitecoinNodes.freePorts(8).iterator();
  private final List<PoolProcess> processes = new ArrayList<>();
  private final Node one = new Node("one");
  private final Node two = new Node("two");
  private final int balancerPort = ports.next();
  private final int agentsPort = ports.next();
  private final Tally tally = new Tally();
  private Process balancer;
  private EveryHashCoin coin;

  @TempDir private Path folder;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(HAPROXY), "no haproxy here");
    coin = new EveryHashCoin(vertx);
    one.start();
    two.start();
    Path config = Files.writeString(folder.resolve("haproxy.cfg"), balancerConfig());
    balancer =
        new ProcessBuilder(HAPROXY.toString(), "-db", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("haproxy.log").toFile())
            .start();
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () -> {
              new Socket(InetAddress.getLoopbackAddress(), balancerPort).close();
              return true;
            });
  }

  private String balancerConfig() throws IOException {
    String example = Files.readString(Path.of("deploy/haproxy.cfg"));
    String config =
        example
            .replace("bind :3333", "bind 127.0.0.1:" + balancerPort)
            .replace(
                "server one 10.0.0.1:3333",
                "server one 127.0.0.1:" + one.stratum + " port " + one.monitor)
            .replace(
                "server two 10.0.0.2:3333",
                "server two 127.0.0.1:" + two.stratum + " port " + two.monitor)
            .replace("bind :4444", "bind 127.0.0.1:" + agentsPort)
            .replace(
                "server one 10.0.0.1:4444",
                "server one 127.0.0.1:" + one.agents + " port " + one.monitor)
            .replace(
                "server two 10.0.0.2:4444",
                "server two 127.0.0.1:" + two.agents + " port " + two.monitor);
    assertThat(config).doesNotContain("10.0.0.", ":3333", ":4444");
    return config;
  }

  @AfterEach
  void stop() {
    if (balancer != null) {
      balancer.destroyForcibly();
    }
    processes.forEach(PoolProcess::close);
    get(vertx.close());
  }

  @Test
  void theMinersAddressIsItsOwn() throws Exception {
    try (Socket socket =
            new Socket(
                InetAddress.getLoopbackAddress(),
                balancerPort,
                InetAddress.getByName("127.0.0.7"),
                0);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              ("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n"
                      + "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\""
                      + EveryHashCoin.ADDRESS
                      + "\",\"\"]}\n")
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(in.readLine()).contains("\"id\":1");
      assertThat(in.readLine()).contains("\"id\":2", "true");
      // A monitor hears of the ports in their first second.
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(one.client(EveryHashCoin.ADDRESS) + two.client(EveryHashCoin.ADDRESS))
                      .contains("127.0.0.7:"));
    }
  }

  @Test
  void rigAgentsComeByItToo() throws Exception {
    // Who comes without it is hung up on.
    try (FakeAgent direct = new FakeAgent(one.agents)) {
      direct.write("{\"method\":\"hello\",\"params\":[0.1]}");
      assertThat(direct.closed()).isTrue();
    }
    try (FakeAgent agent = new FakeAgent(agentsPort)) {
      agent.write("{\"method\":\"hello\",\"params\":[0.1]}");
      assertThat(agent.authenticate(EveryHashCoin.ADDRESS + ".rig"))
          .contains("Worker not connected");
    }
  }

  @Test
  void nodesAreReplacedOneByOneWithoutAMinerTurnedAwayOrAShareLost() throws Exception {
    List<SteadyMiner> miners = new ArrayList<>();
    for (int i = 0; i < MINERS; i++) {
      miners.add(
          new SteadyMiner(
              vertx, balancerPort, EveryHashCoin.ADDRESS + ".rig" + i, Manner.COMES_BACK, tally));
      get(miners.get(i).start());
    }
    await().atMost(LONG).until(() -> one.miners() + two.miners() == MINERS);
    assertThat(one.miners()).isBetween(MINERS / 4, 3 * MINERS / 4);

    replace(one, two);
    one.start();
    awaitMinersAreSentTo(one);
    replace(two, one);

    for (SteadyMiner miner : miners) {
      get(miner.stop());
    }
    one.process.terminate();
    assertThat(one.process.exitCode()).isZero();
    assertThat(tally.refused).hasValue(0);
    assertThat(tally.failed).hasValue(0);
    // Who was hung up on may not have been told of its last ones.
    long counted = one.shares() + two.shares();
    assertThat(counted).isBetween((long) tally.accepted.get(), tally.acceptedAtMost());
    System.out.printf(
        "rolling replacement behind HAProxy: %d miners, %d shares told as accepted, %d in the"
            + " ledgers, no connection failed%n",
        MINERS, tally.accepted.get(), counted);
  }

  /** HAProxy looks at a node that is back only once a second. */
  private void awaitMinersAreSentTo(Node back) throws Exception {
    List<Socket> knocks = new ArrayList<>();
    try {
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(500))
          .until(
              () -> {
                knocks.add(new Socket(InetAddress.getLoopbackAddress(), balancerPort));
                return back.connections() > 0;
              });
    } finally {
      for (Socket knock : knocks) {
        knock.close();
      }
    }
  }

  private void replace(Node leaving, Node staying) throws Exception {
    int before = tally.accepted.get();
    leaving.process.terminate();
    await().atMost(LONG).until(() -> leaving.health() == 1);
    assertThat(leaving.process.exitCode()).as(leaving.process.output()).isZero();
    await().atMost(LONG).until(() -> staying.miners() == MINERS);
    await().atMost(LONG).until(() -> tally.accepted.get() > before + 5 * MINERS);
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
