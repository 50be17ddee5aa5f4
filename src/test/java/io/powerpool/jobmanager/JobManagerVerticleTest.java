package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.cluster.NodeOptions;
import io.powerpool.cluster.PushSignal;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
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
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobManagerVerticleTest {

  private static final String CURRENCY = "LTC";
  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A real template, and the real block that was made from it. */
  private static final JsonObject REAL = fixture("09_mweb_pegin_pegout_and_plain");

  private static final String UNKNOWN_BLOCK = "Block not found";

  @TempDir private Path folder;
  private Vertx vertx;
  private Topics topics;
  private FakeCoinServer server;
  private final List<Job> published = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    topics = Topics.of(vertx);
    topics.jobs(CURRENCY).subscribe(published::add);
    server = serverAt(REAL.getJsonObject("gbt"));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void publishesWorkAndAnswersNewcomers() {
    deploy(server);
    Job job = currentJob();
    assertThat(job.height()).isEqualTo(440);
    assertThat(job.clean()).isTrue();
    assertThat(job.transactions()).isEqualTo(3);
    assertThat(published).extracting(Job::id).contains(job.id());
    assertThat(server.calls("getblocktemplate").get(0).getJsonObject(0).getJsonArray("rules"))
        .containsExactly("mweb", "segwit");
  }

  /** The stamps of jobs go on from where they were; what people are told goes by the clock. */
  @Test
  void aClockThatIsSetBackDoesNotPutTheTemplateIntoTheFuture() {
    Section section = Section.root(NodeOptions.plain(config(server)), new Faults());
    Clock before = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    CoinJobManager manager =
        new CoinJobManager(
            vertx,
            "node",
            Coin.from(CURRENCY, section).orElseThrow(),
            JobManagerOptions.from(section, folder),
            List.of(),
            true,
            new JobStamps(before),
            Clock.systemUTC());
    await(manager.start());
    assertThat(currentJob().createdMillis()).isGreaterThan(System.currentTimeMillis());
    JsonObject status = status();
    assertThat(status.getDouble("template_age")).isBetween(0.0, 60.0);
    assertThat(status.getJsonObject("net_state").getLong("last_block"))
        .isLessThanOrEqualTo(System.currentTimeMillis() / 1000);
    await(manager.stop());
  }

  @Test
  void aNewTipSeenByPollingMakesACleanJob() {
    deploy(config(server).put("long_poll", false));
    long first = currentJob().id();
    String tip = "ab".repeat(32);
    JsonObject next = REAL.getJsonObject("gbt").copy().put("height", 441);
    workAt(server, next.put("previousblockhash", tip));
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(currentJob().clean()).isTrue();
    assertThat(currentJob().id()).isGreaterThan(first);
  }

  @Test
  void aPushSignalHasTheServersAskedAtOnce() {
    deploy(config(server).put("long_poll", false).put("block_poll", "10m"));
    currentJob();
    assertThat(status().getLong("last_signal")).isZero();
    workAt(
        server,
        REAL.getJsonObject("gbt")
            .copy()
            .put("height", 441)
            .put("previousblockhash", "ab".repeat(32)));
    long nowSeconds = System.currentTimeMillis() / 1000;
    topics.signals(CURRENCY).publish(new PushSignal("udp", Optional.empty(), "north", 0));
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(currentJob().clean()).isTrue();
    assertThat(status().getLong("last_signal")).isGreaterThanOrEqualTo(nowSeconds);
  }

  @Test
  void newTransactionsSeenByTheLongPollMakeAJobThatIsNotClean() {
    List<HttpServerResponse> waiting = new CopyOnWriteArrayList<>();
    List<Object> ids = new CopyOnWriteArrayList<>();
    JsonObject template = REAL.getJsonObject("gbt");
    server.on(
        "getblocktemplate",
        (call, response) -> {
          String known = call.getJsonArray("params").getJsonObject(0).getString("longpollid");
          if (known == null) {
            FakeCoinServer.result(params -> template).to(call, response);
          } else {
            ids.add(call.getValue("id"));
            waiting.add(response);
          }
        });
    deploy(config(server).put("block_poll", "20ms"));
    Awaitility.await().until(() -> !waiting.isEmpty());
    waiting
        .get(0)
        .end(
            new JsonObject()
                .put("id", ids.get(0))
                .put("result", template.copy().put("coinbasevalue", 1_300_000_000L))
                .encode());
    Awaitility.await().until(() -> currentJob().reward() == 1_300_000_000L);
    assertThat(currentJob().clean()).isFalse();
    assertThat(published).hasSize(2);
  }

  @Test
  void aRefreshWaitsForItsTemplateOnDiskButNotForADiskThatHangs() throws Exception {
    List<Runnable> longPolls = new CopyOnWriteArrayList<>();
    AtomicReference<JsonObject> offered = new AtomicReference<>(REAL.getJsonObject("gbt"));
    server.on(
        "getblocktemplate",
        (call, response) -> {
          Runnable answer = () -> FakeCoinServer.result(params -> offered.get()).to(call, response);
          if (call.getJsonArray("params").getJsonObject(0).containsKey("longpollid")) {
            longPolls.add(answer);
          } else {
            answer.run();
          }
        });
    List<Boolean> written = new CopyOnWriteArrayList<>();
    topics
        .jobs(CURRENCY)
        .subscribe(
            job -> written.add(Files.exists(folder.resolve("templates/LTC/" + job.idText()))));
    deploy(config(server).put("block_poll", "20ms"));
    Awaitility.await().until(() -> longPolls.size() == 1);
    offered.set(REAL.getJsonObject("gbt").copy().put("coinbasevalue", 1_300_000_000L));
    longPolls.get(0).run();
    Awaitility.await().until(() -> written.size() == 2);
    assertThat(written.get(1)).isTrue();

    Awaitility.await().until(() -> longPolls.size() == 2);
    // Whoever opens a pipe to write into it hangs until somebody reads.
    String next = Long.toHexString(published.get(1).id() + 1);
    Path pipe = folder.resolve("templates/LTC/" + next + ".part");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    offered.set(REAL.getJsonObject("gbt").copy().put("coinbasevalue", 1_400_000_000L));
    longPolls.get(1).run();
    Awaitility.await().until(() -> written.size() == 3);
    assertThat(published.get(2).idText()).isEqualTo(next);
    assertThat(published.get(2).reward()).isEqualTo(1_400_000_000L);
    assertThat(written.get(2)).isFalse();
    Files.newInputStream(pipe).close();
  }

  @Test
  void anAnswerThatWasOvertakenByANewBlockDoesNotTurnBackTime() {
    Map<String, List<Runnable>> held = new ConcurrentHashMap<>();
    JsonObject old = REAL.getJsonObject("gbt");
    JsonObject next = old.copy().put("height", 441).put("previousblockhash", "ab".repeat(32));
    AtomicReference<JsonObject> offered = new AtomicReference<>(old);
    server.on(
        "getblocktemplate",
        (call, response) -> {
          boolean longPoll = call.getJsonArray("params").getJsonObject(0).containsKey("longpollid");
          String kind = longPoll ? "long" : "short";
          JsonObject template = offered.get();
          Runnable answer =
              () -> FakeCoinServer.result(params -> longPoll ? next : template).to(call, response);
          if (longPoll || server.calls("getblocktemplate").size() == 3) {
            held.computeIfAbsent(kind, key -> new CopyOnWriteArrayList<>()).add(answer);
          } else {
            answer.run();
          }
        });
    deploy(config(server).put("job_refresh", "1s"));
    // The third call is the refresh, and it has seen the old block only.
    Awaitility.await().until(() -> held.containsKey("long") && held.containsKey("short"));
    offered.set(next);
    server.result("getbestblockhash", "ab".repeat(32));
    held.get("long").get(0).run();
    Awaitility.await().until(() -> currentJob().height() == 441);
    held.get("short").get(0).run();
    Awaitility.await().until(() -> server.calls("getblocktemplate").size() > 4);
    assertThat(published).extracting(Job::height).containsExactly(440, 441);
  }

  @Test
  void aLongPollThatWasOvertakenByANewBlockDoesNotTurnBackTime() {
    List<Runnable> held = new CopyOnWriteArrayList<>();
    JsonObject old = REAL.getJsonObject("gbt");
    AtomicReference<JsonObject> offered = new AtomicReference<>(old);
    server.on(
        "getblocktemplate",
        (call, response) -> {
          JsonObject template = offered.get();
          Runnable answer = () -> FakeCoinServer.result(params -> template).to(call, response);
          if (call.getJsonArray("params").getJsonObject(0).containsKey("longpollid")) {
            held.add(answer);
          } else {
            answer.run();
          }
        });
    deploy(config(server).put("job_refresh", "1h"));
    Awaitility.await().until(() -> !held.isEmpty());
    // Its answer has seen the old block only, and is long on its way.
    offered.set(old.copy().put("height", 441).put("previousblockhash", "ab".repeat(32)));
    server.result("getbestblockhash", "ab".repeat(32));
    Awaitility.await().until(() -> currentJob().height() == 441);
    held.get(0).run();
    Awaitility.await().until(() -> held.size() > 1);
    assertThat(published).extracting(Job::height).containsExactly(440, 441);
  }

  @Test
  void assemblesWritesDownAndSubmitsASolvedBlockOnce() throws IOException {
    String file = "blocks/LTC-440-" + REAL.getString("block_hash") + ".hex";
    server.on(
        "submitblock",
        (call, response) -> {
          assertThat(folder.resolve(file)).exists();
          FakeCoinServer.result(params -> null).to(call, response);
        });
    deploy(server);
    SolvedBlock solved = solved(currentJob().id());
    Future<BlockReport> first = ask(solved);
    Future<BlockReport> again = ask(solved);
    BlockReport report = await(first);
    assertThat(report.outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(report.reward()).isEqualTo(1_250_063_880L);
    assertThat(report.fees()).isEqualTo(63_880);
    assertThat(report.bits()).isEqualTo("207fffff");
    assertThat(await(again)).isEqualTo(report);
    assertThat(await(ask(solved))).isEqualTo(report);
    assertThat(server.calls("submitblock"))
        .containsExactly(new JsonArray().add(REAL.getString("block")));
    assertThat(Files.readString(folder.resolve(file))).isEqualTo(REAL.getString("block"));
    // Our own block is the tip now: there is new work to fetch.
    Awaitility.await().until(() -> server.calls("getblocktemplate").size() > 1);
  }

  @Test
  void tellsTheServersAnswersApart() {
    deploy(server);
    long job = currentJob().id();
    assertOutcome(job, 1, server.result("submitblock", "high-hash"), BlockOutcome.REJECTED);
    server.result("getblockcount", 441);
    assertOutcome(job, 2, server.result("submitblock", "prev-blk-not-found"), BlockOutcome.STALE);
    assertOutcome(
        job, 3, server.error("submitblock", -22, "Block decode failed"), BlockOutcome.REJECTED);
    server.error("getblockheader", -5, UNKNOWN_BLOCK);
    assertOutcome(job, 4, server.result("submitblock", "inconclusive"), BlockOutcome.INCONCLUSIVE);
    server.result("getblockheader", position(1));
    assertOutcome(job, 5, server.result("submitblock", "duplicate"), BlockOutcome.DUPLICATE);
    server.result("getblockheader", position(-1));
    assertOutcome(job, 6, server.result("submitblock", "duplicate"), BlockOutcome.INCONCLUSIVE);
    assertOutcome(job, 7, server.result("submitblock", "rejected"), BlockOutcome.REJECTED);
    server.result("getbestblockhash", "cd".repeat(32));
    assertOutcome(job, 8, server.result("submitblock", "rejected"), BlockOutcome.STALE);
  }

  @Test
  void aFailingSubmissionIsTriedAgain() {
    server.error("getblockheader", -5, UNKNOWN_BLOCK);
    server.on(
        "submitblock",
        (call, response) -> {
          if (server.calls("submitblock").size() < 3) {
            response
                .setStatusCode(500)
                .end("{\"result\":null,\"error\":{\"code\":-1,\"message\":\"disk\"},\"id\":1}");
          } else {
            FakeCoinServer.result(params -> null).to(call, response);
          }
        });
    deploy(server);
    assertThat(await(ask(solved(currentJob().id()))).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
  }

  @Test
  void aServerThatLagsBehindIsAskedAgain() {
    server.on(
        "submitblock",
        (call, response) -> {
          boolean first = server.calls("submitblock").size() == 1;
          FakeCoinServer.result(params -> first ? "prev-blk-not-found" : null).to(call, response);
        });
    deploy(server);
    assertThat(await(ask(solved(currentJob().id()))).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
  }

  @Test
  void aRefusalIsNotFinalWhileTheServerThatKnowsBetterIsAway() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    second.result("submitblock", null);
    server.result("submitblock", "prev-blk-not-found").result("getblockcount", 441);
    JsonObject config = config(server);
    config.getJsonArray("servers").add(serverConfig(second));
    deploy(config);
    long job = currentJob().id();
    second.stop();
    Future<BlockReport> answer = ask(solved(job));
    String name = "127.0.0.1:" + second.port();
    Awaitility.await()
        .until(
            () ->
                server.calls("submitblock").size() == 1
                    && status()
                        .getJsonObject("coinservers")
                        .getJsonObject(name)
                        .getString("status")
                        .equals("down"));
    assertThat(answer.isComplete()).isFalse();
    second.resume();
    assertThat(await(answer).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
  }

  @Test
  void aRefusalIsFinalOnceTheBlockIsBuriedEvenIfAServerIsAway() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    server.result("submitblock", "prev-blk-not-found");
    JsonObject config = config(server);
    config.getJsonArray("servers").add(serverConfig(second));
    deploy(config);
    second.stop();
    Future<BlockReport> answer = ask(solved(currentJob().id()));
    Awaitility.await().until(() -> !server.calls("submitblock").isEmpty());
    server.result("getblockcount", 443).result("getbestblockhash", "cd".repeat(32));
    assertThat(await(answer).outcome()).isEqualTo(BlockOutcome.STALE);
  }

  @Test
  void aServerThatIsThoughtToBeDownIsGivenTheBlockAllTheSame() {
    server.result("submitblock", null);
    deploy(server);
    SolvedBlock solved = solved(currentJob().id());
    server.on("getbestblockhash", FakeCoinServer.hang()).on("getblockcount", FakeCoinServer.hang());
    Awaitility.await().until(() -> status().getInteger("live_coinservers") == 0);
    assertThat(await(ask(solved)).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
  }

  @Test
  void theFirstJobOnAParentIsCleanAlsoAfterATemplateThatMakesNoJob() {
    deploy(config(server).put("long_poll", false));
    currentJob();
    JsonObject next =
        REAL.getJsonObject("gbt")
            .copy()
            .put("height", 441)
            .put("previousblockhash", "ab".repeat(32));
    workAt(server, next.copy().put("bits", "00000000"));
    Awaitility.await().until(() -> !status().getString("trouble").isEmpty());
    workAt(server, next);
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(currentJob().clean()).isTrue();
  }

  @Test
  void checksThePayoutsAgainUntilTheServerAnswers() {
    server.error("validateaddress", -32601, "Method not found");
    deploy(server);
    assertThat(status().getString("trouble")).contains("Method not found");
    server.result("validateaddress", new JsonObject().put("isvalid", true));
    assertThat(currentJob().height()).isEqualTo(440);
  }

  @Test
  void aBlockSolvedWhileNoServerIsLiveWaitsForOne() {
    server.result("submitblock", null);
    deploy(server);
    SolvedBlock solved = solved(currentJob().id());
    server.stop();
    Awaitility.await().until(() -> status().getInteger("live_coinservers") == 0);
    Future<BlockReport> answer = ask(solved);
    Awaitility.await().until(() -> filesIn("blocks") == 2);
    assertThat(answer.isComplete()).isFalse();
    server.resume();
    assertThat(await(answer).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
  }

  @Test
  void takesUpUnfinishedBlocksAndOldTemplatesAfterARestart() {
    server.on("submitblock", FakeCoinServer.hang());
    String deployment = deploy(server);
    long job = currentJob().id();
    ask(solved(job));
    Awaitility.await().until(() -> server.calls("submitblock").size() == 1);
    Awaitility.await().until(() -> filesIn("templates/LTC") >= 1);
    await(vertx.undeploy(deployment));

    server.result("submitblock", null);
    deploy(server);
    Awaitility.await().until(() -> server.calls("submitblock").size() == 2);
    assertThat(server.calls("submitblock").get(1).getString(0)).isEqualTo(REAL.getString("block"));
    // Another one, on the job of the process that is gone.
    assertThat(await(ask(solved(job, 9))).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(await(ask(solved(job + 77, 10))).reason()).contains("not kept");
  }

  @Test
  void goesOnWithTheSecondServerWhileTheFirstIsDown() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt").copy().put("coinbasevalue", 7));
    server.result("submitblock", null);
    String tip = REAL.getJsonObject("gbt").getString("previousblockhash");
    second
        .result("submitblock", "duplicate")
        .on(
            "getblockheader",
            FakeCoinServer.result(
                params -> position(1).put("height", params.getString(0).equals(tip) ? 439 : 440)));
    JsonObject config = config(server);
    config.getJsonArray("servers").add(serverConfig(second).put("priority", 50));
    deploy(config.put("job_refresh", "1s"));
    assertThat(currentJob().reward()).isEqualTo(1_250_063_880L);
    assertThat(second.calls("getblocktemplate")).isEmpty();

    server.stop();
    Awaitility.await().until(() -> currentJob().reward() == 7);
    assertThat(currentJob().clean()).isFalse();
    String name = "127.0.0.1:" + server.port();
    assertThat(status().getJsonObject("coinservers").getJsonObject(name).getString("status"))
        .isEqualTo("down");

    server.resume();
    Awaitility.await().until(() -> currentJob().reward() == 1_250_063_880L);
    assertThat(await(ask(solved(currentJob().id()))).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    Awaitility.await().untilAsserted(() -> assertThat(second.calls("submitblock")).hasSize(1));
  }

  @Test
  void aServerThatHangsIsLeftForTheNextWithinASecondAndTakenBack() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    JsonObject config = two(second).put("rpc_patience", "100ms");
    // Or it would be down before its state is told, once a second.
    config.getJsonArray("servers").getJsonObject(0).put("timeout", "3s");
    deploy(config);
    currentJob();
    server.on("getbestblockhash", FakeCoinServer.hang());
    server.on("getblocktemplate", FakeCoinServer.hang());
    Awaitility.await().until(() -> stateOf(server).equals("slow"));
    JsonObject next = workOn("ab", 441);
    workAt(second, next);
    second.result("getblockcount", 440);
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(currentJob().clean()).isTrue();

    server.result("getblockcount", 440);
    workAt(server, next.copy().put("coinbasevalue", 7));
    Awaitility.await().until(() -> currentJob().reward() == 7);
    Awaitility.await().until(() -> stateOf(server).equals("live"));
  }

  @Test
  void theLongestChainIsFollowedAndAServerThatIsBehindDoesNotTurnItBack() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    deploy(two(second));
    currentJob();
    second.result("getblockcount", 440);
    workAt(second, workOn("ab", 441));
    Awaitility.await().until(() -> currentJob().height() == 441);
    Awaitility.await().until(() -> stateOf(server).equals("behind"));
    int asked = server.calls("getblocktemplate").size();
    second.stop();
    Awaitility.await().until(() -> server.calls("getblocktemplate").size() >= asked + 2);
    assertThat(currentJob().height()).isEqualTo(441);
  }

  @Test
  void atTheSameHeightMostServersAreRightAndThenTheWorkUnderWay() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    FakeCoinServer third = serverAt(REAL.getJsonObject("gbt"));
    JsonObject config = two(second);
    config.getJsonArray("servers").add(serverConfig(third).put("priority", 10));
    deploy(config);
    currentJob();
    for (FakeCoinServer each : List.of(server, second, third)) {
      each.result("getblockcount", 440);
    }
    workAt(second, workOn("bb", 441));
    Awaitility.await().until(() -> currentJob().previous().toString().startsWith("bb"));
    // The preferred server alone on another block of that height does not change that.
    workAt(server, workOn("aa", 441));
    Awaitility.await().until(() -> stateOf(server).equals("forked"));
    assertThat(currentJob().previous().toString()).startsWith("bb");
    // With the third one it does.
    workAt(third, workOn("aa", 441));
    Awaitility.await().until(() -> currentJob().previous().toString().startsWith("aa"));
    assertThat(currentJob().clean()).isTrue();
  }

  @Test
  void aServerWithoutUsableWorkIsLeftForTheNextAndTriedAgain() {
    FakeCoinServer second = serverAt(REAL.getJsonObject("gbt"));
    deploy(two(second));
    currentJob();
    server.error("getblocktemplate", -1, "No space left on device");
    for (FakeCoinServer each : List.of(server, second)) {
      each.result("getblockcount", 440).result("getbestblockhash", "ab".repeat(32));
    }
    workAt(second, workOn("ab", 441));
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(stateOf(server)).isEqualTo("faulty");
    assertThat(serverStatus(server).getString("last_error")).contains("No space left on device");
    // A template that no job can be made of is no better than none.
    workAt(server, workOn("ab", 441).put("bits", "nonsense"));
    Awaitility.await().until(() -> serverStatus(server).getString("last_error").contains("bits"));
    assertThat(stateOf(server)).isEqualTo("faulty");
    workAt(server, workOn("ab", 441).put("coinbasevalue", 7));
    Awaitility.await().until(() -> currentJob().reward() == 7);
  }

  /** The first server, and a second one that is less preferred. */
  private JsonObject two(FakeCoinServer second) {
    JsonObject config = config(server).put("long_poll", false).put("job_refresh", "1s");
    config.getJsonArray("servers").add(serverConfig(second).put("priority", 50));
    return config;
  }

  private static JsonObject workOn(String parent, int height) {
    return REAL.getJsonObject("gbt")
        .copy()
        .put("height", height)
        .put("previousblockhash", parent.repeat(32));
  }

  private String stateOf(FakeCoinServer fake) {
    return serverStatus(fake).getString("status");
  }

  private JsonObject serverStatus(FakeCoinServer fake) {
    return status().getJsonObject("coinservers").getJsonObject("127.0.0.1:" + fake.port());
  }

  @Test
  void saysWhyThereIsNoWorkAndDoesNotHammerTheServer() {
    server.error("getblocktemplate", -9, "Litecoin is not connected!");
    deploy(config(server).put("block_poll", "20ms"));
    Awaitility.await().until(() -> status().getString("trouble").contains("no peers"));
    final long startNanos = System.nanoTime();
    int templates = server.calls("getblocktemplate").size();
    int before = server.calls("getbestblockhash").size();
    Awaitility.await().until(() -> server.calls("getbestblockhash").size() > before + 40);
    int seconds = (int) Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    assertThat(server.calls("getblocktemplate")).hasSizeLessThanOrEqualTo(templates + seconds + 2);
    assertThatThrownBy(this::askForJob).hasMessageContaining("no peers");
    workAt(server, REAL.getJsonObject("gbt"));
    Awaitility.await().until(() -> status().getString("trouble").isEmpty());
  }

  /** Or a single refusal would cost this node the lead: for so long it could make no work. */
  @Test
  void aRefreshThatFailedIsRepeatedLongBeforeTheNextIsDue() {
    deploy(config(server).put("long_poll", false).put("job_refresh", "1h"));
    currentJob();
    server.error("getblocktemplate", -1, "No space left on device");
    topics.signals(CURRENCY).publish(new PushSignal("udp", Optional.empty(), "north", 0));
    Awaitility.await().until(() -> stateOf(server).equals("faulty"));
    workAt(server, REAL.getJsonObject("gbt"));
    Awaitility.await().until(() -> stateOf(server).equals("live"));
  }

  @Test
  void startsWithoutAServerAndMinesWhenItComes() {
    server.stop();
    deploy(server);
    assertThatThrownBy(this::askForJob).hasMessageContaining("no work for LTC");
    server.resume();
    assertThat(currentJob().height()).isEqualTo(440);
  }

  @Test
  void refusesToStartWithAnAddressThatTheServerDoesNotKnow() {
    server.result("validateaddress", new JsonObject().put("isvalid", false));
    assertThatThrownBy(() -> deploy(server))
        .hasMessageContaining(ADDRESS)
        .hasMessageContaining("not valid");
    server.result(
        "validateaddress", new JsonObject().put("isvalid", true).put("scriptPubKey", "51"));
    assertThatThrownBy(() -> deploy(server)).hasMessageContaining("script 51");
  }

  @Test
  void refusesToStartOnAChainOfAnotherAlgorithm() {
    chainEndsWith(Fixtures.LITECOIN_20000);
    assertThatThrownBy(() -> deploy(config(server).put("algorithm", "sha256d")))
        .hasMessageContaining("coins.LTC")
        .hasMessageContaining("algorithm is sha256d")
        .hasMessageContaining("none of the last 1 headers");
    assertThatThrownBy(() -> deploy(config(server).put("block_id", "pow")))
        .hasMessageContaining("coins.LTC: block_id is pow");
    deploy(server);
    assertThat(currentJob().height()).isEqualTo(440);
  }

  @Test
  void readsTheHeaderOfAnOldServerFromTheWholeBlock() {
    chainEndsWith(Fixtures.LITECOIN_20000);
    server.error("getblockheader", -32601, "Method not found");
    server.result("getblock", Fixtures.LITECOIN_20000 + "00");
    assertThatThrownBy(() -> deploy(config(server).put("block_id", "pow")))
        .hasMessageContaining("coins.LTC: block_id is pow");
  }

  @Test
  void asksWhatTheServerMakesOfABlockOfItsFirstJob() {
    server.result(FakeCoinServer.PROPOSAL, null);
    deploy(server);
    Job job = currentJob();
    Awaitility.await().until(() -> "valid".equals(proposed()));
    assertThat(server.calls(FakeCoinServer.PROPOSAL)).hasSize(1);
    JsonObject question = server.calls(FakeCoinServer.PROPOSAL).get(0).getJsonObject(0);
    assertThat(question.getJsonArray("rules")).containsExactly("mweb", "segwit");
    String block = question.getString("data");
    BlockHeader header = BlockHeader.read(Hex.decode(block), 0);
    assertThat(header.previous()).isEqualTo(job.previous());
    assertThat(header.version()).isEqualTo(job.version());
    assertThat(header.time()).isEqualTo((int) job.time());
    // The extension block comes last.
    assertThat(block).endsWith("01" + REAL.getJsonObject("gbt").getString("mweb"));
    assertThat(status().getString("trouble")).isEmpty();
  }

  @Test
  void aRefusedProposalIsToldAndMiningGoesOn() {
    server.result(FakeCoinServer.PROPOSAL, "bad-cb-amount");
    deploy(server);
    assertThat(currentJob().height()).isEqualTo(440);
    Awaitility.await().until(() -> status().getString("trouble").contains("bad-cb-amount"));
    server.result(FakeCoinServer.PROPOSAL, null);
    assertThat(askForProposal().getString("result")).isEqualTo("valid");
    assertThat(status().getString("trouble")).isEmpty();
  }

  @Test
  void aProposalThatCameTooLateIsRepeatedWithTheNextBlock() {
    server.result(FakeCoinServer.PROPOSAL, "inconclusive-not-best-prevblk");
    deploy(config(server).put("long_poll", false));
    Awaitility.await().until(() -> "inconclusive-not-best-prevblk".equals(proposed()));
    assertThat(status().getString("trouble")).isEmpty();
    server.result(FakeCoinServer.PROPOSAL, null);
    workAt(
        server,
        REAL.getJsonObject("gbt")
            .copy()
            .put("height", 441)
            .put("previousblockhash", "ab".repeat(32)));
    Awaitility.await().until(() -> "valid".equals(proposed()));
  }

  @Test
  void aServerThatKnowsNoProposalsIsAskedOnce() {
    server.error(FakeCoinServer.PROPOSAL, -8, "Invalid mode");
    deploy(config(server).put("long_poll", false));
    Awaitility.await().until(() -> proposed().startsWith("not supported"));
    assertThat(status().getString("trouble")).isEmpty();
    workAt(
        server,
        REAL.getJsonObject("gbt")
            .copy()
            .put("height", 441)
            .put("previousblockhash", "ab".repeat(32)));
    Awaitility.await().until(() -> currentJob().height() == 441);
    assertThat(server.calls(FakeCoinServer.PROPOSAL)).hasSize(1);
  }

  private String proposed() {
    return status().getJsonObject("block_proposal").getString("result", "");
  }

  private JsonObject askForProposal() {
    return await(topics.proposal(CURRENCY).ask("", PATIENCE));
  }

  /** Makes this header the tip; older ones are not known. */
  private void chainEndsWith(String header) {
    Hash256 id = Hash256.of(Sha256.twice(Hex.decode(header)));
    workAt(server, REAL.getJsonObject("gbt").copy().put("previousblockhash", id.toString()));
    server.on(
        "getblockheader",
        (call, response) -> {
          JsonArray params = call.getJsonArray("params");
          if (params.getString(0).equals(id.toString())) {
            boolean whole = params.size() == 1;
            FakeCoinServer.result(same -> whole ? position(1) : header).to(call, response);
          } else {
            FakeCoinServer.error(-5, UNKNOWN_BLOCK).to(call, response);
          }
        });
  }

  private void assertOutcome(long job, int number, FakeCoinServer ready, BlockOutcome expected) {
    assertThat(await(ask(solved(job, number))).outcome())
        .as("answer %d", number)
        .isEqualTo(expected);
    assertThat(ready).isNotNull();
  }

  private static JsonObject position(int confirmations) {
    return new JsonObject().put("height", 440).put("confirmations", confirmations);
  }

  private FakeCoinServer serverAt(JsonObject template) {
    FakeCoinServer fake = FakeCoinServer.start(vertx);
    fake.result("validateaddress", new JsonObject().put("isvalid", true));
    fake.result("getblockcount", template.getInteger("height") - 1);
    workAt(fake, template);
    return fake;
  }

  private static void workAt(FakeCoinServer fake, JsonObject template) {
    fake.on(
        "getblocktemplate",
        (call, response) -> {
          if (!call.getJsonArray("params").getJsonObject(0).containsKey("longpollid")) {
            FakeCoinServer.result(params -> template).to(call, response);
          }
        });
    fake.result("getbestblockhash", template.getString("previousblockhash"));
  }

  private String deploy(FakeCoinServer fake) {
    return deploy(config(fake));
  }

  private String deploy(JsonObject coin) {
    JsonObject config =
        new JsonObject()
            .put("name", "test")
            .put("data_dir", folder.toString())
            .put("coins", new JsonObject().put(CURRENCY, coin));
    return await(
        vertx.deployVerticle(new JobManagerVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private static JsonObject config(FakeCoinServer fake) {
    JsonObject regtest =
        new JsonObject()
            .put("p2pkh", new JsonArray().add(111))
            .put("p2sh", new JsonArray().add(196))
            .put("bech32", "rltc");
    return new JsonObject()
        .put("family", "litecoin")
        .put("algorithm", "scrypt")
        .put("rules", new JsonArray().add("mweb").add("segwit"))
        .put("network", "regtest")
        .put("networks", new JsonObject().put("regtest", regtest))
        .put("pool_address", ADDRESS)
        .put("block_poll", "50ms")
        .put("rpc_ping_int", "100ms")
        .put("servers", new JsonArray().add(serverConfig(fake)));
  }

  private static JsonObject serverConfig(FakeCoinServer fake) {
    return new JsonObject()
        .put("address", "127.0.0.1")
        .put("port", fake.port())
        .put("username", "pool")
        .put("password", "geheim")
        .put("timeout", "1s");
  }

  private Job askForJob() {
    return await(topics.currentJob(CURRENCY).ask("", PATIENCE));
  }

  /** The current job, as soon as there is one. */
  private Job currentJob() {
    return Awaitility.await().ignoreExceptions().until(this::askForJob, job -> true);
  }

  private JsonObject status() {
    List<StatusReport> heard = new CopyOnWriteArrayList<>();
    var subscription = topics.status().subscribe(heard::add);
    Awaitility.await().until(() -> !heard.isEmpty());
    await(subscription.cancel());
    return heard.get(0).body();
  }

  private Future<BlockReport> ask(SolvedBlock solved) {
    return topics.solvedBlocks(CURRENCY).ask(solved, Duration.ofSeconds(30));
  }

  private static SolvedBlock solved(long job) {
    return solved(job, Hash256.ofDisplayHex(REAL.getString("block_hash")));
  }

  /** The same block under another name. */
  private static SolvedBlock solved(long job, int number) {
    return solved(job, Hash256.ofDisplayHex(String.format("%064x", number)));
  }

  private static SolvedBlock solved(long job, Hash256 hash) {
    return new SolvedBlock(
        job,
        CURRENCY,
        440,
        hash,
        Hex.decode(REAL.getString("header")),
        Hex.decode(REAL.getString("coinbase_stripped")),
        new Worker(ADDRESS, "rig"),
        1.0,
        1_700_000_000_000L,
        "test",
        null);
  }

  private long filesIn(String name) throws IOException {
    if (!Files.isDirectory(folder.resolve(name))) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder.resolve(name))) {
      return files.filter(file -> !file.toString().endsWith(".part")).count();
    }
  }

  private static JsonObject fixture(String name) {
    try (InputStream in =
        JobManagerVerticleTest.class.getResourceAsStream("/litecoin/" + name + ".json")) {
      return new JsonObject(Buffer.buffer(Objects.requireNonNull(in, name).readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
