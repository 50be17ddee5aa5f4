package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.miner.ClientJob;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.MiningChannel;
import io.powerpool.testing.FakeMiner;
import io.powerpool.testing.FakeMiner.Found;
import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.LitecoinNodes.Node;
import io.powerpool.work.Job;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pool between real litecoind nodes on regtest and a miner on a real socket. The nodes
 * judge every block: nothing here knows what a right one looks like.
 */
class LitecoinIT {

  private static final String CURRENCY = "LTC";
  private static final String WALLET = "pool";
  private static final String CONFIDENTIAL_WALLET = "mweb";

  /** The error number of a share for work that is over. */
  private static final int STALE = 21;

  private static final Algorithm SCRYPT = Algorithms.byName("scrypt");

  /** Where the pool takes over, so that it mines the block that activates MWEB itself. */
  private static final int FIRST_HEIGHT = 425;

  /** Regtest: litecoin src/chainparams.cpp, by way of BIP 8 windows of 144 blocks. */
  private static final int MWEB_HEIGHT = 432;

  private static final int LAST_HEIGHT = 490;
  private static final int CRASH_HEIGHT = 450;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the blocks of this test must have contained between them. */
  private enum Content {
    LEGACY,
    SEGWIT,
    DEPENDENT,
    PEG_IN,
    PEG_OUT,
    EMPTY
  }

  @TempDir private Path folder;
  private Vertx vertx;
  private LitecoinNodes nodes;
  private Node node;
  private String address;
  private FakeMiner miner;
  private int port;
  private long extranonce2;
  private volatile StatusReport lastStatus;
  private final List<BlockReport> reports = new CopyOnWriteArrayList<>();
  private final Set<Content> seen = EnumSet.noneOf(Content.class);

  @BeforeEach
  void start() throws IOException {
    Assumptions.assumeTrue(LitecoinNodes.installed(), "litecoind is not installed here");
    vertx = Vertx.vertx();
    Topics.of(vertx).status().subscribe(this::onStatus);
    nodes = LitecoinNodes.start(folder, 2);
    node = nodes.node(0);
    node.call("createwallet", WALLET);
    node.call("createwallet", CONFIDENTIAL_WALLET);
    address = newAddress(WALLET, "legacy");
    node.generate(FIRST_HEIGHT, address);
    awaitSameTip();
    port = freePort();
    startPool();
  }

  @AfterEach
  void stop() {
    if (miner != null) {
      miner.close();
    }
    if (vertx != null) {
      await(vertx.close());
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  void minesThroughMwebActivationWithAllKindsOfTransactionsAndThroughTheDeathOfTheDaemon()
      throws IOException {
    mineTo(MWEB_HEIGHT - 1);

    // The node gives no template for this height before there is a peg-in.
    assertThatThrownBy(this::template).hasMessageContaining("bad-txns-vin-empty");
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> status().getString("trouble").contains("bad-txns-vin-empty"));
    pegIn();
    mineTo(CRASH_HEIGHT);

    killAndReturn();
    mineTo(LAST_HEIGHT);

    assertThat(seen).containsExactlyInAnyOrder(Content.values());
    assertThat(status().getJsonObject("block_proposal").getString("result")).isEqualTo("valid");
    // With an extension block, as the first one had none.
    JsonObject proposed = await(Topics.of(vertx).proposal(CURRENCY).ask("", PATIENCE));
    assertThat(proposed.getString("result")).isEqualTo("valid");
    assertThat(proposed.getInteger("height")).isEqualTo(LAST_HEIGHT + 1);
    int mined = LAST_HEIGHT - FIRST_HEIGHT;
    assertThat(mined).isGreaterThanOrEqualTo(60);
    // A status is told once a second: it may be of before the last block's outcome.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> status().getJsonObject("block_stats").getInteger("accepts") == mined);
    JsonObject blockStats = status().getJsonObject("block_stats");
    assertThat(blockStats.getInteger("solves")).isEqualTo(mined);
    assertThat(blockStats.getInteger("rejects")).isZero();
    assertThat(reports.stream().filter(report -> report.outcome() == BlockOutcome.ACCEPTED))
        .hasSize(mined)
        .allSatisfy(
            report ->
                assertThat(report.reward() - report.fees()).isEqualTo(subsidy(report.height())))
        .anySatisfy(report -> assertThat(report.fees()).isPositive());
    for (int height = FIRST_HEIGHT + 1; height <= LAST_HEIGHT; height++) {
      assertSameAsWrittenDown(height);
    }
  }

  @Test
  void tellsTheFateOfBlocksThatWereNotTheFirstOfTheirHeight() {
    ClientJob job = awaitAtMiner(awaitWork(node));
    submit(job);
    awaitOutcomes(0, BlockOutcome.PENDING, BlockOutcome.ACCEPTED);
    String winner = (String) node.call("getbestblockhash");

    // Stale by the rules of shares, and a block of the chain none the less.
    late(job);
    awaitOutcomes(1, BlockOutcome.PENDING, BlockOutcome.INCONCLUSIVE);
    nodes.node(1).call("invalidateblock", winner);
    node.call("invalidateblock", winner);
    awaitOutcomes(1, BlockOutcome.PENDING, BlockOutcome.INCONCLUSIVE, BlockOutcome.ACCEPTED);

    late(job);
    awaitOutcomes(2, BlockOutcome.PENDING, BlockOutcome.INCONCLUSIVE);
    node.generate(3, address);
    awaitOutcomes(2, BlockOutcome.PENDING, BlockOutcome.INCONCLUSIVE, BlockOutcome.STALE);
  }

  /** Another block on the same parent, when its miner knows better already. */
  private void late(ClientJob job) {
    awaitAtMiner(awaitWork(node));
    Found share = miner.mine(job, SCRYPT, ++extranonce2, new CompactBits(job.bits()).toTarget());
    assertThat(miner.submit(address + ".it", share).code()).isEqualTo(STALE);
  }

  /** What was reported of a block, counted from 0 in the order in which they were found. */
  private void awaitOutcomes(int number, BlockOutcome... expected) {
    Awaitility.await("block " + number)
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<Hash256> blocks = reports.stream().map(BlockReport::hash).distinct().toList();
              assertThat(blocks).hasSizeGreaterThan(number);
              assertThat(
                      reports.stream()
                          .filter(report -> report.hash().equals(blocks.get(number)))
                          .map(BlockReport::outcome))
                  .containsExactly(expected);
            });
  }

  /** Of regtest: 50 coins, halved each 150 blocks (Litecoin's chainparams.cpp). */
  private static long subsidy(int height) {
    return 5_000_000_000L >> (height / 150);
  }

  private void mineTo(int height) {
    while (node.height() < height) {
      traffic(node.height() + 1);
      mineOne(node);
    }
  }

  /** Mines one block through the pool on the work that the daemon offers at this moment. */
  private void mineOne(Node judge) {
    int height = judge.height() + 1;
    submit(awaitAtMiner(awaitWork(judge)));
    Awaitility.await("block " + height)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> judge.height() == height);
    note(judge, height);
  }

  private ClientJob awaitAtMiner(Job job) {
    ClientJob received = miner.awaitJob();
    while (MiningChannel.jobId(Long.parseUnsignedLong(received.id(), 16)) != job.id()) {
      received = miner.awaitJob();
    }
    return received;
  }

  private void submit(ClientJob job) {
    Found share = miner.mine(job, SCRYPT, ++extranonce2, new CompactBits(job.bits()).toTarget());
    assertThat(miner.submit(address + ".it", share).reason()).isEqualTo("true");
  }

  /** The pool's job, once it is made of the same work as the daemon offers. */
  private Job awaitWork(Node offering) {
    return Awaitility.await("work")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            this::currentJob,
            job -> {
              JsonObject template = template(offering);
              return job.previous().toString().equals(template.getString("previousblockhash"))
                  && job.transactions() == template.getJsonArray("transactions").size()
                  && job.reward() == template.getLong("coinbasevalue");
            });
  }

  /**
   * The primary dies without warning; the block solved at that moment reaches the other node, and
   * mining goes on when the primary is back and has caught up.
   */
  private void killAndReturn() {
    Node other = nodes.node(1);
    awaitSameTip();
    ClientJob job = awaitAtMiner(awaitWork(node));
    node.kill();
    submit(job);
    Awaitility.await().atMost(PATIENCE).until(() -> other.height() == CRASH_HEIGHT + 1);
    // The other node is alone now, so it has no work to give.
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> status().getString("trouble").contains("no peers"));
    assertThat(status().getInteger("down_coinservers")).isEqualTo(1);

    node.startAgain();
    awaitSameTip();
    node.call("loadwallet", WALLET);
    node.call("loadwallet", CONFIDENTIAL_WALLET);
    Awaitility.await().atMost(PATIENCE).until(() -> status().getInteger("live_coinservers") == 2);
  }

  /** Fills the daemon's memory pool for the block of this height. */
  private void traffic(int height) {
    switch (height % 6) {
      case 0 -> send(newAddress(WALLET, "legacy"));
      case 1 -> {
        send(newAddress(WALLET, "bech32"));
        send(newAddress(WALLET, "p2sh-segwit"));
      }
      case 2 -> spendUnconfirmed(send(newAddress(WALLET, "bech32")));
      case 3 -> {
        if (height > MWEB_HEIGHT) {
          pegIn();
        }
      }
      case 4 -> {
        if (height > MWEB_HEIGHT) {
          node.callWallet(CONFIDENTIAL_WALLET, "sendtoaddress", newAddress(WALLET, "bech32"), 0.5);
          send(newAddress(WALLET, "legacy"));
        }
      }
      default -> {
        // An empty memory pool.
      }
    }
  }

  private String send(String to) {
    return (String) node.callWallet(WALLET, "sendtoaddress", to, 1.5);
  }

  private void pegIn() {
    node.callWallet(WALLET, "sendtoaddress", newAddress(CONFIDENTIAL_WALLET, "mweb"), 5);
  }

  /** A transaction whose parent is in the memory pool too. */
  private void spendUnconfirmed(String parent) {
    JsonArray unspent = (JsonArray) node.callWallet(WALLET, "listunspent", 0, 0);
    JsonObject output =
        unspent.stream()
            .map(JsonObject.class::cast)
            .filter(candidate -> parent.equals(candidate.getString("txid")))
            .findFirst()
            .orElseThrow();
    JsonObject input = new JsonObject().put("txid", parent).put("vout", output.getInteger("vout"));
    double amount = Math.floor(output.getDouble("amount") * 1e6 - 1000) / 1e6;
    String raw =
        (String)
            node.call(
                "createrawtransaction",
                new JsonArray().add(input),
                new JsonObject().put(newAddress(WALLET, "legacy"), amount));
    JsonObject signed = (JsonObject) node.callWallet(WALLET, "signrawtransactionwithwallet", raw);
    node.call("sendrawtransaction", signed.getString("hex"));
  }

  /** Notes what the block of this height contains, by the node's own reading. */
  private void note(Node judge, int height) {
    String hash = (String) judge.call("getblockhash", height);
    JsonArray transactions = ((JsonObject) judge.call("getblock", hash, 2)).getJsonArray("tx");
    List<String> ids = new ArrayList<>();
    for (int i = 1; i < transactions.size(); i++) {
      JsonObject transaction = transactions.getJsonObject(i);
      String id = transaction.getString("txid");
      boolean hogEx = height >= MWEB_HEIGHT && i == transactions.size() - 1;
      if (hogEx) {
        // Output 0 is the MWEB balance; input 0 spends it: anything more came in or went out.
        if (transaction.getJsonArray("vout").size() > 1) {
          seen.add(Content.PEG_OUT);
        }
        if (transaction.getJsonArray("vin").size() > 1) {
          seen.add(Content.PEG_IN);
        }
      } else {
        seen.add(id.equals(transaction.getString("hash")) ? Content.LEGACY : Content.SEGWIT);
        boolean dependent =
            transaction.getJsonArray("vin").stream()
                .map(JsonObject.class::cast)
                .anyMatch(input -> ids.contains(input.getString("txid")));
        if (dependent) {
          seen.add(Content.DEPENDENT);
        }
      }
      ids.add(id);
    }
    if (ids.isEmpty()) {
      seen.add(Content.EMPTY);
    }
  }

  private void assertSameAsWrittenDown(int height) throws IOException {
    String hash = (String) node.call("getblockhash", height);
    Path file = folder.resolve("data/blocks/" + CURRENCY + "-" + height + "-" + hash + ".hex");
    assertThat(file).exists();
    assertThat(Files.readString(file)).isEqualTo(node.call("getblock", hash, 0));
  }

  private void startPool() {
    await(
        vertx.deployVerticle(
            new MainVerticle(Optional.empty(), 1, reports::add),
            new DeploymentOptions().setConfig(configuration())));
    awaitWork(node);
    miner = FakeMiner.ready(vertx, port, address + ".it", "x");
  }

  private JsonObject configuration() {
    JsonObject coin =
        new JsonObject()
            .put("definition", "litecoin")
            .put("network", "regtest")
            .put("pool_address", address)
            .put("job_refresh", "1s")
            .put("rpc_ping_int", "500ms")
            .put("servers", new JsonArray().add(server(0, 100)).add(server(1, 50)));
    JsonObject minerPort =
        new JsonObject()
            .put("address", "127.0.0.1")
            .put("port", port)
            .put("coin", CURRENCY)
            .put("start_difficulty", 0.00001)
            .put("vardiff", new JsonObject().put("enabled", false));
    JsonObject values =
        new JsonObject()
            .put("data_dir", folder.resolve("data").toString())
            .put("roles", new JsonArray().add("jobmanager").add("stratum").add("reporter"))
            .put("coins", new JsonObject().put(CURRENCY, coin))
            .put("stratum", new JsonObject().put("ports", new JsonArray().add(minerPort)));
    Map<String, Object> plain = NodeOptions.plain(values);
    CoinDefinitions.addTo(plain);
    return new JsonObject(plain);
  }

  private JsonObject server(int index, int priority) {
    Node server = nodes.node(index);
    return new JsonObject()
        .put("url", server.rpcUrl())
        .put("username", server.username())
        .put("password", server.password())
        .put("priority", priority);
  }

  private JsonObject template() {
    return template(node);
  }

  private static JsonObject template(Node offering) {
    return (JsonObject)
        offering.call(
            "getblocktemplate",
            new JsonObject().put("rules", new JsonArray().add("mweb").add("segwit")));
  }

  private String newAddress(String wallet, String type) {
    return (String) node.callWallet(wallet, "getnewaddress", "", type);
  }

  private void awaitSameTip() {
    Supplier<Object> first = () -> nodes.node(0).call("getbestblockhash");
    Supplier<Object> second = () -> nodes.node(1).call("getbestblockhash");
    Awaitility.await("same tip")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> first.get().equals(second.get()));
  }

  private Job currentJob() {
    return await(Topics.of(vertx).currentJob(CURRENCY).ask("", PATIENCE));
  }

  /** What the job manager tells of itself next. */
  private JsonObject status() {
    long nowMillis = System.currentTimeMillis();
    return Awaitility.await("status")
        .atMost(PATIENCE)
        .until(() -> lastStatus, report -> report != null && report.epochMillis() >= nowMillis)
        .body();
  }

  private void onStatus(StatusReport report) {
    if (report.type().equals("jobmanager")) {
      lastStatus = report;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
