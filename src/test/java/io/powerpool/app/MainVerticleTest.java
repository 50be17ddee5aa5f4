package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
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

  /** Each transport has an exception of its own for it. */
  @ParameterizedTest
  @CsvSource({"MONITOR, false", "MONITOR, true", "STRATUM, false", "STRATUM, true"})
  void tellsWhichPortIsTaken(Role role, boolean nativeTransport) throws IOException {
    Vertx own = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assumeThat(own.isNativeTransportEnabled()).isEqualTo(nativeTransport);
      JsonObject place =
          new JsonObject().put("address", "127.0.0.1").put("port", taken.getLocalPort());
      JsonObject config =
          role == Role.MONITOR
              ? new JsonObject().put("monitor", place)
              : new JsonObject(
                      "{\"coins\":{\"DEV\":{\"definition\":\"devchain\",\"pool_address\":\""
                          + "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn\"}}}")
                  .put(
                      "stratum",
                      new JsonObject().put("ports", new JsonArray().add(place.put("coin", "DEV"))));
      Future<String> up = deploy(own, Optional.of(role), config);
      await().atMost(LIMIT).until(up::isComplete);
      assertThat(up.cause())
          .isInstanceOf(BindException.class)
          .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
    } finally {
      await().atMost(LIMIT).until(own.close()::isComplete);
    }
  }

  private Future<String> deploy(Optional<Role> only, JsonObject values) {
    return deploy(vertx, only, values);
  }

  private Future<String> deploy(Vertx where, Optional<Role> only, JsonObject values) {
    JsonObject config =
        ConfigFile.withDefinitions(values.put("data_dir", folder.resolve("data").toString()));
    return where.deployVerticle(
        new MainVerticle(only, 1, report -> {}), new DeploymentOptions().setConfig(config));
  }
}
