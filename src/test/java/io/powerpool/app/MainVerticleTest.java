package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainVerticleTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    await().atMost(LIMIT).until(vertx.close()::isComplete);
  }

  /** A stratum node has no coin servers, a monitor no coins, and nobody but stratum has ports. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MONITOR    | {'monitor': {'address': '127.0.0.1', 'port': 0}}",
        "REPORTER   | {'reporters': [{'type': 'ledger'}]}",
        "JOBMANAGER | {'coins': {'DEV': {'definition': 'devchain', 'pool_address': '"
            + "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'servers': [{'port': 1, 'username': 'a',"
            + " 'password': 'b'}]}}}",
        "STRATUM    | {'coins': {'DEV': {'definition': 'devchain', 'pool_address': '"
            + "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'}}, 'stratum': {'ports': [{'address':"
            + " '127.0.0.1', 'port': 0, 'coin': 'DEV'}]}}",
        "SIGNAL | {'coins': {'DEV': {'definition': 'devchain', 'pool_address': '"
            + "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'}}, 'signal': {'enabled': true, 'port': 0}}",
      })
  void aRoleRunsAloneWithOnlyWhatItNeeds(Role role, String config) {
    Future<String> up = deploy(Optional.of(role), new JsonObject(config.replace('\'', '"')));
    await().atMost(LIMIT).until(up::isComplete);
    assertThat(up.cause()).isNull();
  }

  @Test
  void theRoleThatIsRunNeedsWhatTheRolesOfTheFileDoNot() {
    Future<String> up =
        deploy(Optional.of(Role.STRATUM), new JsonObject("{\"roles\":[\"monitor\"]}"));
    await().atMost(LIMIT).until(up::isComplete);
    assertThat(up.cause()).hasMessageContaining("stratum.ports: is missing");
  }

  @Test
  void tellsWhichPortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      JsonObject monitor =
          new JsonObject().put("address", "127.0.0.1").put("port", taken.getLocalPort());
      Future<String> up =
          deploy(Optional.of(Role.MONITOR), new JsonObject().put("monitor", monitor));
      await().atMost(LIMIT).until(up::isComplete);
      assertThat(up.cause())
          .isInstanceOf(BindException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    }
  }

  private Future<String> deploy(Optional<Role> only, JsonObject values) {
    JsonObject config =
        ConfigFile.withDefinitions(values.put("data_dir", folder.resolve("data").toString()));
    return vertx.deployVerticle(
        new MainVerticle(only, 1, report -> {}), new DeploymentOptions().setConfig(config));
  }
}
