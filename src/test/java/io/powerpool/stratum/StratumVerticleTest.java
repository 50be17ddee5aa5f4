package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.testing.TestCoins;
import io.powerpool.testing.TestJob;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limits of real connections: each costs its own miner only. */
class StratumVerticleTest {

  private static final String USER = TestCoins.address(1) + ".rig1";
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> statuses = new CopyOnWriteArrayList<>();
  private StratumNode node;
  private StratumVerticle verticle;
  private long jobs;

  private static final class Miner implements AutoCloseable {
    final Socket socket;
    final BufferedReader in;

    Miner(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout(20_000);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
    }

    JsonObject read() throws IOException {
      String line = in.readLine();
      return line == null ? null : new JsonObject(line);
    }

    void mine() throws IOException {
      send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test\"]}\n");
      send("{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"" + USER + "\",\"\"]}\n");
      assertThat(read().getInteger("id")).isEqualTo(1);
      assertThat(read().getInteger("id")).isEqualTo(2);
      assertThat(read().getString("method")).isEqualTo("mining.set_difficulty");
      assertThat(read().getString("method")).isEqualTo("mining.notify");
    }

    void ping(int id) throws IOException {
      send("{\"id\":" + id + ",\"method\":\"mining.ping\",\"params\":[]}\n");
    }

    boolean ended() throws IOException {
      String line = "";
      while (line != null) {
        line = in.readLine();
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @BeforeEach
  void start() {
    Faults faults = new Faults();
    Coin coin = TestCoins.coin("TST", Map.of());
    StratumOptions options =
        StratumOptions.from(
            Section.root(
                Map.of(
                    "max_line_bytes",
                    600,
                    "authorize_timeout",
                    "2s",
                    "slow_reader_timeout",
                    "1s",
                    "max_write_queue_bytes",
                    4096,
                    "max_connections_per_address",
                    20,
                    "ports",
                    List.of(Map.of("port", 0, "address", "127.0.0.1", "coin", "TST"))),
                faults),
            0);
    faults.throwIfAny();
    node =
        new StratumNode(
            "n", options, Map.of("TST", coin), share -> {}, (block, report) -> {}, 1000);
    verticle = new StratumVerticle(node, 0, port -> (header, done) -> false, Clocks.SYSTEM, "1");
    Topics.of(vertx).currentJob("TST").serve("node", who -> Future.succeededFuture(job(100)));
    Topics.of(vertx).status().subscribe(report -> statuses.add(report.body()));
    await().atMost(LONG).until(vertx.deployVerticle(verticle)::succeeded);
    await()
        .atMost(LONG)
        .until(() -> statuses.stream().anyMatch(s -> s.containsKey("last_flush_job")));
  }

  @AfterEach
  void stop() {
    await().atMost(LONG).until(vertx.close()::isComplete);
  }

  /** Another event loop of the same node; with port 0 configured it gets a port of its own. */
  private StratumVerticle another() {
    StratumVerticle another =
        new StratumVerticle(node, 1, port -> (header, done) -> false, Clocks.SYSTEM, "1");
    await().atMost(LONG).until(vertx.deployVerticle(another)::succeeded);
    return another;
  }

  private Miner connect() throws IOException {
    return new Miner(verticle.actualPort(0));
  }

  private Job job(int suffixBytes) {
    jobs++;
    return new TestJob(jobs)
        .parent(Hash256.ofDisplayHex(String.format("%064x", jobs)))
        .versionMask(0x1fffe000)
        .bits(CompactBits.ofHex("1d00ffff"))
        .suffixBytes(suffixBytes)
        .now()
        .make();
  }

  private long closed(String reason) {
    return statuses.get(statuses.size() - 1).getJsonObject("closed").getLong(reason, 0L);
  }

  @Test
  void cutsLinesWhereverThePacketsEndAndAnswersInOrder() throws IOException {
    try (Miner miner = connect()) {
      miner.mine();
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 500; i++) {
        many.append("{\"id\":").append(i).append(",\"method\":\"mining.ping\",\"params\":[]}\r\n");
      }
      for (int at = 0; at < many.length(); at += 777) {
        miner.send(many.substring(at, Math.min(many.length(), at + 777)));
      }
      for (int i = 0; i < 500; i++) {
        assertThat(miner.read().getInteger("id")).isEqualTo(i);
      }
    }
  }

  @Test
  void aLineOverTheLimitClosesThatConnectionOnly() throws IOException {
    try (Miner good = connect();
        Miner terminated = connect();
        Miner endless = connect()) {
      good.mine();
      terminated.mine();
      endless.mine();
      String padding = " ".repeat(600 - "{\"id\":1,\"method\":\"mining.ping\"}".length());
      good.send("{\"id\":1,\"method\":\"mining.ping\"}" + padding + "\n");
      assertThat(good.read().getString("result")).isEqualTo("pong");
      terminated.send("{\"id\":1,\"method\":\"mining.ping\"} " + padding + "\n");
      endless.send("x".repeat(601));
      assertThat(terminated.ended()).isTrue();
      assertThat(endless.ended()).isTrue();
      good.ping(2);
      assertThat(good.read().getInteger("id")).isEqualTo(2);
      await().atMost(LONG).untilAsserted(() -> assertThat(closed("line_too_long")).isEqualTo(2));
    }
  }

  @Test
  void dropsAMinerThatNeverReadsAndKeepsWhatWaitsForItBounded() throws IOException {
    try (Miner good = connect();
        Miner deaf = connect()) {
      good.mine();
      deaf.mine();
      Topics topics = Topics.of(vertx);
      // Far more than all buffers between here and there hold.
      for (int i = 0; i < 60; i++) {
        topics.jobs("TST").publish(job(100_000));
        assertThat(good.read().getString("method")).isEqualTo("mining.notify");
      }
      await().atMost(LONG).untilAsserted(() -> assertThat(closed("slow_reader")).isEqualTo(1));
      await()
          .atMost(LONG)
          .until(() -> statuses.get(statuses.size() - 1).getInteger("client_count") == 1);
      good.ping(3);
      assertThat(good.read().getInteger("id")).isEqualTo(3);
    }
  }

  @Test
  void aSessionThatIsStillOpenOnAnotherEventLoopIsTakenOver() throws IOException {
    StratumVerticle elsewhere = another();
    try (Miner half = connect();
        Miner again = new Miner(elsewhere.actualPort(0))) {
      half.send("{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test\"]}\n");
      JsonArray subscribed = half.read().getJsonArray("result");
      String session = subscribed.getJsonArray(0).getJsonArray(1).getString(1);
      again.send(
          "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test\",\""
              + session
              + "\"]}\n{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\""
              + USER
              + "\",\"\"]}\n{\"id\":3,\"met");
      assertThat(again.read().getJsonArray("result")).isEqualTo(subscribed);
      assertThat(again.read().getInteger("id")).isEqualTo(2);
      assertThat(half.ended()).isTrue();
      again.send("hod\":\"mining.ping\"}\n");
      assertThat(again.read().getString("method")).isEqualTo("mining.set_difficulty");
      assertThat(again.read().getString("method")).isEqualTo("mining.notify");
      assertThat(again.read().getString("result")).isEqualTo("pong");
      assertThat(node.extranonces("TST", 4, 0).inUse()).isEqualTo(1);
    }
  }

  @Test
  void dropsASilentStrangerAndRefusesTooManyFromOneAddress() throws IOException {
    try (Miner silent = connect()) {
      assertThat(silent.ended()).isTrue();
    }
    Miner[] miners = new Miner[20];
    for (int i = 0; i < miners.length; i++) {
      miners[i] = connect();
      miners[i].mine();
    }
    try (Miner surplus = connect()) {
      assertThat(surplus.ended()).isTrue();
    }
    miners[0].close();
    await()
        .atMost(LONG)
        .until(() -> statuses.get(statuses.size() - 1).getInteger("client_count") == 19);
    try (Miner welcome = connect()) {
      welcome.mine();
    }
    for (Miner miner : miners) {
      miner.close();
    }
    JsonArray none =
        await()
            .atMost(LONG)
            .until(
                () ->
                    statuses.get(statuses.size() - 1).getInteger("client_count") == 0
                        ? new JsonArray()
                        : null,
                array -> array != null);
    assertThat(none).isEmpty();
  }
}
