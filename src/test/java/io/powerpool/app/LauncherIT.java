package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.testing.PoolProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar and its scripts as an operator sees them: output, exit codes, signals. */
class LauncherIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int TERMINATED = 128 + 15;
  private static final String ALL_IN_ONE = "io.powerpool.app.MainVerticle";

  private static final String LITECOIN_GENESIS =
      "010000000000000000000000000000000000000000000000000000000000000000000000"
          + "d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97b9aa8e4e"
          + "f0ff0f1ecd513f7c";
  private static final String LITECOIN_GENESIS_HASH =
      "0000050c34a64b415b6b15b37f2216634b5b1669cb9a2e38d76f7213b0671e00";

  private final List<PoolProcess> processes = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void killWhatIsLeft() {
    processes.forEach(PoolProcess::close);
  }

  @Test
  void refusesAWrongConfigurationOnceWithoutAStackTraceOrASecret() throws Exception {
    PoolProcess run =
        jar("run", ALL_IN_ONE, "-conf", config("0", "monitor: {port: -1}\nnmae: x\n"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output())
        .contains("monitor.port: is -1", "nmae: is not a known key")
        .doesNotContain("\tat ", "hunter2");
  }

  @Test
  void runsAllInOneUntilItIsTerminatedAndKeepsSecrets() throws Exception {
    int monitor = freePort();
    PoolProcess run =
        jar("run", ALL_IN_ONE, "-conf", config("0", "monitor: {port: " + monitor + "}\n"));

    run.awaitOutput("PowerPool is up");
    assertThat(get(monitor, "/health").statusCode()).isIn(200, 503);
    run.terminate();

    assertThat(run.exitCode()).isEqualTo(TERMINATED);
    assertThat(run.output())
        .containsPattern("network transport: (native \\(epoll\\)|NIO), not clustered")
        .doesNotContain("hunter2", "\tat ");
  }

  @Test
  void takesItsConfigurationAsJsonText() throws Exception {
    PoolProcess run = jar("run", ALL_IN_ONE, "-conf", "{\"monitor\": {\"port\": \"x\"}}");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output()).contains("monitor.port: is 'x'", "coins: is missing");
  }

  @Test
  void tellsThatAPortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      PoolProcess run =
          jar(
              "run",
              ALL_IN_ONE,
              "-conf",
              config("" + taken.getLocalPort(), "monitor: {port: 0}\n"));

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.output()).contains("could not start", "in use").doesNotContain("\tat ");
    }
  }

  @Test
  void hashesWithoutTheVectorModuleAndSaysThatItWouldBeFasterWithIt() throws Exception {
    PoolProcess hash = jar("hash", "--algorithm", "scrypt", LITECOIN_GENESIS);
    PoolProcess pool = jar("run", ALL_IN_ONE, "-conf", scryptConfig());

    assertThat(hash.exitCode()).isZero();
    assertThat(hash.output().strip()).isEqualTo(LITECOIN_GENESIS_HASH);
    pool.awaitOutput("PowerPool is up");
    pool.awaitOutput(
        "scrypt is hashed one header at a time: java was started without --add-modules");
    pool.terminate();
    assertThat(pool.exitCode()).isEqualTo(TERMINATED);
  }

  @Test
  void scriptsGiveThePoolTheVectorModule() throws Exception {
    PoolProcess pool = script("node", "run", ALL_IN_ONE, "-conf", scryptConfig());

    pool.awaitOutput("-bit vectors)");
    pool.terminate();
    assertThat(pool.exitCode()).isEqualTo(TERMINATED);
  }

  @Test
  void refusesAVerticleThatIsNotThere() throws Exception {
    PoolProcess run = jar("run", "io.powerpool.Nothing", "-conf", config("0", ""));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.output())
        .contains("There is no verticle io.powerpool.Nothing")
        .doesNotContain("\tat ");
  }

  @Test
  void runsOneVerticleAloneInAClusterFromAnyFolderByTheScript() throws Exception {
    int monitorPort = freePort();
    int clusterPort = freePort();
    String common =
        "cluster: {port: " + clusterPort + ", members: ['127.0.0.1:" + clusterPort + "']}\n";
    String config = config("0", common + "monitor: {port: " + monitorPort + "}\n");
    PoolProcess monitor =
        script(
            "monitor", "run", "io.powerpool.monitor.MonitorVerticle", "-cluster", "-conf", config);
    monitor.awaitOutput("is up, node monitor");
    PoolProcess stratum =
        script("edge", "run", "io.powerpool.stratum.StratumVerticle", "-cluster", "-conf", config);
    stratum.awaitOutput("is up, node edge");

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(get(monitorPort, "/api/summary").body()).contains("\"stratum_0\""));
    stratum.terminate();
    assertThat(stratum.exitCode()).isEqualTo(TERMINATED);
    monitor.terminate();
    assertThat(monitor.exitCode()).isEqualTo(TERMINATED);
  }

  @Test
  void rolesThatShareAFileHaveNamesOfTheirOwnAndANameIsTakenOnce() throws Exception {
    int clusterPort = PoolProcess.freePort();
    String config =
        """
        data_dir: %s
        monitor: {port: 0}
        cluster: {port: %d, members: ['127.0.0.1:%d'], secret: known to both of them}
        """
            .formatted(folder.resolve("data"), clusterPort, clusterPort);
    String monitorVerticle = "io.powerpool.monitor.MonitorVerticle";
    try (PoolProcess monitor = PoolProcess.clustered(folder, monitorVerticle, config)) {
      monitor.awaitOutput("is up, node powerpool-monitor");
      try (PoolProcess reporter =
          PoolProcess.clustered(folder, "io.powerpool.reporter.ReporterVerticle", config)) {
        reporter.awaitOutput("is up, node powerpool-reporter");
      }
      try (PoolProcess other = PoolProcess.clustered(folder, monitorVerticle, config)) {
        assertThat(other.exitCode()).as(other.output()).isEqualTo(2);
        assertThat(other.output())
            .contains("node: is 'powerpool-monitor', expected a name that no other node")
            .doesNotContain("\tat ", "known to both");
      }
      assertThat(monitor.output()).doesNotContain("known to both");
    }
  }

  /** A coin of scrypt, whose node is not there: no miner comes, but the pool is ready for them. */
  private String scryptConfig() throws IOException {
    return config("0", "monitor: {port: 0}\n", "litecoin, network: regtest");
  }

  private String config(String stratumPort, String more) throws IOException {
    return config(stratumPort, more, "devchain");
  }

  private String config(String stratumPort, String more, String definition) throws IOException {
    return Files.writeString(
            folder.resolve("pool.yaml"),
            """
            data_dir: %s
            coins:
              DEV: {definition: %s,
                pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn,
                servers: [{port: 1, username: pool, password: hunter2}]}
            stratum:
              ports:
                - {address: 127.0.0.1, port: %s, coin: DEV}
            """
                    .formatted(folder.resolve("data"), definition, stratumPort)
                + more)
        .toString();
  }

  private PoolProcess jar(String... arguments) {
    PoolProcess run = PoolProcess.jar(folder, arguments);
    processes.add(run);
    return run;
  }

  private PoolProcess script(String node, String... arguments) {
    PoolProcess run = PoolProcess.script(folder, node, arguments);
    processes.add(run);
    return run;
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
