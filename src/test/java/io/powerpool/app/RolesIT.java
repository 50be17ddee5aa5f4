package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.FakeAgent;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.SteadyMiner;
import io.powerpool.testing.SteadyMiner.Manner;
import io.powerpool.testing.SteadyMiner.Tally;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verticle in a process of its own, each of which needs what only others have. */
class RolesIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String ACKNOWLEDGED = "{\"result\":true,\"error\":null}";
  private static final String WORKER = EveryHashCoin.ADDRESS + ".rig1";

  private final Vertx vertx = Vertx.vertx();
  private final List<PoolProcess> processes = new ArrayList<>();
  private final int clusterPort = PoolProcess.freePort();
  private final int minerPort = PoolProcess.freePort();
  private final int agentPort = PoolProcess.freePort();
  private final int monitorPort = PoolProcess.freePort();
  private String coins;

  @TempDir private Path folder;

  @AfterEach
  void stop() throws Exception {
    processes.forEach(PoolProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void verticlesFindEachOtherInAnyOrder() throws Exception {
    coins = new EveryHashCoin(vertx).configuration();
    // Each begins without the one that it needs; whoever makes the jobs comes last.
    start("agent", "Agent");
    start("stratum", "Stratum");
    start("signal", "Signal");
    start("monitor", "Monitor");
    start("reporter", "Reporter");
    start("jobmanager", "JobManager");

    Tally tally = new Tally();
    SteadyMiner miner = new SteadyMiner(vertx, minerPort, WORKER, Manner.STAYS, tally);
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () -> {
              miner.start().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
              return true;
            });
    await().atMost(LONG).until(() -> tally.accepted.get() > 10);

    // The agent's node hears of the worker from the one where its miner is.
    try (FakeAgent agent = new FakeAgent(agentPort)) {
      agent.write("{\"method\":\"hello\",\"params\":[0.1]}");
      await().atMost(LONG).until(() -> agent.authenticate(WORKER).equals(ACKNOWLEDGED));
      assertThat(
              agent.ask(
                  "{\"method\":\"stats.submit\",\"params\":[\""
                      + WORKER
                      + "\",\"temp\",[61.5],1]}"))
          .isEqualTo(ACKNOWLEDGED);
    }
    try (FakeAgent agent = new FakeAgent(agentPort)) {
      agent.write("{\"method\":\"hello\",\"params\":[0.1]}");
      assertThat(agent.authenticate(EveryHashCoin.ADDRESS + ".gone"))
          .contains("Worker not connected");
    }

    miner.stop().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(
            () ->
                EveryHashCoin.shares(folder.resolve("reporter"), "= 'accepted'")
                    >= tally.accepted.get());
    assertThat(tally.refused).hasValue(0);
    await().atMost(LONG).until(() -> summary("/api/summary").contains("\"rig1\""));
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              JsonObject health = new JsonObject(summary("/health"));
              assertThat(health.getString("status")).as(health.encode()).isEqualTo("ok");
            });
    String nodes = new JsonObject(summary("/api/summary")).getJsonArray("nodes").encode();
    assertThat(nodes)
        .contains(
            "powerpool-agent",
            "powerpool-stratum",
            "powerpool-signal",
            "powerpool-reporter",
            "powerpool-jobmanager");
  }

  private void start(String role, String verticle) {
    String config =
        """
        data_dir: %s
        cluster: {port: %d, members: ['127.0.0.1:%d']}
        stratum:
          ports:
            - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
               vardiff: {enabled: false}, agent: {enabled: true, port_diff: %d}}
        monitor: {address: 127.0.0.1, port: %d}
        signal: {enabled: true, port: %d}
        reporters: [{type: ledger}]
        """
                .formatted(
                    folder.resolve(role),
                    clusterPort,
                    clusterPort,
                    minerPort,
                    agentPort - minerPort,
                    monitorPort,
                    PoolProcess.freePort())
            + coins;
    PoolProcess process =
        PoolProcess.clustered(folder, "io.powerpool." + role + "." + verticle + "Verticle", config);
    processes.add(process);
    process.awaitOutput("is up, node powerpool-" + role);
  }

  private String summary(String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitorPort + path))
            .header("Accept", "application/json")
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
