package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.merged.AuxProof;
import io.powerpool.merged.MergedWork;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.testing.FakeCoinServer;
import io.powerpool.testing.Fixtures;
import io.powerpool.work.Job;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Auxiliary chains whose servers answer as it comes. */
class AuxChainTest {

  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final JsonObject TEMPLATE =
      Fixtures.json("/litecoin/09_mweb_pegin_pegout_and_plain.json").getJsonObject("gbt");
  private static final String TIP = "ab".repeat(32);
  private static final String HASH = "cd".repeat(32);

  @TempDir private Path folder;
  private Vertx vertx;
  private Topics topics;
  private FakeCoinServer main;
  private FakeCoinServer aux;
  private final List<Job> jobs = new CopyOnWriteArrayList<>();
  private final Map<String, JsonObject> statuses = new ConcurrentHashMap<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    topics = Topics.of(vertx);
    topics.jobs("LTC").subscribe(jobs::add);
    topics.status().subscribe(this::onStatus);
    main =
        FakeCoinServer.start(vertx)
            .result("getblocktemplate", TEMPLATE)
            .result("getbestblockhash", TEMPLATE.getString("previousblockhash"))
            .result("getblockheader", position(439, 1))
            .result("getblockcount", 439)
            .result("validateaddress", new JsonObject().put("isvalid", true));
    aux = auxServer(98).result("createauxblock", work(98, HASH, TIP));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void onStatus(StatusReport report) {
    statuses.put(report.component(), report.body());
  }

  @Test
  void asksForWorkThatPaysThePool() {
    deploy(Map.of("DOGE", coin(aux)));
    MergedWork work = awaitMerged("DOGE").merged().get(0);
    assertThat(aux.calls("createauxblock")).contains(JsonArray.of(ADDRESS));
    assertThat(work.work().hash()).isEqualTo(Hash256.ofDisplayHex(HASH));
    assertThat(work.work().chainId()).isEqualTo(98);
    assertThat(work.work().height()).isEqualTo(8);
    assertThat(work.work().value()).isEqualTo(10_000);
    assertThat(work.target()).isEqualTo(CompactBits.ofHex("207fffff").toTarget());
    assertThat(work.offer().reported()).isTrue();
    status("DOGE", status -> !status.getBoolean("stale"));
    JsonObject status = statuses.get("DOGE");
    assertThat(status.getJsonObject("current_net").getInteger("height")).isEqualTo(8);
    assertThat(status.getJsonObject("last_work").getString("hash")).isEqualTo(HASH);
    assertThat(status.getString("main")).isEqualTo("LTC");
  }

  @Test
  void anOldNodeIsAskedByTheMethodItKnows() {
    aux.error("createauxblock", -32601, "Method not found")
        .error("submitauxblock", -32601, "Method not found")
        .error("getblockheader", -32601, "Method not found")
        .result("getblock", position(8, 1))
        .on(
            "getauxblock",
            FakeCoinServer.result(
                params -> {
                  JsonObject old = work(98, HASH, TIP);
                  old.remove("height");
                  return params.isEmpty() ? old : true;
                }));
    deploy(Map.of("DOGE", coin(aux)));
    assertThat(awaitMerged("DOGE").merged().get(0).work().height()).isEqualTo(8);
    assertThat(aux.calls("createauxblock")).hasSize(1);

    assertThat(outcome(HASH)).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(aux.calls("getauxblock")).contains(JsonArray.of(HASH, "0102"));
  }

  @Test
  void tellsTheAnswersToAProofApart() {
    deploy(Map.of("DOGE", coin(aux).put("send", false)));
    assertThat(awaitMerged("DOGE").merged().get(0).offer().reported()).isFalse();

    aux.result("submitauxblock", true).result("getblockheader", position(8, 1));
    assertThat(outcome("01".repeat(32))).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(aux.calls("submitauxblock")).contains(JsonArray.of("01".repeat(32), "0102"));
    aux.result("getblockheader", position(8, -1));
    assertThat(outcome("02".repeat(32))).as("beside").isEqualTo(BlockOutcome.INCONCLUSIVE);

    aux.result("submitauxblock", false).error("getblockheader", -5, "Block not found");
    assertThat(outcome("03".repeat(32))).as("same tip").isEqualTo(BlockOutcome.REJECTED);
    aux.result("getbestblockhash", "ee".repeat(32));
    assertThat(outcome("04".repeat(32))).as("other tip").isEqualTo(BlockOutcome.STALE);
    aux.result("getblockheader", position(8, 1));
    assertThat(outcome("05".repeat(32))).as("taken before").isEqualTo(BlockOutcome.DUPLICATE);

    aux.error("submitauxblock", -8, "block hash unknown");
    assertThat(outcome("06".repeat(32))).as("taken before").isEqualTo(BlockOutcome.DUPLICATE);
    aux.error("getblockheader", -5, "Block not found");
    assertThat(outcome("07".repeat(32))).as("forgotten").isEqualTo(BlockOutcome.STALE);
  }

  @Test
  void ofTwoChainsWithOneIdTheSecondStaysOut() {
    FakeCoinServer twin = auxServer(98).result("createauxblock", work(98, "99".repeat(32), TIP));
    deploy(Map.of("AAA", coin(aux), "BBB", coin(twin)));
    awaitMerged("AAA");
    status("BBB", status -> status.getString("trouble").contains("chain id 98"));
    assertThat(statuses.get("BBB").getString("trouble")).contains("AAA");
    assertThat(statuses.get("BBB").getBoolean("left_out")).isTrue();
    assertThat(jobs).allSatisfy(job -> assertThat(job.merged()).hasSizeLessThan(2));
  }

  @Test
  void aServerOfAnotherChainIsNotBelieved() {
    deploy(Map.of("DOGE", coin(aux).put("chain_id", 1)));
    status("DOGE", status -> status.getString("trouble").contains("chain id 98, not 1"));
    assertThat(jobs).isNotEmpty().allSatisfy(job -> assertThat(job.merged()).isEmpty());
  }

  @Test
  void workThatMakesNoSenseIsToldByItsField() {
    aux.result("createauxblock", work(98, HASH, TIP).put("bits", "00000000"));
    deploy(Map.of("DOGE", coin(aux)));
    status("DOGE", status -> status.getString("trouble").contains("bits"));
    aux.result("createauxblock", work(98, HASH, TIP).put("chainid", 70_000));
    status("DOGE", status -> status.getString("trouble").contains("chainid"));
    aux.result("createauxblock", work(98, HASH, TIP).put("coinbasescript", "6a03737973"));
    status("DOGE", status -> status.getString("trouble").contains("coinbasescript"));
    assertThat(jobs).isNotEmpty().allSatisfy(job -> assertThat(job.merged()).isEmpty());
    aux.result("createauxblock", work(98, HASH, TIP));
    awaitMerged("DOGE");
  }

  @Test
  void aNewTipMakesAJobAndNewTransactionsDoNot() {
    deploy(Map.of("DOGE", coin(aux).put("flush", true)));
    Job first = awaitMerged("DOGE");
    int asked = aux.calls("createauxblock").size();
    aux.result("createauxblock", work(98, "11".repeat(32), TIP));
    Awaitility.await().until(() -> aux.calls("createauxblock").size() > asked + 2);
    assertThat(last()).isEqualTo(first);
    status(
        "DOGE",
        status -> "11".repeat(32).equals(status.getJsonObject("last_work").getString("hash")));

    aux.result("createauxblock", work(98, "22".repeat(32), "77".repeat(32)));
    Awaitility.await().until(() -> !last().equals(first));
    assertThat(last().merged().get(0).work().hash())
        .isEqualTo(Hash256.ofDisplayHex("22".repeat(32)));
    assertThat(last().clean()).isTrue();
    assertThat(last().previous()).isEqualTo(first.previous());
  }

  private Job last() {
    return jobs.get(jobs.size() - 1);
  }

  private Job awaitMerged(String... currencies) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                !jobs.isEmpty()
                    && last().merged().stream()
                        .map(MergedWork::currency)
                        .toList()
                        .equals(List.of(currencies)));
    return last();
  }

  private void status(String component, Predicate<JsonObject> wanted) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> statuses.containsKey(component) && wanted.test(statuses.get(component)));
  }

  private BlockOutcome outcome(String hash) {
    SolvedBlock solved =
        new SolvedBlock(
            1,
            "DOGE",
            8,
            Hash256.ofDisplayHex(hash),
            new byte[80],
            new byte[0],
            new Worker(ADDRESS, "rig"),
            1,
            1_700_000_000_000L,
            "test",
            new AuxProof(
                Hash256.ofDisplayHex(TIP),
                CompactBits.ofHex("207fffff"),
                10_000,
                true,
                new byte[] {1, 2}));
    BlockReport report = await(topics.solvedBlocks("DOGE").ask(solved, Duration.ofSeconds(20)));
    assertThat(report.reward()).isEqualTo(10_000);
    return report.outcome();
  }

  private FakeCoinServer auxServer(int chainId) {
    return FakeCoinServer.start(vertx)
        .result("createauxblock", work(chainId, HASH, TIP))
        .result("getbestblockhash", TIP)
        .result("getblockheader", position(7, 1))
        .result("getblockcount", 7);
  }

  private static JsonObject work(int chainId, String hash, String previous) {
    return new JsonObject()
        .put("hash", hash)
        .put("chainid", chainId)
        .put("previousblockhash", previous)
        .put("coinbasevalue", 10_000)
        .put("bits", "207fffff")
        .put("height", 8)
        // Another than that of the bits: it is not looked at.
        .put("target", "00".repeat(32));
  }

  private static JsonObject position(int height, int confirmations) {
    return new JsonObject().put("height", height).put("confirmations", confirmations);
  }

  private static JsonObject coin(FakeCoinServer server) {
    return new JsonObject()
        .put("family", "litecoin")
        .put("algorithm", "scrypt")
        .put("network", "regtest")
        .put(
            "networks",
            new JsonObject()
                .put(
                    "regtest",
                    new JsonObject()
                        .put("p2pkh", JsonArray.of(111))
                        .put("p2sh", JsonArray.of(196))))
        .put("pool_address", ADDRESS)
        .put("work_interval", "50ms")
        .put("rpc_ping_int", "100ms")
        .put(
            "servers",
            JsonArray.of(
                new JsonObject()
                    .put("port", server.port())
                    .put("username", "user")
                    .put("password", "secret")));
  }

  private void deploy(Map<String, JsonObject> auxiliaries) {
    JsonObject coins = new JsonObject();
    JsonObject mine =
        coin(main).put("merged", new JsonArray(auxiliaries.keySet().stream().sorted().toList()));
    mine.remove("work_interval");
    coins.put("LTC", mine.put("rules", JsonArray.of("mweb", "segwit")));
    auxiliaries.forEach(coins::put);
    await(
        vertx.deployVerticle(
            new JobManagerVerticle(),
            new DeploymentOptions()
                .setConfig(
                    new JsonObject().put("data_dir", folder.toString()).put("coins", coins))));
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !jobs.isEmpty());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
