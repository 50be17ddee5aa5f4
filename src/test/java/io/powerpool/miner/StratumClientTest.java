package io.powerpool.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.powerpool.testing.ScriptedPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StratumClientTest {

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedPool pool = new ScriptedPool(vertx);
  private final List<String> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeAll() {
    get(vertx.close());
  }

  @Test
  void subscribesResumingItsSessionAndAuthorizes() {
    StratumClient client = connect();

    Subscription subscription = get(client.subscribe("agent", "session-1"));
    get(client.authorize("user.rig", "x"));

    assertThat(subscription).isEqualTo(new Subscription("session-1", "f000000f", 4));
    assertThat(pool.received)
        .extracting(JsonObject::encode)
        .containsExactly(
            "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"agent\",\"session-1\"]}",
            "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"user.rig\",\"x\"]}");
  }

  @Test
  void hearsEverythingAPoolMaySay() throws IOException {
    StratumClient client = connect();
    get(client.subscribe("agent", ""));
    NetSocket socket = pool.connections.get(0);
    JsonArray job =
        ClientJobTest.notify(
            ClientJobTest.fixture("01_height2_empty")
                .getJsonObject("stratum")
                .getJsonObject("job"));

    ScriptedPool.notify(socket, "mining.set_difficulty", new JsonArray().add(0.25));
    ScriptedPool.notify(socket, "mining.notify", job);
    ScriptedPool.notify(socket, "mining.set_extranonce", new JsonArray().add("0a").add(8));
    ScriptedPool.notify(socket, "mining.set_version_mask", new JsonArray().add("1fffe000"));
    ScriptedPool.notify(socket, "client.show_message", new JsonArray().add("hello"));
    ScriptedPool.notify(socket, "client.reconnect", new JsonArray());
    ScriptedPool.notify(socket, "client.reconnect", new JsonArray().add("h").add("99").add(3));
    ScriptedPool.notify(socket, "mining.notify", new JsonArray().add("broken"));
    socket.write("not json\n");

    await().until(() -> told.size() == 9);
    assertThat(told.subList(0, 7))
        .containsExactly(
            "difficulty 0.25",
            "job 1",
            "extranonce 0a 8",
            "mask 1fffe000",
            "message hello",
            "reconnect :0 PT0S",
            "reconnect h:99 PT3S");
    assertThat(told.get(7)).startsWith("unknown {").contains("broken");
    assertThat(told.get(8)).isEqualTo("unknown not json");
  }

  @Test
  void doesNotTakeTheBeginningOfALineForOne() {
    get(connect().subscribe("agent", ""));

    pool.connections.get(0).end(Buffer.buffer("{\"id\":null,\"method\":\"mining.noti"));

    await().until(() -> told.size() == 1);
    assertThat(told).containsExactly("closed");
  }

  @Test
  void answersThePoolsQuestions() {
    get(connect().subscribe("agent", ""));
    NetSocket socket = pool.connections.get(0);

    socket.write("{\"id\":7,\"method\":\"mining.ping\",\"params\":[]}\n");
    socket.write("{\"id\":8,\"method\":\"mining.what\",\"params\":[]}\n");

    await().until(() -> pool.received.size() == 3);
    assertThat(pool.received.get(1).encode())
        .isEqualTo("{\"id\":7,\"result\":\"pong\",\"error\":null}");
    assertThat(pool.received.get(2).getJsonArray("error").getInteger(0)).isEqualTo(20);
  }

  @Test
  void understandsEverySpellingOfARefusal() {
    StratumClient client = connect();
    List<String> replies =
        List.of(
            "{\"result\":null,\"error\":[23,\"low\",null]}",
            "{\"result\":null,\"error\":{\"code\":23,\"message\":\"low\"}}",
            "{\"result\":null,\"error\":\"low\"}",
            "{\"result\":false,\"error\":null,\"reject-reason\":\"low\"}",
            "{\"result\":false,\"error\":null}",
            "{\"result\":null,\"error\":[]}");
    List<String> reasons = new CopyOnWriteArrayList<>();

    for (String reply : replies) {
      pool.on("mining.submit", (socket, params) -> new JsonObject(reply));
      Reply answer = get(client.submit("u", "1", "00000000", "00000000", "00000000"));
      assertThat(answer.isTrue()).isFalse();
      reasons.add(answer.reason());
    }

    assertThat(reasons).containsExactly("23 low", "23 low", "20 low", "20 low", "false", "20 null");
  }

  @Test
  void takesTheGrantedMaskAndNoneFromAPoolThatDoesNotKnowVersionRolling() {
    StratumClient client = connect();
    pool.on(
        "mining.configure",
        (socket, params) ->
            ScriptedPool.result(
                new JsonObject()
                    .put("version-rolling", true)
                    .put("version-rolling.mask", "00ffe000")));
    assertThat(get(client.configureVersionRolling(0x1fffe000))).isEqualTo(0x00ffe000);

    pool.on("mining.configure", (socket, params) -> ScriptedPool.error(20, "unknown method"));
    assertThat(get(client.configureVersionRolling(0x1fffe000))).isZero();
  }

  @Test
  void failsWhatIsUnansweredWhenThePoolHangsUp() {
    pool.on("mining.submit", (socket, params) -> null);
    StratumClient client = connect();
    Future<Reply> unanswered = client.submit("u", "1", "00", "00", "00");
    await().until(() -> pool.received.size() == 1);

    pool.close();

    assertThatThrownBy(() -> get(unanswered)).hasRootCauseMessage("connection closed");
    await().until(() -> told.contains("closed"));
    assertThatThrownBy(() -> get(client.subscribe("agent", "")))
        .hasRootCauseMessage("not connected");
  }

  private StratumClient connect() {
    return get(StratumClient.connect(vertx, "127.0.0.1", pool.port(), new Recorder()));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private final class Recorder implements PoolEvents {

    @Override
    public void onDifficulty(double difficulty) {
      told.add("difficulty " + difficulty);
    }

    @Override
    public void onJob(ClientJob job) {
      told.add("job " + job.id());
    }

    @Override
    public void onExtranonce(String extranonce1, int extranonce2Size) {
      told.add("extranonce " + extranonce1 + " " + extranonce2Size);
    }

    @Override
    public void onVersionMask(int mask) {
      told.add("mask " + Integer.toHexString(mask));
    }

    @Override
    public void onReconnect(String host, int port, Duration pause) {
      told.add("reconnect " + host + ":" + port + " " + pause);
    }

    @Override
    public void onMessage(String text) {
      told.add("message " + text);
    }

    @Override
    public void onUnknown(String line) {
      told.add("unknown " + line);
    }

    @Override
    public void onClose() {
      told.add("closed");
    }
  }
}
