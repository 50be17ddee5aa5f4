package io.powerpool.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.net.ProxyOptions;
import io.powerpool.share.Telemetry;
import io.powerpool.share.UserNames;
import io.powerpool.share.Worker;
import io.powerpool.testing.FakeAgent;
import io.powerpool.testing.TestCoins;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers can have an agent port hold or do. */
class AgentVerticleTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String USER = TestCoins.address(1);
  private static final String HELLO = "{\"method\":\"hello\",\"params\":[0.1]}";
  private static final String ACKNOWLEDGED = "{\"result\":true,\"error\":null}";

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger questions = new AtomicInteger();
  private final List<Telemetry> stored = new CopyOnWriteArrayList<>();
  private volatile JsonObject status = new JsonObject();
  private AgentVerticle verticle;
  private int port;

  /** A stratum port to which two workers are connected. */
  @BeforeEach
  void serveMiners() {
    Topics topics = Topics.of(vertx);
    topics
        .isConnected("miners")
        .serve(
            question -> {
              questions.incrementAndGet();
              return Future.succeededFuture(
                  List.of("here", "near").contains(question.getString("worker")));
            });
    topics
        .status()
        .subscribe(
            report -> {
              if (report.instance() < 0) {
                status = report.body();
              }
            });
  }

  @AfterEach
  void stop() {
    get(vertx.close());
  }

  private void start(Map<String, ?> settings, Map<String, ?> portSettings) {
    Faults faults = new Faults();
    Map<String, Object> all = new HashMap<>(settings);
    all.put("enabled", true);
    Section ofPort = Section.root(portSettings, faults);
    AgentOptions options =
        AgentOptions.from(
                Section.root(all, faults),
                "127.0.0.1",
                0,
                "stratum_0",
                UserNames.from(ofPort),
                ProxyOptions.from(ofPort))
            .orElseThrow();
    faults.throwIfAny();
    verticle = new AgentVerticle(List.of(options), "node", stored::add);
    get(vertx.deployVerticle(verticle));
    port = verticle.actualPort(0);
    JsonObject body = new JsonObject().put("clients_address", "miners");
    Topics.of(vertx).status().publish(new StatusReport("node", "stratum_0", 0, "stratum", 0, body));
  }

  @Test
  void anAddressHasOnlySoManyConnections() throws IOException {
    start(Map.of("max_connections_per_address", 2), Map.of());
    try (FakeAgent first = greeted();
        FakeAgent second = greeted()) {
      try (FakeAgent third = new FakeAgent(port)) {
        assertThat(third.closed()).isTrue();
      }
      await().atMost(LIMIT).until(() -> closed("too_many_from_address") == 1);
      assertThat(first.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      assertThat(second.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
    }
    await().atMost(LIMIT).until(() -> clients() == 0);
    try (FakeAgent next = greeted()) {
      assertThat(next.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
    }
  }

  @Test
  void failuresOfAnAddressAreLimited() throws IOException {
    start(Map.of("max_failures_per_minute", 3), Map.of());
    try (FakeAgent useful = greeted();
        FakeAgent guessing = greeted()) {
      assertThat(useful.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      for (int i = 0; i < 3; i++) {
        assertThat(guessing.authenticate(USER + ".away" + i)).contains("[31,");
      }
      int asked = questions.get();
      assertThat(guessing.authenticate(USER + ".here")).contains("[31,");
      assertThat(guessing.closed()).isTrue();
      // Who speaks for a worker may go on, and is refused without anybody being asked.
      assertThat(useful.authenticate(USER + ".away")).contains("[31,");
      assertThat(useful.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      assertThat(questions.get()).isEqualTo(asked);
    }
    await().atMost(LIMIT).until(() -> closed("too_many_failures") == 1);
  }

  @Test
  void failuresOfTheMinuteBeforeDoNotCount() {
    AuthenticationLimit limit = new AuthenticationLimit(1);
    limit.onFailure("a", 0);
    assertThat(limit.allows("a", TimeUnit.SECONDS.toNanos(60))).isFalse();
    assertThat(limit.allows("b", 0)).isTrue();
    assertThat(limit.allows("a", TimeUnit.SECONDS.toNanos(61))).isTrue();
    limit.expire(TimeUnit.SECONDS.toNanos(61));
    assertThat(limit.allows("a", 0)).isTrue();
  }

  @Test
  void tellingsOfAWorkerAreCountedTogetherWhoeverSpeaksForIt() throws IOException {
    start(Map.of("max_per_minute", 3), Map.of());
    try (FakeAgent one = greeted();
        FakeAgent other = greeted()) {
      // Speaks for two, and may not spend on one what is the other's.
      assertThat(one.authenticate(USER + ".near")).isEqualTo(ACKNOWLEDGED);
      for (FakeAgent agent : List.of(one, other)) {
        assertThat(agent.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
        for (int i = 0; i < 4; i++) {
          assertThat(agent.ask(submit("here", "[" + i + "]"))).isEqualTo(ACKNOWLEDGED);
        }
      }
      assertThat(one.ask(submit("near", "[50]"))).isEqualTo(ACKNOWLEDGED);
    }
    assertThat(stored)
        .extracting(told -> told.worker().name() + told.data())
        .containsExactly("here[0]", "here[1]", "here[2]", "near[50]");
    await().atMost(LIMIT).until(() -> dropped("too_many") == 5);
  }

  @Test
  void whatAPortStoresInAMinuteIsLimited() throws IOException {
    start(Map.of("max_bytes_per_minute", 65_536), Map.of());
    String large = "\"" + "x".repeat(12_000) + "\"";
    try (FakeAgent agent = greeted()) {
      assertThat(agent.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      assertThat(agent.authenticate(USER + ".near")).isEqualTo(ACKNOWLEDGED);
      for (int i = 0; i < 8; i++) {
        assertThat(agent.ask(submit("here", large))).isEqualTo(ACKNOWLEDGED);
      }
      assertThat(agent.ask(submit("near", large))).isEqualTo(ACKNOWLEDGED);
      assertThat(agent.ask(submit("near", "[50]"))).isEqualTo(ACKNOWLEDGED);
    }
    assertThat(stored)
        .extracting(told -> told.worker().name())
        .containsExactly("here", "here", "here", "here", "here", "near");
    await().atMost(LIMIT).until(() -> dropped("too_many_bytes") == 4);
  }

  @Test
  void whatIsNestedTooDeepIsDropped() throws IOException {
    start(Map.of(), Map.of());
    try (FakeAgent agent = greeted()) {
      assertThat(agent.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      for (int depth : List.of(900, 33, 32)) {
        assertThat(agent.ask(submit("here", "[".repeat(depth) + "]".repeat(depth))))
            .isEqualTo(ACKNOWLEDGED);
        String objects = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
        assertThat(agent.ask(submit("here", objects))).isEqualTo(ACKNOWLEDGED);
      }
    }
    assertThat(stored).extracting(told -> told.data().length()).containsExactly(64, 193);
    await().atMost(LIMIT).until(() -> dropped("too_deep") == 4);
  }

  @Test
  void tellingsOfTheMinuteBeforeDoNotCount() {
    long minute = TimeUnit.SECONDS.toNanos(60);
    int length = 1000 - TelemetryLimit.ENTRY_BYTES;
    TelemetryLimit limit = new TelemetryLimit(2, 3000);
    Worker one = new Worker("a", "one");
    Worker two = new Worker("a", "two");
    assertThat(limit.take(one, length, 0)).isEmpty();
    assertThat(limit.take(one, length, minute)).isEmpty();
    assertThat(limit.take(one, length, minute)).contains("too_many");
    assertThat(limit.take(two, length, minute)).isEmpty();
    assertThat(limit.take(two, 0, minute)).contains("too_many_bytes");
    assertThat(limit.take(two, length, minute + 1)).isEmpty();
    assertThat(limit.take(one, 2 * length, minute + 1)).isEmpty();
  }

  @Test
  void whoNeverReadsIsGoneSoonAfterItsTime() throws IOException {
    start(Map.of("timeout", "1s"), Map.of());
    try (SocketChannel stuck = SocketChannel.open()) {
      stuck.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      stuck.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      stuck.configureBlocking(false);
      // Answers are much longer than what they answer.
      ByteBuffer requests = ByteBuffer.wrap("{}\n".repeat(20_000).getBytes(StandardCharsets.UTF_8));
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                int written = stuck.write(requests.rewind());
                return written == 0;
              });
      await().atMost(LIMIT).until(() -> clients() == 1);
      await().atMost(LIMIT).until(() -> clients() == 0);
    }
  }

  @Test
  void agentsBehindABalancerAreToldApart() throws IOException {
    start(Map.of("max_connections_per_address", 1), Map.of("proxy_protocol", true));
    try (FakeAgent one = new FakeAgent(port);
        FakeAgent other = new FakeAgent(port);
        FakeAgent same = new FakeAgent(port);
        FakeAgent silent = new FakeAgent(port)) {
      one.write("PROXY TCP4 203.0.113.9 198.51.100.1 5000 4444\r");
      one.write(HELLO);
      assertThat(one.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      other.write("PROXY TCP4 203.0.113.10 198.51.100.1 5000 4444\r");
      other.write(HELLO);
      assertThat(other.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      same.write("PROXY TCP4 203.0.113.9 198.51.100.1 5001 4444\r");
      assertThat(same.closed()).isTrue();
      // With the line end of a header, or what follows would be waited for.
      silent.write(HELLO + "\r");
      assertThat(silent.closed()).isTrue();
      await().atMost(LIMIT).until(() -> closed("no_proxy_header") == 1);
      assertThat(closed("too_many_from_address")).isEqualTo(1);
    }
  }

  @Test
  void aNodeThatDrainsServesNoAgents() throws IOException {
    start(Map.of(), Map.of());
    try (FakeAgent agent = greeted()) {
      assertThat(agent.authenticate(USER + ".here")).isEqualTo(ACKNOWLEDGED);
      verticle.drain();
      assertThat(agent.closed()).isTrue();
      await().atMost(LIMIT).until(this::isRefused);
    }
  }

  private boolean isRefused() throws IOException {
    try (FakeAgent more = new FakeAgent(port)) {
      // One that comes as the port closes is hung up on.
      assertThat(more.closed()).isTrue();
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  private FakeAgent greeted() throws IOException {
    FakeAgent agent = new FakeAgent(port);
    agent.write(HELLO);
    return agent;
  }

  private int clients() {
    return status.getInteger("agent_client_count", -1);
  }

  private static String submit(String worker, String data) {
    return "{\"method\":\"stats.submit\",\"params\":[\"%s.%s\",\"temp\",%s,1700000000]}"
        .formatted(USER, worker, data);
  }

  private int closed(String why) {
    return count("closed", why);
  }

  private int dropped(String why) {
    return count("dropped", why);
  }

  private int count(String what, String why) {
    return status
        .getJsonObject("agent", new JsonObject())
        .getJsonObject(what, new JsonObject())
        .getInteger(why, 0);
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
