package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.Topics;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.testing.TestCoins;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Behind a balancer: headers are spelled out from the PROXY protocol's specification, 2.1 and 2.2.
 */
class AdmissionTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String MINER = TestCoins.address(1);
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  /** 203.0.113.9:5000 to 198.51.100.1:3333. */
  private static final String IPV4 = "cb007109c633640113880d05";

  /** [2001:db8::9]:5000 to [2001:db8::1]:3333. */
  private static final String IPV6 =
      "20010db8000000000000000000000009" + "20010db8000000000000000000000001" + "13880d05";

  private final Vertx vertx = Vertx.vertx();
  private final List<JsonObject> statuses = new CopyOnWriteArrayList<>();
  private StratumNode node;
  private int port;

  @AfterEach
  void stop() {
    await().atMost(LONG).until(vertx.close()::isComplete);
  }

  /**
   * A balancer's connection, and what it sends.
   *
   * @param socket to the pool
   * @param in what the pool answers
   */
  private record Caller(Socket socket, BufferedReader in) implements AutoCloseable {

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    boolean ended() throws IOException {
      try {
        return in.readLine() == null;
      } catch (SocketException e) {
        // What was sent behind a refused header was not read.
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void start(Map<String, ?> portKeys, Map<String, ?> keys) {
    Map<String, Object> ofPort =
        new HashMap<>(
            Map.of("port", 0, "address", "127.0.0.1", "coin", "TST", "proxy_protocol", true));
    ofPort.putAll(portKeys);
    Map<String, Object> all = new HashMap<>(keys);
    all.put("ports", List.of(ofPort));
    Faults faults = new Faults();
    StratumOptions options = StratumOptions.from(Section.root(all, faults), 0);
    faults.throwIfAny();
    node =
        new StratumNode(
            "n",
            options,
            Map.of("TST", TestCoins.coin("TST", Map.of())),
            share -> {},
            (block, report) -> {},
            100);
    Topics.of(vertx).status().subscribe(report -> statuses.add(report.body()));
    StratumVerticle verticle =
        new StratumVerticle(node, 0, any -> (header, done) -> false, Clocks.SYSTEM, "1");
    await().atMost(LONG).until(vertx.deployVerticle(verticle)::succeeded);
    port = verticle.actualPort(0);
  }

  private Caller call() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return new Caller(
        socket,
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] requests() {
    return text(
        "{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"test\"]}\n"
            + "{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\""
            + MINER
            + "\",\"\"]}\n");
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = new byte[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void assertServed(Caller caller) throws IOException {
    assertThat(new JsonObject(caller.in.readLine()).getInteger("id")).isEqualTo(1);
    assertThat(new JsonObject(caller.in.readLine()).getBoolean("result")).isTrue();
  }

  private String shownAddress() {
    Future<JsonObject> clients =
        Topics.of(vertx).clients("clients.n.stratum_0.0").ask(new JsonObject(), LONG);
    await().atMost(LONG).until(clients::succeeded);
    return clients.result().getJsonArray("clients").getJsonObject(0).getString("ip_address");
  }

  private void awaitClosed(String reason, long count) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(statuses)
                    .last()
                    .satisfies(
                        status ->
                            assertThat(status.getJsonObject("closed").getMap())
                                .isEqualTo(Map.of(reason, count))));
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments(text("PROXY TCP4 203.0.113.9 198.51.100.1 5000 3333\r\n"), "203.0.113.9:5000"),
        arguments(text("PROXY TCP6 2001:db8::9 2001:db8::1 5000 3333\r\n"), "2001:db8::9:5000"),
        arguments(text("PROXY UNKNOWN ffff::1 ffff::2 5000 3333\r\n"), "127.0.0.1:"),
        arguments(Hex.decode(SIGNATURE + "2111000c" + IPV4), "203.0.113.9:5000"),
        arguments(Hex.decode(SIGNATURE + "21110012" + IPV4 + "040003000000"), "203.0.113.9:5000"),
        arguments(Hex.decode(SIGNATURE + "21210024" + IPV6), "2001:db8:0:0:0:0:0:9:5000"),
        // The balancer's own connection, for a check of its own.
        arguments(Hex.decode(SIGNATURE + "20000000"), "127.0.0.1:"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void theMinersAddressIsTheOneInTheHeader(byte[] header, String address) throws IOException {
    start(Map.of(), Map.of());
    byte[] all = joined(header, requests());
    try (Caller atOnce = call()) {
      atOnce.send(all);
      assertServed(atOnce);
      assertThat(shownAddress()).contains(address);
    }
    await().atMost(LONG).until(() -> node.connections() == 0);
    try (Caller byByte = call()) {
      for (byte each : all) {
        byByte.send(new byte[] {each});
      }
      assertServed(byByte);
      assertThat(shownAddress()).contains(address);
    }
    await().atMost(LONG).until(() -> node.connections() == 0);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments("no header", requests()),
        arguments("a wrong address", text("PROXY TCP4 999.0.113.9 198.51.100.1 5000 3333\r\n")),
        arguments("no end", text("PROXY TCP4 " + "1".repeat(200))),
        arguments("version 3", Hex.decode(SIGNATURE + "3111000c" + IPV4)),
        arguments("datagrams", Hex.decode(SIGNATURE + "2112000c" + IPV4)),
        arguments("too short for its addresses", Hex.decode(SIGNATURE + "21110004" + "cb007109")),
        arguments("longer than any", Hex.decode(SIGNATURE + "2111ffff" + "00".repeat(6000))),
        arguments("half a header", Hex.decode(SIGNATURE + "2111")),
        arguments("nothing", new byte[0]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void whoSendsNoHeaderOrAGarbledOneIsHungUpOnAndCounted(String fault, byte[] bytes)
      throws IOException {
    start(Map.of("proxy_timeout", "300ms"), Map.of());
    try (Caller good = call();
        Caller bad = call()) {
      good.send(joined(text("PROXY TCP4 203.0.113.9 198.51.100.1 5000 3333\r\n"), requests()));
      assertServed(good);
      bad.send(bytes);
      assertThat(bad.ended()).as(fault).isTrue();
      awaitClosed("no_proxy_header", 1);
      assertThat(node.connections()).isEqualTo(1);
      good.send(text("{\"id\":3,\"method\":\"mining.ping\",\"params\":[]}\n"));
      assertThat(good.in.readLine()).contains("mining.set_difficulty");
      assertThat(good.in.readLine()).contains("pong");
    }
  }

  @Test
  void whoIsNoBalancerIsHungUpOnWhateverHeSends() throws IOException {
    start(Map.of("proxy_from", List.of("10.0.0.0/8", "::1")), Map.of());
    try (Caller stranger = call()) {
      stranger.send(joined(text("PROXY TCP4 10.0.0.1 10.0.0.2 5000 3333\r\n"), requests()));
      assertThat(stranger.ended()).isTrue();
    }
    awaitClosed("not_a_balancer", 1);
    assertThat(node.connections()).isZero();
  }

  @Test
  void theLimitOfAnAddressIsAboutTheMinersNotTheBalancers() throws IOException {
    start(Map.of(), Map.of("max_connections_per_address", 1));
    byte[] one = joined(text("PROXY TCP4 203.0.113.1 198.51.100.1 5000 3333\r\n"), requests());
    byte[] two = joined(text("PROXY TCP4 203.0.113.2 198.51.100.1 5000 3333\r\n"), requests());
    try (Caller first = call();
        Caller surplus = call();
        Caller other = call()) {
      first.send(one);
      assertServed(first);
      surplus.send(one);
      assertThat(surplus.ended()).isTrue();
      other.send(two);
      assertServed(other);
      awaitClosed("too_many_from_address", 1);
    }
    await().atMost(LONG).until(() -> node.connections() == 0);
  }
}
