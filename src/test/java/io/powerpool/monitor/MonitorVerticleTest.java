package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.cluster.Topics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The monitor over real HTTP, fed by an example cluster on the event bus. */
class MonitorVerticleTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private Vertx vertx;
  private ExampleCluster cluster;
  private int port;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    cluster = new ExampleCluster(vertx);
    MonitorVerticle monitor =
        new MonitorVerticle(
            new MonitorOptions("Example </script> pool", "127.0.0.1", 0, Duration.ofMinutes(2)),
            Map.of("stratum_3333", new JsonObject().put("port", 3333).put("password", "hunter2")),
            "north",
            state::get,
            Map.of());
    vertx.deployVerticle(monitor).toCompletionStage().toCompletableFuture().join();
    port = monitor.port();
  }

  private final AtomicReference<NodeState> state = new AtomicReference<>(NodeState.UP);

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void showsThePageToBrowsersAndEveryStatusToTools() {
    publish();
    HttpResponse<String> page = get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("Vary"))
        .hasValueSatisfying(vary -> assertThat(vary.toLowerCase(Locale.ROOT)).contains("accept"));

    JsonObject all = json("/");
    assertThat(all.fieldNames())
        .contains(
            "MonitorNetwork_LTC",
            "StratumServer_stratum_3333",
            "StratumServer_stratum_3334",
            "ShareJournal_journal",
            "Reporter_ledger",
            "debug_view");
    JsonObject stratum = all.getJsonObject("StratumServer_stratum_3333");
    assertThat(stratum.getInteger("client_count")).isEqualTo(4800);
    assertThat(stratum.containsKey("counters")).isFalse();
    assertThat(stratum.getString("clients"))
        .isEqualTo("http://127.0.0.1:" + port + "/stratum_3333/clients/");
    assertThat(all.getString("counter_view")).endsWith("/counters/");
  }

  /** A page that names a file which is not there, or carries inline code, would be dead by CSP. */
  @Test
  void servesEveryFileThatThePageNamesAndNothingInline() {
    String page = get("/", "Accept", "text/html").body();
    Set<String> files = new HashSet<>();
    Matcher matcher = Pattern.compile("(?:src|href)=\"(page/[^\"]+)\"").matcher(page);
    while (matcher.find()) {
      files.add(matcher.group(1));
    }
    assertThat(files).hasSize(3);
    for (String file : files) {
      assertThat(get("/" + file).statusCode()).as(file).isEqualTo(200);
    }
    assertThat(page).doesNotContainPattern("<style|style=|<script>|\\son\\w+=|https?://");
    assertThat(get("/page/app.js").body())
        .doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(");
  }

  @Test
  void answersPowerPoolsRoutes() {
    cluster.serveClients();
    publish();

    assertThat(json("/LTC/").getJsonObject("net_state").getInteger("height")).isEqualTo(2_817_204);
    assertThat(json("/stratum_3333/config"))
        .isEqualTo(new JsonObject().put("port", 3333).put("password", "****"));
    assertThat(json("/LTC/config")).isEmpty();
    assertThat(json("/counters/").getJsonArray("counters"))
        .anySatisfy(
            counter -> {
              JsonObject one = (JsonObject) counter;
              assertThat(one.getString("name")).isEqualTo("acc_share_count");
              assertThat(one.getString("owner")).isEqualTo("StratumServer_stratum_3333");
              assertThat(one.getInteger("total")).isEqualTo(36_000);
            });
    assertThat(json("/debug/").getJsonArray("threads")).isNotEmpty();
  }

  @Test
  void asksTheJobManagerForAProposal() {
    publish();
    assertThat(get("/LTC/proposal").statusCode()).isEqualTo(503);
    JsonObject answer = new JsonObject().put("result", "valid").put("height", 440);
    Topics.of(vertx).proposal("LTC").serve("node", question -> Future.succeededFuture(answer));
    assertThat(json("/LTC/proposal")).isEqualTo(answer);
    assertThat(get("/stratum_3333/proposal").statusCode()).isEqualTo(404);
  }

  @Test
  void gathersMinersFromEveryInstance() {
    cluster.serveClients();
    publish();

    JsonObject alice =
        json("/stratum_3333/clients/").getJsonObject("clients").getJsonObject("LAlice");
    assertThat(alice.fieldNames())
        .containsExactlyInAnyOrder("north0", "north1", "south0", "south1", "details_view");
    String details = URI.create(alice.getString("details_view")).getRawPath();
    JsonArray connections = json(details).getJsonArray("username");
    assertThat(connections).hasSize(4);
    assertThat(connections.getJsonObject(0).getInteger("difficulty")).isEqualTo(512);
    assertThat(get("/stratum_3333/clients/").body()).doesNotContain("192.0.2.7");
    assertThat(json("/stratum_3333/client/nobody"))
        .isEqualTo(new JsonObject().put("username", new JsonArray()));
    // Nobody serves this port's miners: an empty list, and at once.
    assertThat(json("/stratum_3334/clients/").getJsonObject("clients")).isEmpty();
  }

  @Test
  void answersWhatSimpleCoinReadsOfPowerPool05() {
    cluster.serveClients();
    publish();

    JsonObject status = json("/05/");
    assertThat(status.getJsonObject("server")).isEmpty();
    assertThat(status.getJsonObject("stratum_manager").getInteger("client_count_authed"))
        .isEqualTo(4760);
    JsonArray rigs = json("/05/clients/").getJsonObject("clients").getJsonArray("LAlice");
    assertThat(rigs).hasSize(4);
    assertThat(rigs.getJsonObject(0).getString("worker")).isEqualTo("rig1");
    assertThat(rigs.getJsonObject(0).getBoolean("idle")).isFalse();
  }

  @Test
  void answersTheLegacyRoutesBeforeAnythingIsHeard() {
    assertThat(json("/05/").getJsonObject("stratum_manager")).isEmpty();
    assertThat(json("/05/clients/").getJsonObject("clients")).isEmpty();
    assertThat(json("/counters/").getJsonArray("counters")).isEmpty();
  }

  @Test
  void handsOnHostileNamesAsPlainText() {
    cluster.serveClients();
    publish();

    HttpResponse<String> reply = get("/stratum_3333/clients/");
    assertThat(reply.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(reply.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    JsonObject hostile =
        new JsonObject(reply.body()).getJsonObject("clients").getJsonObject(ExampleCluster.HOSTILE);
    assertThat(hostile.getJsonObject("north0x").getString("worker"))
        .isEqualTo(ExampleCluster.HOSTILE);
    String details = hostile.getString("details_view");
    assertThat(details)
        .matches("http://127\\.0\\.0\\.1:\\d+/stratum_3333/client/[A-Za-z0-9%.=()-]+");
    assertThat(json(URI.create(details).getRawPath()).getJsonArray("username")).hasSize(4);
  }

  @Test
  void sumsUpThePool() {
    cluster.serveLedger();
    publish();

    JsonObject summary = json("/api/summary");
    assertThat(summary.getString("name")).isEqualTo("Example </script> pool");
    assertThat(summary.getJsonObject("miners").getInteger("client_count")).isEqualTo(6000);
    assertThat(summary.getJsonArray("hashrates")).hasSize(1);
    JsonObject shares = summary.getJsonObject("shares");
    assertThat(shares.getInteger("accepted")).isEqualTo(20_000);
    assertThat(shares.getJsonObject("rejected"))
        .isEqualTo(new JsonObject().put("dup", 0L).put("low", 20L).put("stale", 300L));
    assertThat(shares.getDouble("accepted_per_minute")).isBetween(333.0, 334.0);
    JsonObject coin = summary.getJsonArray("coins").getJsonObject(0);
    JsonObject first = coin.getJsonArray("signals").getJsonObject(0);
    assertThat(first.getString("way")).isEqualTo("zmq");
    assertThat(first.getInteger("first")).isEqualTo(391);
    assertThat(first.getDouble("to_miners_p50_ms")).isEqualTo(4.1);
    assertThat(coin.getJsonArray("signals").getJsonObject(2).getString("way")).isEqualTo("poll");
    assertThat(coin.getJsonArray("servers")).hasSize(2);
    JsonObject left = coin.getJsonArray("merged").getJsonObject(0);
    assertThat(left.getString("currency")).isEqualTo("BELLS");
    assertThat(left.getBoolean("left_out")).isTrue();
    JsonObject merged = coin.getJsonArray("merged").getJsonObject(1);
    assertThat(merged.getString("currency")).isEqualTo("DOGE");
    assertThat(merged.getJsonObject("net_state").getInteger("height")).isEqualTo(5_500_000);
    assertThat(merged.getJsonArray("servers")).hasSize(1);
    assertThat(coin.getDouble("template_age")).isBetween(0.0, 15.0);
    JsonArray nodes = summary.getJsonArray("nodes");
    assertThat(nodes).hasSize(2);
    assertThat(nodes.getJsonObject(0).getString("node")).isEqualTo("north");
    assertThat(nodes.getJsonObject(0).getJsonArray("leads").size())
        .isNotEqualTo(nodes.getJsonObject(1).getJsonArray("leads").size());
    assertThat(summary.getJsonArray("blocks")).hasSize(7);
    assertThat(summary.getJsonArray("workers").getJsonObject(0).getDouble("hps"))
        .isEqualTo(9.1e7 * 65_536 / 600);
    // Here for a minute: its shares are not spread over ten.
    assertThat(summary.getJsonArray("workers").getJsonObject(1).getDouble("hps"))
        .isBetween(4.55e7 * 65_536 / 80, 4.55e7 * 65_536 / 59);
  }

  @Test
  void saysSoWhenThereIsNoLedger() {
    publish();
    JsonObject summary = json("/api/summary");
    assertThat(summary.containsKey("blocks")).isTrue();
    assertThat(summary.getValue("blocks")).isNull();
    assertThat(summary.getValue("workers")).isNull();
  }

  @Test
  void drawsTheHashRateFromItsSamples() {
    publish();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              cluster.publishAll();
              assertThat(json("/api/history").getJsonObject("algorithms").getJsonArray("scrypt"))
                  .isNotEmpty();
            });
  }

  @Test
  void aNodeThatDrainsIsNotHealthyHoweverThePoolIs() {
    publish();
    assertThat(get("/health").statusCode()).isEqualTo(200);
    state.set(NodeState.DRAINING);
    for (String path : List.of("/health", "/health/node")) {
      HttpResponse<String> health = get(path);
      assertThat(health.statusCode()).as(path).isEqualTo(503);
      assertThat(new JsonObject(health.body()).getString("status")).isEqualTo("draining");
    }
  }

  /** Otherwise a balancer would take all nodes out for what is wrong with one, or with a daemon. */
  @Test
  void whetherMinersShouldComeHereDependsOnThisNodeAlone() {
    state.set(NodeState.STARTING);
    assertThat(json("/health/node", 503).getString("status")).isEqualTo("starting");
    assertThat(json("/health/started", 503).getString("status")).isEqualTo("starting");
    state.set(NodeState.UP);
    assertThat(get("/health").statusCode()).isEqualTo(503);
    assertThat(json("/health/node", 200).getString("status")).isEqualTo("up");
    JsonObject failing = new JsonObject().put("failing", "disk full");
    publish();
    cluster.publish("south", "journal", 0, "journal", failing);
    await().untilAsserted(() -> assertThat(get("/health").statusCode()).isEqualTo(503));
    assertThat(json("/health/node", 200).getJsonArray("reasons")).isEmpty();
    cluster.publish("north", "journal", 0, "journal", failing);
    await().untilAsserted(() -> assertThat(get("/health/node").statusCode()).isEqualTo(503));
    assertThat(json("/health/node", 503).getJsonArray("reasons"))
        .containsExactly("journal: disk full");
    cluster.publish("north", "journal", 0, "journal", new JsonObject().put("failing", ""));
    await().untilAsserted(() -> assertThat(get("/health/node").statusCode()).isEqualTo(200));
    // What a port's rig agents report says nothing of its miners.
    cluster.publish("north", "stratum_3333", -1, "stratum", new JsonObject().put("agent_port", 1));
    cluster.publish(
        "north",
        "stratum_3333",
        0,
        "stratum",
        new JsonObject().put("port", 0).put("trouble", "prefix 7 is another node's"));
    await().untilAsserted(() -> assertThat(get("/health/node").statusCode()).isEqualTo(503));
    assertThat(json("/health/node", 503).getJsonArray("reasons"))
        .containsExactly("stratum_3333: prefix 7 is another node's");
    // A service manager would end a node that only waits for a leader.
    assertThat(json("/health/started", 200).getString("status")).isEqualTo("up");
    state.set(NodeState.DRAINING);
    assertThat(json("/health/started", 200).getString("status")).isEqualTo("draining");
  }

  private JsonObject json(String path, int status) {
    HttpResponse<String> reply = get(path);
    assertThat(reply.statusCode()).as(path).isEqualTo(status);
    return new JsonObject(reply.body());
  }

  @Test
  void tellsHealthByStatusCode() {
    HttpResponse<String> nothingHeard = get("/health");
    assertThat(nothingHeard.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(nothingHeard.body()).getJsonArray("reasons")).hasSize(1);

    publish();
    assertThat(get("/health").statusCode()).isEqualTo(200);
    cluster.publish("north", "journal", 0, "journal", new JsonObject().put("failing", "disk full"));
    await().untilAsserted(() -> assertThat(get("/health").statusCode()).isEqualTo(503));
  }

  @Test
  void sendsPathsWithoutTheSlashToThoseWithIt() {
    publish();
    for (String path :
        List.of("/counters", "/debug", "/05", "/05/clients", "/LTC", "/stratum_3333/clients")) {
      HttpResponse<String> reply = get(path);
      assertThat(reply.statusCode()).as(path).isEqualTo(301);
      String location = reply.headers().firstValue("Location").orElseThrow();
      assertThat(reply.uri().resolve(location).getPath()).isEqualTo(path + "/");
    }
  }

  @Test
  void knowsNoOtherPath() throws IOException {
    publish();
    for (String path :
        List.of(
            "/nobody/",
            "/nobody",
            "/nobody/config",
            "/nobody/clients/",
            "/nobody/client/x",
            "/page/../../../../etc/passwd",
            "/page/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/page/MonitorVerticle.class",
            "/page/",
            "/api/nothing",
            "/a/b/c/d/e",
            "/%00",
            "//example.org",
            "/javascript:alert(1)")) {
      assertThat(rawReply(path))
          .as(path)
          .startsWith("HTTP/1.1 404")
          .contains("{\"error\":")
          .endsWith("\"}");
    }
  }

  /** By hand, for a client would tidy the path up. */
  private String rawReply(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void letsNothingButReadingThrough() {
    publish();
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
      for (String path : List.of("/", "/LTC/", "/nobody/")) {
        HttpResponse<String> reply =
            send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
        assertThat(reply.statusCode()).as(method + " " + path).isEqualTo(405);
        assertThat(reply.headers().firstValue("Allow")).hasValue("GET, HEAD");
      }
    }
  }

  @Test
  void putsSecurityHeadersOnEverything() {
    for (String path : List.of("/", "/page/app.js", "/nobody/", "/api/summary", "/counters")) {
      HttpResponse<String> reply = get(path, "Origin", "http://elsewhere.example");
      assertThat(reply.headers().firstValue("Content-Security-Policy"))
          .hasValueSatisfying(
              policy ->
                  assertThat(policy)
                      .contains("default-src 'none'", "script-src 'self'")
                      .doesNotContain("unsafe"));
      assertThat(reply.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(reply.headers().map()).doesNotContainKey("access-control-allow-origin");
    }
  }

  private void publish() {
    cluster.publishAll();
    await().untilAsserted(() -> assertThat(json("/").containsKey("Reporter_ledger")).isTrue());
  }

  private JsonObject json(String path) {
    HttpResponse<String> reply = get(path);
    assertThat(reply.statusCode()).as(path).isEqualTo(200);
    return new JsonObject(reply.body());
  }

  private HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
