package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Script;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevChainServerTest {

  private static final JsonObject SEGWIT =
      new JsonObject().put("rules", new JsonArray().add("segwit"));

  private static final Vertx vertx = Vertx.vertx();
  private static final HttpClient http = HttpClient.newHttpClient();

  private final List<String> notified = new CopyOnWriteArrayList<>();
  private DevChainServer server;

  @BeforeEach
  void startServer() throws Exception {
    start(
        DevChainServerOptions.local(0, "user", "secret")
            .withNewsDelay(Duration.ZERO)
            .withMaxRequestBytes(200_000));
  }

  @AfterEach
  void stopServer() throws Exception {
    undeployAll();
  }

  @AfterAll
  static void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** The same keys in the same order and of the same types as a real node's. */
  @Test
  void offersTemplatesInTheShapeOfRealOnes() throws Exception {
    JsonObject real = fixture("04_txs_legacy_and_depends_mweb_started.json").getJsonObject("gbt");
    assertThat(result("devchain_addtransactions", 12)).isEqualTo(12);

    JsonObject template = (JsonObject) result("getblocktemplate", SEGWIT);

    assertThat(template.fieldNames()).containsExactlyElementsOf(real.fieldNames());
    for (String name : real.fieldNames()) {
      assertThat(kind(template.getValue(name))).as(name).isEqualTo(kind(real.getValue(name)));
    }
    JsonObject transaction = template.getJsonArray("transactions").getJsonObject(11);
    assertThat(transaction.fieldNames())
        .containsExactlyElementsOf(real.getJsonArray("transactions").getJsonObject(0).fieldNames());
    assertThat(template.getInteger("height")).isEqualTo(1);
    assertThat(template.getString("target")).isEqualTo(real.getString("target"));
  }

  @Test
  void tellsBlocksInTheShapeOfRealNodes() throws Exception {
    JsonObject real = fixture("01_height2_empty.json");
    JsonArray ids = (JsonArray) result("devchain_generate", 2);
    String first = ids.getString(0);
    String second = ids.getString(1);

    JsonObject block = (JsonObject) result("getblock", second, 1);

    assertThat(block.fieldNames())
        .containsExactlyInAnyOrderElementsOf(real.getJsonObject("getblock_verbose").fieldNames());
    assertThat(block.getDouble("difficulty"))
        .isCloseTo(
            real.getJsonObject("getblock_verbose").getDouble("difficulty"),
            Percentage.withPercentage(1e-12));
    String hex = (String) result("getblock", second, 0);
    assertThat(Block.decode(Hex.decode(hex)).header().id()).hasToString(second);
    assertThat(result("getblockheader", second, false)).isEqualTo(hex.substring(0, 160));
    JsonObject header = (JsonObject) result("getblockheader", first);
    assertThat(header.getInteger("confirmations")).isEqualTo(2);
    assertThat(header.getString("nextblockhash")).isEqualTo(second);
    assertThat(result("getblockhash", 1)).isEqualTo(first);
    assertThat(result("getbestblockhash")).isEqualTo(second);
    assertThat(result("getblockcount")).isEqualTo(2);
    assertThat(((JsonObject) result("getblockchaininfo")).getString("bestblockhash"))
        .isEqualTo(second);
    assertThat(((JsonObject) result("getmininginfo")).getInteger("blocks")).isEqualTo(2);
    assertThat(((JsonObject) result("getnetworkinfo")).getInteger("version")).isPositive();
    assertThat((int) result("uptime")).isNotNegative();
  }

  @Test
  void takesBlocksAndTellsEverybody() throws Exception {
    long start = System.currentTimeMillis() - 60_000;
    restart(new DevChain(DevChainOptions.regtest(), start));
    DevChain twin = new DevChain(DevChainOptions.regtest(), start);
    Block block = BlockDraft.of(twin, System.currentTimeMillis()).toBlock();
    String hex = Hex.encode(block.toBytes());
    JsonObject proposal = new JsonObject().put("mode", "proposal").put("data", hex);

    assertThat(result("getblocktemplate", proposal)).isNull();
    assertThat(result("submitblock", hex)).isNull();
    assertThat(result("submitblock", hex)).isEqualTo("duplicate");
    assertThat(result("submitblock", hex.substring(0, 10) + "ff" + hex.substring(12)))
        .isIn("high-hash", "prev-blk-not-found", "duplicate");

    assertThat(notified).containsExactly(block.header().id().toString());
    assertThat(result("getbestblockhash")).isEqualTo(block.header().id().toString());
  }

  @Test
  void answersLongPollWhenTheTipChanges() throws Exception {
    CompletableFuture<JsonObject> poll = longPoll();
    result("getblockcount");
    assertThat(poll).isNotDone();

    JsonArray ids = (JsonArray) result("devchain_generate", 1);

    JsonObject template = poll.get(10, TimeUnit.SECONDS).getJsonObject("result");
    assertThat(template.getString("previousblockhash")).isEqualTo(ids.getString(0));
  }

  @Test
  void answersLongPollWhenTransactionsCome() throws Exception {
    CompletableFuture<JsonObject> poll = longPoll();
    result("getblockcount");
    assertThat(poll).isNotDone();

    result("devchain_addtransactions", 3);

    JsonObject template = poll.get(10, TimeUnit.SECONDS).getJsonObject("result");
    assertThat(template.getJsonArray("transactions")).hasSize(3);
  }

  @Test
  void answersLongPollOnAnOldTipAtOnce() throws Exception {
    JsonObject old = SEGWIT.copy().put("longpollid", "00".repeat(32) + "17");
    assertThat(((JsonObject) result("getblocktemplate", old)).getInteger("height")).isEqualTo(1);
  }

  @Test
  void answersLongPollWhenItGoesDown() throws Exception {
    CompletableFuture<JsonObject> poll = longPoll();
    result("getblockcount");

    undeployAll();

    assertThat(poll.get(10, TimeUnit.SECONDS).getJsonObject("error").getInteger("code"))
        .isEqualTo(-9);
  }

  @Test
  void minesBesideTheTip() throws Exception {
    String one = ((JsonArray) result("devchain_generate", 1)).getString(0);
    JsonArray branch = (JsonArray) result("devchain_generate", 2, "", result("getblockhash", 0));

    assertThat(result("getbestblockhash")).isEqualTo(branch.getString(1));
    assertThat(((JsonObject) result("getblockheader", one)).getInteger("confirmations"))
        .isEqualTo(-1);
    assertThat(notified).containsExactly(one, branch.getString(1));
  }

  @Test
  void takesTransactions() throws Exception {
    long start = System.currentTimeMillis() - 60_000;
    restart(new DevChain(DevChainOptions.regtest(), start));
    DevChain same = new DevChain(DevChainOptions.regtest(), start);
    same.addTraffic(1);
    Mempool.Entry entry = same.mempool().entries().iterator().next();
    String hex = Hex.encode(entry.transaction().bytes());

    assertThat(result("sendrawtransaction", hex)).isEqualTo(entry.transaction().txid().toString());

    assertThat(result("getrawmempool"))
        .isEqualTo(new JsonArray().add(entry.transaction().txid().toString()));
    assertThat(error("sendrawtransaction", hex).getInteger("code")).isEqualTo(-26);
    assertThat(error("sendrawtransaction", "00").getInteger("code")).isEqualTo(-22);
  }

  @Test
  void judgesAddresses() throws Exception {
    String good = Address.payToWitness(0, new byte[20], AddressFormat.BITCOIN_REGTEST);
    JsonObject valid = (JsonObject) result("validateaddress", good);
    assertThat(valid.getBoolean("isvalid")).isTrue();
    assertThat(valid.getString("scriptPubKey"))
        .isEqualTo(Hex.encode(Script.payToWitness(0, new byte[20])));
    assertThat(((JsonObject) result("validateaddress", good + "q")).getBoolean("isvalid"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"method\":\"getblocktemplate\"}|500|-8|segwit",
        "{\"method\":\"getblocktemplate\",\"params\":[{\"rules\":[\"csv\"]}]}|500|-8|segwit",
        "{\"method\":\"getblocktemplate\",\"params\":[{\"mode\":\"submit\"}]}|500|-8|Invalid mode",
        "{\"method\":\"getblocktemplate\",\"params\":[{\"mode\":\"proposal\"}]}|500|-3|Missing data",
        "{\"method\":\"getblocktemplate\",\"params\":[{\"rules\":[\"segwit\"],\"longpollid\":\"x\"}]}|500|-8|64",
        "{\"method\":\"getblocktemplate\",\"params\":[7]}|500|-1|an object",
        "{\"method\":\"submitblock\"}|500|-1|hexdata",
        "{\"method\":\"submitblock\",\"params\":[7]}|500|-1|a string",
        "{\"method\":\"submitblock\",\"params\":[\"zz\"]}|500|-22|Block decode failed",
        "{\"method\":\"submitblock\",\"params\":[\"0\"]}|500|-22|Block decode failed",
        "{\"method\":\"submitblock\",\"params\":[\"\"]}|500|-22|Block decode failed",
        "{\"method\":\"getblockhash\",\"params\":[1]}|500|-8|out of range",
        "{\"method\":\"getblockhash\",\"params\":[-1]}|500|-8|out of range",
        "{\"method\":\"getblockhash\",\"params\":[1e99]}|500|-1|an integer",
        "{\"method\":\"getblockheader\",\"params\":[\"12\"]}|500|-8|must be of length 64",
        "{\"method\":\"nosuchmethod\"}|404|-32601|Method not found",
        "{\"params\":[]}|400|-32600|Missing method",
        "{\"method\":[]}|400|-32600|string",
        "{\"method\":\"uptime\",\"params\":\"x\"}|400|-32600|array",
        "7|500|-32700|Top-level",
        "{\"method\":|500|-32700|Parse error",
        "''|500|-32700|Parse error",
      })
  void complainsLikeRealNodes(String request, int status, int code, String text) throws Exception {
    HttpResponse<String> response = post(request, "user:secret");
    assertThat(response.statusCode()).isEqualTo(status);
    JsonObject body = new JsonObject(response.body());
    assertThat(body.getValue("result")).isNull();
    assertThat(body.getJsonObject("error").getInteger("code")).isEqualTo(code);
    assertThat(body.getJsonObject("error").getString("message")).contains(text);
  }

  @Test
  void answersUnknownBlocks() throws Exception {
    assertThat(error("getblock", "12".repeat(32)).getInteger("code")).isEqualTo(-5);
    assertThat(error("getblock", "xy".repeat(32)).getInteger("code")).isEqualTo(-8);
  }

  @Test
  void refusesStrangers() throws Exception {
    for (String credentials : List.of("user:wrong", "user", ":", "other:secret")) {
      HttpResponse<String> response = post("{\"method\":\"uptime\"}", credentials);
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.body()).isEmpty();
    }
    HttpResponse<String> anonymous =
        http.send(
            HttpRequest.newBuilder(uri("/"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(anonymous.statusCode()).isEqualTo(401);
    assertThat(anonymous.body()).isEmpty();
    assertThat(anonymous.headers().firstValue("WWW-Authenticate"))
        .contains("Basic realm=\"jsonrpc\"");
  }

  @Test
  void answersOnlyPostsToTheRightPlace() throws Exception {
    HttpResponse<String> get =
        http.send(HttpRequest.newBuilder(uri("/")).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
    HttpResponse<String> elsewhere =
        http.send(HttpRequest.newBuilder(uri("/x")).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(elsewhere.statusCode()).isEqualTo(404);
  }

  @Test
  void answersBatches() throws Exception {
    HttpResponse<String> response =
        post(
            "[{\"id\":1,\"method\":\"getblockcount\"},{\"id\":2,\"method\":\"x\"},7]",
            "user:secret");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonArray replies = new JsonArray(response.body());
    assertThat(replies.getJsonObject(0).getInteger("result")).isZero();
    assertThat(replies.getJsonObject(1).getJsonObject("error").getInteger("code"))
        .isEqualTo(-32601);
    assertThat(replies.getJsonObject(2).getJsonObject("error").getInteger("code"))
        .isEqualTo(-32600);
  }

  @Test
  void refusesOversizedRequestsAndServesOn() throws Exception {
    String tooLong = "{\"method\":\"submitblock\",\"params\":[\"" + "0".repeat(200_000) + "\"]}";
    assertThat(post(tooLong, "user:secret").statusCode()).isEqualTo(413);
    assertThat(result("getblockcount")).isEqualTo(0);
  }

  @Test
  void survivesClientsThatGoAway() throws Exception {
    JsonObject template = (JsonObject) result("getblocktemplate", SEGWIT);
    String body =
        new JsonObject()
            .put("method", "getblocktemplate")
            .put(
                "params",
                new JsonArray()
                    .add(SEGWIT.copy().put("longpollid", template.getString("longpollid"))))
            .encode();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: "
              + basic("user:secret")
              + "\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      Awaitility.await().until(() -> server.longPollCount() == 1);
    }
    Awaitility.await().until(() -> server.longPollCount() == 0);
    result("devchain_generate", 1);
    assertThat(result("getblockcount")).isEqualTo(1);
  }

  @Test
  void inventsPaymentsByItself() throws Exception {
    undeployAll();
    start(DevChainServerOptions.local(0, "user", "secret").withTransactionsPerSecond(100));
    Awaitility.await().until(() -> !((JsonArray) result("getrawmempool")).isEmpty());
  }

  @Test
  void neverPrintsItsPassword() {
    assertThat(DevChainServerOptions.local(1, "user", "secret").toString())
        .doesNotContain("secret");
    assertThatThrownBy(
            () -> DevChainServerOptions.local(1, "user", "secret").withTransactionsPerSecond(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private CompletableFuture<JsonObject> longPoll() throws Exception {
    JsonObject template = (JsonObject) result("getblocktemplate", SEGWIT);
    JsonObject request = SEGWIT.copy().put("longpollid", template.getString("longpollid"));
    CompletableFuture<JsonObject> poll =
        http.sendAsync(
                request(body("getblocktemplate", request), "user:secret"),
                HttpResponse.BodyHandlers.ofString())
            .thenApply(response -> new JsonObject(response.body()));
    Awaitility.await().until(() -> server.longPollCount() == 1);
    return poll;
  }

  private Object result(String method, Object... params) throws Exception {
    HttpResponse<String> response = post(body(method, params), "user:secret");
    JsonObject reply = new JsonObject(response.body());
    assertThat(reply.getValue("error")).isNull();
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(reply.getString("id")).isEqualTo("test");
    return reply.getValue("result");
  }

  private JsonObject error(String method, Object... params) throws Exception {
    return new JsonObject(post(body(method, params), "user:secret").body()).getJsonObject("error");
  }

  private static String body(String method, Object... params) {
    return new JsonObject()
        .put("id", "test")
        .put("method", method)
        .put("params", JsonArray.of(params))
        .encode();
  }

  private HttpResponse<String> post(String body, String credentials) throws Exception {
    return http.send(request(body, credentials), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(String body, String credentials) {
    return HttpRequest.newBuilder(uri("/"))
        .header("Authorization", basic(credentials))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static String basic(String credentials) {
    return "Basic "
        + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private void start(DevChainServerOptions options) throws Exception {
    start(options, new DevChain(DevChainOptions.regtest(), System.currentTimeMillis()));
  }

  private void restart(DevChain chain) throws Exception {
    undeployAll();
    start(DevChainServerOptions.local(0, "user", "secret"), chain);
  }

  private void start(DevChainServerOptions options, DevChain chain) throws Exception {
    server =
        new DevChainServer(
            options, chain, InstantSource.system(), hash -> notified.add(hash.toString()));
    vertx
        .deployVerticle(server)
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void undeployAll() throws Exception {
    for (String id : vertx.deploymentIDs()) {
      vertx.undeploy(id).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
  }

  private static String kind(Object json) {
    return json instanceof Number ? "number" : json.getClass().getSimpleName();
  }

  private static JsonObject fixture(String name) throws IOException {
    try (InputStream in = DevChainServerTest.class.getResourceAsStream("/litecoin/" + name)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
