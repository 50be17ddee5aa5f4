package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.share.Share;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Verdict;
import io.powerpool.testing.TestCoins;
import io.powerpool.testing.TestJob;
import io.powerpool.work.Job;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A share whose hash is still being computed when the pool stops may be a block. */
class StratumStopTest {

  private static final String USER = TestCoins.address(1);
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final List<Share> shares = new CopyOnWriteArrayList<>();
  private final List<SolvedBlock> blocks = new CopyOnWriteArrayList<>();

  /** Hashes that are being computed: to be run once they are done. */
  private final LinkedBlockingQueue<Runnable> hashes = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    await().atMost(LONG).until(vertx.close()::isComplete);
  }

  private static StratumOptions options(Faults faults) {
    Map<String, Object> port =
        Map.of(
            "port",
            0,
            "address",
            "127.0.0.1",
            "coin",
            "TST",
            "start_difficulty",
            1e-9,
            "vardiff",
            Map.of("enabled", false));
    return StratumOptions.from(Section.root(Map.of("ports", List.of(port)), faults), 0);
  }

  private StratumVerticle verticle() {
    Faults faults = new Faults();
    Coin coin =
        TestCoins.coin("TST", Map.of("algorithm", "scrypt", "difficulty_one", "f".repeat(64)));
    StratumNode node =
        new StratumNode(
            "n",
            options(faults),
            Map.of("TST", coin),
            shares::add,
            (block, report) -> blocks.add(block),
            10);
    faults.throwIfAny();
    return new StratumVerticle(node, 0, port -> this::later, Clocks.SYSTEM, "1");
  }

  /** A compute pool that takes as long as the test likes. */
  private boolean later(byte[] header, Consumer<byte[]> done) {
    Context loop = Vertx.currentContext();
    return hashes.add(() -> loop.runOnContext(now -> done.accept(new byte[32])));
  }

  private static Job job() {
    return new TestJob(1).coin("TST", "scrypt").now().make();
  }

  @Test
  void stopsOnceTheHashesThatWereBeingComputedAreJudged() throws Exception {
    Topics.of(vertx).currentJob("TST").serve("node", who -> Future.succeededFuture(job()));
    StratumVerticle verticle = verticle();
    Future<String> up = vertx.deployVerticle(verticle);
    await().atMost(LONG).until(up::succeeded);
    int port = verticle.actualPort(0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout(20_000);
      submit(socket, in);
      Runnable hash = hashes.poll(20, TimeUnit.SECONDS);

      Future<Integer> sharesAtTheEnd = vertx.undeploy(up.result()).map(stopped -> shares.size());
      while (in.readLine() != null) {
        // What was on its way.
      }
      await().atMost(LONG).until(() -> isClosed(port));
      assertThat(sharesAtTheEnd.isComplete()).isFalse();
      hash.run();
      await().atMost(LONG).until(sharesAtTheEnd::succeeded);
      assertThat(sharesAtTheEnd.result()).isEqualTo(1);
      assertThat(shares.get(0).verdict()).isEqualTo(Verdict.ACCEPTED);
      assertThat(blocks).hasSize(1);
    }
  }

  private static void submit(Socket socket, BufferedReader in) throws IOException {
    send(socket, "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test\"]}");
    send(socket, "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + USER + "\",\"\"]}");
    JsonObject line = new JsonObject(in.readLine());
    while (!"mining.notify".equals(line.getString("method"))) {
      line = new JsonObject(in.readLine());
    }
    send(
        socket,
        "{\"id\":3,\"method\":\"mining.submit\",\"params\":[\""
            + USER
            + "\",\""
            + line.getJsonArray("params").getString(0)
            + "\",\"0000000000000001\",\""
            + line.getJsonArray("params").getString(7)
            + "\",\"00000001\"]}");
  }

  private static void send(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  private static boolean isClosed(int port) throws IOException {
    try (Socket more = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !more.isConnected();
    } catch (ConnectException e) {
      return true;
    }
  }
}
