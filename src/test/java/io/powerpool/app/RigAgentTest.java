package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Topics;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
import io.powerpool.testing.FakeAgent;
import io.powerpool.testing.FakeMiner;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pool with a miner, and a rig agent beside it, up to the ledger. */
class RigAgentTest {

  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final String ACKNOWLEDGED = "{\"result\":true,\"error\":null}";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private volatile JsonObject miners = new JsonObject();
  private volatile JsonObject agents = new JsonObject();
  private FakeMiner miner;

  @TempDir private Path folder;

  @BeforeEach
  void startPool() {
    DevChainServer chain =
        new DevChainServer(
            DevChainServerOptions.local(0, "user", "secret"),
            new DevChain(DevChainOptions.regtest(), System.currentTimeMillis() - 60_000),
            Clock.systemUTC(),
            block -> {});
    get(vertx.deployVerticle(chain));
    Topics.of(vertx)
        .status()
        .subscribe(
            report -> {
              if (report.component().equals("stratum_0")) {
                if (report.instance() < 0) {
                  agents = report.body();
                } else {
                  miners = report.body();
                }
              }
            });
    JsonObject server =
        new JsonObject()
            .put("port", chain.port())
            .put("username", "user")
            .put("password", "secret");
    JsonObject coin =
        new JsonObject()
            .put("definition", "devchain")
            .put("pool_address", ADDRESS)
            .put("servers", JsonArray.of(server));
    JsonObject port =
        new JsonObject()
            .put("address", "127.0.0.1")
            .put("port", 0)
            .put("coin", "DEV")
            .put(
                "agent",
                new JsonObject()
                    .put("enabled", true)
                    .put("timeout", "3s")
                    .put("max_line_bytes", 16_384)
                    .put("max_per_minute", 20));
    JsonObject config =
        ConfigFile.withDefinitions(
            new JsonObject()
                .put("roles", JsonArray.of("jobmanager", "reporter", "stratum", "agent"))
                .put("data_dir", folder.resolve("data").toString())
                .put("coins", new JsonObject().put("DEV", coin))
                .put("stratum", new JsonObject().put("ports", JsonArray.of(port))));
    get(
        vertx.deployVerticle(
            new MainVerticle(Optional.empty(), 1, report -> {}),
            new DeploymentOptions().setConfig(config)));
    await().atMost(LIMIT).until(() -> miners.containsKey("port") && agents.containsKey("counters"));
    miner = miner("rig1");
  }

  /** A worker that the pool knows to be connected. */
  private FakeMiner miner(String worker) {
    int before = miners.getInteger("address_worker_count");
    FakeMiner connected =
        FakeMiner.ready(vertx, miners.getInteger("port"), ADDRESS + "." + worker, "x");
    await().atMost(LIMIT).until(() -> miners.getInteger("address_worker_count") == before + 1);
    return connected;
  }

  @AfterEach
  void stopPool() {
    miner.close();
    get(vertx.close());
  }

  @Test
  void anAgentsConversationEndsInTheLedger() throws IOException {
    try (FakeAgent agent = new FakeAgent(agents.getInteger("agent_port"))) {
      agent.replay("/agent/ppagent.txt", ADDRESS);
      assertThat(agent.silentFor(200)).as("one answer for each question").isTrue();
    }
    await().atMost(LIMIT).until(() -> rigs("rig_history").size() == 4);

    List<JsonObject> history = rigs("rig_history");
    assertThat(history)
        .filteredOn(row -> row.getString("type").equals("temp"))
        .extracting(row -> row.getLong("time") + " " + row.getValue("data"))
        .containsExactlyInAnyOrder(
            "1700000000 [67.0,71.5]", "1700000060 [68.0,72.5]", "1700000120 [69.0,73.5]");
    assertThat(history)
        .filteredOn(row -> row.getString("type").equals("hashrate"))
        .extracting(row -> row.getJsonArray("data"))
        .containsExactly(JsonArray.of(0.703, 0.699));
    List<JsonObject> state = rigs("rigs");
    assertThat(state)
        .allSatisfy(row -> assertThat(row.getString("worker")).isEqualTo("rig1"))
        .extracting(row -> row.getString("type"))
        .containsExactlyInAnyOrder("thresholds", "status", "temp", "hashrate");
    assertThat(state)
        .filteredOn(row -> row.getString("type").equals("status"))
        .first()
        .satisfies(
            row ->
                assertThat(row.getJsonObject("data").getJsonArray("gpus").getJsonObject(1).getMap())
                    .containsEntry("MHS 5s", 0.699));
    await().atMost(LIMIT).until(() -> stored() == 6);
    await().atMost(LIMIT).until(() -> agents.getInteger("agent_client_count") == 0);
    JsonObject counts = agents.getJsonObject("agent");
    assertThat(counts.getJsonObject("dropped").getInteger("type_not_accepted")).isEqualTo(1);
  }

  @Test
  void nothingThatAnAgentSendsSilencesItOrHarmsOthers() throws IOException {
    int port = agents.getInteger("agent_port");
    try (FakeMiner other = miner("rig2");
        FakeAgent bad = new FakeAgent(port);
        FakeAgent good = new FakeAgent(port)) {
      good.write("{\"method\":\"hello\",\"params\":[0.1]}");
      assertThat(good.authenticate(ADDRESS + ".rig2")).isEqualTo(ACKNOWLEDGED);
      bad.write("{\"method\":\"hello\",\"params\":[]}");
      assertThat(bad.authenticate(ADDRESS + ".rig1")).isEqualTo(ACKNOWLEDGED);

      String deep = "[".repeat(5000) + "]".repeat(5000);
      assertThat(bad.ask(submit("rig1", deep))).contains("[20,");
      // The deepest that is read: with what stands around it in an answer it could not be written.
      assertThat(bad.ask(submit("rig1", "[".repeat(998) + "]".repeat(998))))
          .isEqualTo(ACKNOWLEDGED);
      assertThat(bad.ask(submit("rig1", "\"" + "x".repeat(13_000) + "\""))).isEqualTo(ACKNOWLEDGED);
      assertThat(bad.ask(submit("rig1", "\"" + "x".repeat(2_000_000) + "\"")))
          .isEqualTo(ACKNOWLEDGED);
      for (int i = 0; i < 30; i++) {
        assertThat(bad.ask(submit("rig1", "[" + i + "]"))).isEqualTo(ACKNOWLEDGED);
      }
      assertThat(bad.authenticate("x".repeat(9000))).contains("[31,");
      assertThat(good.ask(submit("rig2", "[50.5]"))).isEqualTo(ACKNOWLEDGED);
      assertThat(other.closed()).isFalse();

      // Who sends nothing is hung up on.
      assertThat(bad.closed()).isTrue();
    }
    await().atMost(LIMIT).until(() -> stored() == 21);
    await().atMost(LIMIT).until(() -> rigs("rig_history").size() == 2);
    JsonObject dropped = agents.getJsonObject("agent").getJsonObject("dropped");
    assertThat(dropped.getInteger("oversized")).isEqualTo(2);
    assertThat(dropped.getInteger("too_many")).isEqualTo(10);
  }

  private static String submit(String worker, String data) {
    return "{\"method\":\"stats.submit\",\"params\":[\"%s.%s\",\"temp\",%s,1]}"
        .formatted(ADDRESS, worker, data);
  }

  private int stored() {
    return agents.getJsonObject("agent").getInteger("stored_count");
  }

  private List<JsonObject> rigs(String query) {
    JsonObject question =
        new JsonObject().put("query", query).put("address", ADDRESS).put("limit", 100);
    return get(Topics.of(vertx).ledger().ask(question, LIMIT)).getJsonArray(query).stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
