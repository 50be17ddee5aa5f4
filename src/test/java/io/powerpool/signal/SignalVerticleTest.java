package io.powerpool.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.PushSignal;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.config.Faults;
import io.powerpool.config.Network;
import io.powerpool.config.Section;
import io.vertx.core.Vertx;
import io.vertx.core.datagram.DatagramSocket;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalVerticleTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String BLOCK = "00".repeat(31) + "ab";

  private final Vertx vertx = Vertx.vertx();
  private final List<PushSignal> signals = new CopyOnWriteArrayList<>();
  private volatile JsonObject status = new JsonObject();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void passesOnWhatIsRightAndCountsTheRest(String address) {
    Topics topics = Topics.of(vertx);
    topics.signals("LTC").subscribe(signals::add);
    topics.status().subscribe((StatusReport report) -> status = report.body());
    SignalVerticle verticle = new SignalVerticle(options(address), "north", Set.of("LTC"));
    vertx.deployVerticle(verticle);
    await().atMost(PATIENCE).until(() -> verticle.port() != 0);
    long beganMillis = System.currentTimeMillis();

    send(address, verticle.port(), "LTC stop");
    send(address, verticle.port(), "VTC getblocktemplate");
    send(address, verticle.port(), "LTC getblocktemplate block=" + BLOCK + "\n");

    await().atMost(PATIENCE).until(() -> signals.size() == 1);
    PushSignal signal = signals.get(0);
    assertThat(signal.way()).isEqualTo("udp");
    assertThat(signal.node()).isEqualTo("north");
    assertThat(signal.block()).contains(Hash256.ofDisplayHex(BLOCK));
    assertThat(signal.epochMillis()).isBetween(beganMillis, System.currentTimeMillis());
    await().atMost(PATIENCE).until(() -> status.getLong("received_count", 0L) == 3);
    assertThat(status.getLong("accepted_count")).isEqualTo(1);
    assertThat(status.getLong("refused_count")).isEqualTo(2);
    JsonObject refused = status.getJsonObject("refused");
    assertThat(refused.getLong("unknown_component")).isEqualTo(1);
    assertThat(refused.getLong("unknown_method")).isEqualTo(1);
    assertThat(refused.getLong("malformed")).isZero();
  }

  @Test
  void faultsNameTheKeyAndHideTheSecret() {
    Faults faults = new Faults();
    Section root =
        Section.root(
            Map.of("signal", Map.of("allow", List.of("example.org"), "secret", "short")), faults);
    SignalOptions.from(root.section("signal"), 0);
    assertThat(faultsOf(faults))
        .contains("signal.allow: is 'example.org'")
        .contains("signal.secret: is ****")
        .contains("16 to 64 bytes")
        .doesNotContain("short");
  }

  @Test
  void theServerNumberIsAddedToThePort() {
    Section empty = Section.root(Map.of(), new Faults());
    SignalOptions options = SignalOptions.from(empty.section("signal"), 2);
    assertThat(options.port()).isEqualTo(6857);
    assertThat(options.enabled()).isFalse();
    assertThat(options.secret()).isEqualTo(Optional.empty());
  }

  private static String faultsOf(Faults faults) {
    try {
      faults.throwIfAny();
      return "";
    } catch (RuntimeException e) {
      return e.getMessage();
    }
  }

  private static SignalOptions options(String address) {
    return new SignalOptions(
        true,
        address,
        0,
        List.of(Network.parse("127.0.0.0/8").orElseThrow(), Network.parse("::1").orElseThrow()),
        100,
        Optional.empty());
  }

  private void send(String address, int port, String text) {
    DatagramSocket socket =
        vertx.createDatagramSocket(new DatagramSocketOptions().setIpV6(address.contains(":")));
    socket.send(text, port, address).onComplete(sent -> socket.close());
  }
}
