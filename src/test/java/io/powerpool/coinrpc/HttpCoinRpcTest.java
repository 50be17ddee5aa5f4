package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coinrpc.CoinRpcException.Kind;
import io.powerpool.config.Secret;
import io.powerpool.testing.FakeCoinServer;
import io.powerpool.testing.TestCoins;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpCoinRpcTest {

  private static final String HASH =
      "00000000000000000000000000000000000000000000000000000000000000aa";
  private static final int MAX_REPLY_BYTES = 100_000;

  private static Vertx vertx;
  private FakeCoinServer server;
  private HttpCoinRpc rpc;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    await(vertx.close());
  }

  @BeforeEach
  void start() {
    server = FakeCoinServer.start(vertx);
    rpc = new HttpCoinRpc(vertx, options(Optional.empty(), Duration.ofSeconds(10)));
  }

  @AfterEach
  void stop() {
    await(rpc.close());
    server.stop();
  }

  @Test
  void readsAResult() {
    server.result("getbestblockhash", HASH);
    assertThat(await(rpc.bestBlockHash())).isEqualTo(Hash256.ofDisplayHex(HASH));
    assertThat(server.authorizations()).containsExactly(basic("pool:geheim"));
  }

  @Test
  void readsAnErrorUnderHttp500() {
    server.error("getblocktemplate", -9, "Litecoin is not connected!");
    CoinRpcException failure =
        failure(rpc.blockTemplate(new TemplateRequest(List.of(), "", TestCoins.NO_PAYMENTS, null)));
    assertThat(failure.kind()).isEqualTo(Kind.RPC);
    assertThat(failure.code()).isEqualTo(-9);
    assertThat(failure.serverIsDown()).isFalse();
    assertThat(failure)
        .hasMessageContaining("getblocktemplate")
        .hasMessageContaining("not connected")
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void callsAWarmingUpServerDown() {
    server.error("getblockcount", -28, "Loading block index...");
    assertThat(failure(rpc.blockCount()).serverIsDown()).isTrue();
  }

  @Test
  void tellsWrongCredentialsFromAnEmptyBody() {
    server.on("getblockcount", FakeCoinServer.text(401, ""));
    CoinRpcException failure = failure(rpc.blockCount());
    assertThat(failure.kind()).isEqualTo(Kind.UNAUTHORIZED);
    assertThat(failure).hasMessageNotContaining("geheim");
  }

  @Test
  void timesOutOnASilentServer() {
    beImpatient();
    server.on("getblockcount", FakeCoinServer.hang());
    assertThat(failure(rpc.blockCount()).kind()).isEqualTo(Kind.TIMEOUT);
  }

  @Test
  void timesOutOnAReplyThatStopsInTheMiddle() {
    beImpatient();
    server.on(
        "getblockcount",
        (call, response) -> response.putHeader("Content-Length", "50").write("{\"result\":"));
    assertThat(failure(rpc.blockCount()).kind()).isEqualTo(Kind.TIMEOUT);
  }

  @Test
  void failsOnAConnectionThatBreaksInTheMiddle() {
    server.on(
        "getblockcount",
        (call, response) -> {
          response.putHeader("Content-Length", "50");
          response.write("{\"result\":").onComplete(done -> response.reset());
        });
    assertThat(failure(rpc.blockCount()).kind()).isEqualTo(Kind.CONNECTION);
  }

  @Test
  void failsWhereNobodyListens() {
    server.stop();
    assertThat(failure(rpc.blockCount()).kind()).isEqualTo(Kind.CONNECTION);
    server.resume();
  }

  @Test
  void callsGarbageMalformedAndGoesOn() {
    for (Buffer garbage :
        List.of(
            Buffer.buffer("<html>proxy error</html>"),
            Buffer.buffer(""),
            Buffer.buffer("[1,2]"),
            Buffer.buffer("{\"result\":1,\"id\":"),
            Buffer.buffer(new byte[] {0, -1, -2, 10, 13}),
            Buffer.buffer("{\"id\":1}"),
            Buffer.buffer("{\"result\":7,\"error\":null,\"id\":999999}"),
            Buffer.buffer("{\"result\":7,\"error\":null}"))) {
      server.on("getblockcount", (call, response) -> response.end(garbage));
      assertThat(failure(rpc.blockCount()).kind()).as(garbage.toString()).isEqualTo(Kind.MALFORMED);
    }
    server.result("getblockcount", 7);
    assertThat(await(rpc.blockCount())).isEqualTo(7);
  }

  @Test
  void callsAResultOfTheWrongTypeMalformed() {
    server.result("getblockcount", "seven").result("getbestblockhash", "abc");
    assertThat(failure(rpc.blockCount()).kind()).isEqualTo(Kind.MALFORMED);
    assertThat(failure(rpc.bestBlockHash()).kind()).isEqualTo(Kind.MALFORMED);
    server.result("getbestblockhash", null);
    assertThat(failure(rpc.bestBlockHash()).kind()).isEqualTo(Kind.MALFORMED);
  }

  @Test
  void refusesAReplyOverTheLimitOnly() {
    server.on(
        "submitblock",
        (call, response) -> {
          String reply = "{\"error\":null,\"id\":" + call.getValue("id") + ",\"result\":\"";
          int padding = MAX_REPLY_BYTES - reply.length() - 2;
          boolean over = call.getJsonArray("params").getString(0).equals("over");
          response.end(reply + "x".repeat(over ? padding + 1 : padding) + "\"}");
        });
    assertThat(await(rpc.submitBlock("under"))).isPresent();
    assertThat(failure(rpc.submitBlock("over")))
        .hasMessageContaining("max_reply_bytes")
        .extracting(CoinRpcException::kind)
        .isEqualTo(Kind.MALFORMED);
  }

  @Test
  void tellsNullFromARefusalOfABlock() {
    server.result("submitblock", null);
    assertThat(await(rpc.submitBlock("00"))).isEmpty();
    server.result("submitblock", "inconclusive");
    assertThat(await(rpc.submitBlock("00"))).contains("inconclusive");
  }

  @Test
  void readsTheCookieAgainWhenTheNodeHasANewOne(@TempDir Path folder) throws IOException {
    Path cookie = folder.resolve(".cookie");
    HttpCoinRpc byCookie =
        new HttpCoinRpc(vertx, options(Optional.of(cookie), Duration.ofSeconds(10)));
    server.result("getblockcount", 1);
    assertThat(failure(byCookie.blockCount()))
        .hasMessageContaining(".cookie")
        .extracting(CoinRpcException::kind)
        .isEqualTo(Kind.UNAUTHORIZED);

    Files.writeString(cookie, "__cookie__:first\n");
    assertThat(await(byCookie.blockCount())).isEqualTo(1);

    Files.writeString(cookie, "__cookie__:second");
    server.on(
        "getblockcount",
        (call, response) -> {
          List<String> seen = server.authorizations();
          if (seen.get(seen.size() - 1).equals(basic("__cookie__:second"))) {
            FakeCoinServer.result(params -> 2).to(call, response);
          } else {
            response.setStatusCode(401).end();
          }
        });
    assertThat(await(byCookie.blockCount())).isEqualTo(2);
    await(byCookie.close());
  }

  @Test
  void longPollOutlivesTheTimeoutAndLeavesOtherCallsAlone() {
    beImpatient();
    TemplateRequest request =
        new TemplateRequest(List.of("segwit"), "", TestCoins.NO_PAYMENTS, null);
    server.on("getblocktemplate", FakeCoinServer.hang()).result("getblockcount", 3);
    Future<BlockTemplate> waiting = rpc.awaitTemplate(request.after("tip1"));
    assertThat(failure(rpc.blockTemplate(request)).kind()).isEqualTo(Kind.TIMEOUT);
    assertThat(waiting.isComplete()).isFalse();
    assertThat(await(rpc.blockCount())).isEqualTo(3);
    assertThat(server.calls("getblocktemplate"))
        .contains(
            new JsonArray()
                .add(
                    new JsonObject()
                        .put("rules", new JsonArray().add("segwit"))
                        .put("longpollid", "tip1")));

    rpc.abandonAwait();
    assertThat(failure(waiting).kind()).isEqualTo(Kind.CONNECTION);

    server.result("getblocktemplate", TemplateReaderTest.fixture("01_height2_empty"));
    assertThat(await(rpc.awaitTemplate(request.after("tip1"))).height()).isEqualTo(2);
  }

  @Test
  void keepsConnectionsAlive() {
    server.on(
        "getblockcount", (call, response) -> FakeCoinServer.result(params -> 1).to(call, response));
    for (int i = 0; i < 20; i++) {
      await(rpc.blockCount());
    }
    // At most one for each of the threads that may call.
    assertThat(server.connections()).isLessThanOrEqualTo(2);
  }

  @Test
  void waitsForAFreeConnectionWithinTheTimeoutOnly() {
    beImpatient();
    server.on("getblockcount", FakeCoinServer.hang());
    List<Future<Integer>> calls =
        List.of(rpc.blockCount(), rpc.blockCount(), rpc.blockCount(), rpc.blockCount());
    Awaitility.await().until(() -> calls.stream().allMatch(Future::isComplete));
    assertThat(calls).allMatch(call -> failure(call).kind() == Kind.TIMEOUT);
  }

  /** From now on calls have only so long as a test may wait for one that is never answered. */
  private void beImpatient() {
    await(rpc.close());
    rpc = new HttpCoinRpc(vertx, options(Optional.empty(), Duration.ofMillis(300)));
  }

  private CoinServerOptions options(Optional<Path> cookie, Duration timeout) {
    return new CoinServerOptions(
        "127.0.0.1:" + server.port(),
        "127.0.0.1",
        server.port(),
        false,
        "/",
        100,
        "pool",
        Optional.of(new Secret("geheim")),
        cookie,
        timeout,
        2,
        MAX_REPLY_BYTES,
        Optional.empty());
  }

  private static String basic(String text) {
    return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CoinRpcException failure(Future<?> future) {
    Throwable[] failure = new Throwable[1];
    assertThatThrownBy(() -> await(future))
        .isInstanceOf(CompletionException.class)
        .satisfies(thrown -> failure[0] = thrown.getCause());
    assertThat(failure[0]).isInstanceOf(CoinRpcException.class);
    return (CoinRpcException) failure[0];
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
