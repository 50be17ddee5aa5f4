package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.Beat;
import io.powerpool.cluster.ClusterOptions;
import io.powerpool.cluster.Leaders;
import io.powerpool.cluster.Topics;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.stratum.BlockFinder;
import io.powerpool.testing.FakeCoinServer;
import io.powerpool.testing.TestJob;
import io.powerpool.work.Job;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Job managers on two nodes of a real cluster, with one coin server. */
class JobManagerClusterTest {

  private static final String CURRENCY = "LTC";
  private static final Duration LONG = Duration.ofSeconds(60);

  /** A real template, and the real block that was made from it. */
  private static final JsonObject REAL = fixture("09_mweb_pegin_pegout_and_plain");

  @TempDir private Path folder;
  private final Vertx daemon = Vertx.vertx();
  private final List<Vertx> nodes = new ArrayList<>();
  private FakeCoinServer server;

  @BeforeEach
  void start() throws IOException {
    int port = freePort();
    for (int i = 0; i < 2; i++) {
      ClusterOptions options = options(port);
      nodes.add(
          get(
              Vertx.builder()
                  .withClusterManager(new HazelcastClusterManager(options.toHazelcast()))
                  .buildClustered()));
    }
    server = coinServer();
  }

  private FakeCoinServer coinServer() {
    FakeCoinServer server = FakeCoinServer.start(daemon);
    JsonObject template = REAL.getJsonObject("gbt");
    server.result("validateaddress", new JsonObject().put("isvalid", true));
    server.result("getblockcount", template.getInteger("height") - 1);
    server.result("getbestblockhash", template.getString("previousblockhash"));
    server.result("getblocktemplate", template);
    server.result("submitblock", null);
    return server;
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> get(node.close()));
    get(daemon.close());
  }

  @Test
  void whoStandsByTakesOverAtOnceAndBuildsBlocksOfJobsThatItHasNotMade() {
    String first = deploy(0, true);
    Job job = await().atMost(LONG).until(() -> job(0), Objects::nonNull);
    deploy(1, true);
    await().atMost(LONG).until(() -> Leaders.of(nodes.get(0)).candidates(CURRENCY).size() == 2);
    await().atMost(LONG).until(() -> hasTemplate(1, job));
    List<Job> heard = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(1)).jobs(CURRENCY).subscribe(heard::add);

    get(nodes.get(0).undeploy(first));

    await().atMost(LONG).until(() -> leads(1));
    Job next = await().atMost(LONG).until(() -> newer(heard, job), Objects::nonNull);
    assertThat(next.id() >> Job.SEQUENCE_BITS).isGreaterThan(job.id() >> Job.SEQUENCE_BITS);
    assertThat(next.clean()).as("the same parent: miners go on").isFalse();
    BlockReport report = get(Topics.of(nodes.get(0)).solvedBlocks(CURRENCY).ask(solved(job), LONG));
    assertThat(report.outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(server.calls("submitblock"))
        .containsExactly(new JsonArray().add(REAL.getString("block")));
  }

  @Test
  void withoutALeaderANodeHandsItsBlockInItselfAndTellsTheLeaderLater() throws Exception {
    String leader = deploy(0, true);
    deploy(1, false);
    Job job = await().atMost(LONG).until(() -> job(1), Objects::nonNull);
    await().atMost(LONG).until(() -> hasTemplate(1, job));
    get(nodes.get(0).undeploy(leader));
    List<BlockReport> reports = new CopyOnWriteArrayList<>();
    Path solvedFolder = folder.resolve("solved");
    BlockFinder finder =
        new BlockFinder(
            nodes.get(1),
            "n1",
            solvedFolder,
            (report, chain) -> {
              reports.add(report);
              return CompletableFuture.completedFuture(null);
            });
    get(finder.start());

    SolvedBlock block = solved(job);
    finder.found(block, pending(block));

    await().atMost(LONG).until(() -> reports.size() == 2);
    assertThat(reports.get(1).outcome()).isEqualTo(BlockOutcome.ACCEPTED);
    assertThat(server.calls("submitblock")).hasSize(1);
    await("the leader is still owed the block").until(() -> files(solvedFolder) == 1);

    server.result("submitblock", "duplicate");
    server.on("getblockheader", JobManagerClusterTest::isInTheChain);
    deploy(0, true);

    await().atMost(LONG).until(() -> files(solvedFolder) == 0);
    assertThat(reports).as("one outcome").hasSize(2);
    get(finder.close());
  }

  @Test
  void aLeaderWithoutACoinServerGivesWayToOneThatHasItsOwn() {
    deploy(0, true);
    Job job = await().atMost(LONG).until(() -> job(0), Objects::nonNull);
    FakeCoinServer others = coinServer();
    deploy(1, true, others);
    await().atMost(LONG).until(() -> Leaders.of(nodes.get(0)).candidates(CURRENCY).size() == 2);
    List<Job> heard = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(0)).jobs(CURRENCY).subscribe(heard::add);

    server.stop();

    await().atMost(LONG).until(() -> leads(1));
    Job next = await().atMost(LONG).until(() -> newer(heard, job), Objects::nonNull);
    assertThat(next.id() >> Job.SEQUENCE_BITS).isGreaterThan(job.id() >> Job.SEQUENCE_BITS);
    assertThat(next.clean()).as("the same parent: miners go on").isFalse();
    others.result("getblocktemplate", REAL.getJsonObject("gbt").copy().put("coinbasevalue", 7L));
    await().atMost(LONG).until(() -> heard.stream().anyMatch(other -> other.reward() == 7));
    // It answers for those that were made before, and is there if the other one goes.
    assertThat(Leaders.of(nodes.get(0)).candidates(CURRENCY))
        .extracting(Beat::node, Beat::state)
        .contains(tuple("n0", Beat.State.STANDBY));
  }

  /**
   * As after a split: who led on the other side is gone, and what is left of its term is a job that
   * a node keeps which leads nothing itself.
   */
  @Test
  void aLeaderBeginsATermAboveThatOfAJobWhoseLeaderIsGone() {
    deploy(0, true);
    deploy(1, false);
    Job job = await().atMost(LONG).until(() -> job(1), Objects::nonNull);
    long later = (job.id() >> Job.SEQUENCE_BITS) + Duration.ofHours(1).toMillis();
    Job orphan = job.renumbered(later << Job.SEQUENCE_BITS, false);
    List<Job> heard = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(1)).jobs(CURRENCY).subscribe(heard::add);

    Topics.of(nodes.get(1)).jobs(CURRENCY).publish(orphan);

    Job next = await().atMost(LONG).until(() -> newer(heard, orphan), Objects::nonNull);
    assertThat(next.id() >> Job.SEQUENCE_BITS).isGreaterThan(later);
    assertThat(next.clean()).as("the same parent: miners go on").isFalse();
    assertThat(leads(0)).isTrue();
    await().atMost(LONG).until(() -> hasTemplate(1, next));
  }

  /** The leader lacks the template, and its answer comes before the finder asks anybody else. */
  @Test
  void aBlockThatTheLeaderRefusesAtOnceIsHandedInByTheNodeThatFoundIt() throws Exception {
    deploy(0, true);
    deploy(1, false);
    Job job = await().atMost(LONG).until(() -> job(1), Objects::nonNull);
    await().atMost(LONG).until(() -> hasTemplate(1, job));
    SolvedBlock block = solved(job);
    lead(
        "n2",
        (job.id() >> Job.SEQUENCE_BITS) + 60_000,
        asked ->
            Future.succeededFuture(
                pending(asked).with(BlockOutcome.REJECTED, "the template is not kept any more")));
    List<BlockReport> reports = new CopyOnWriteArrayList<>();
    Path solvedFolder = folder.resolve("solved");
    BlockFinder finder =
        new BlockFinder(
            nodes.get(1),
            "n1",
            solvedFolder,
            (report, chain) -> {
              reports.add(report);
              return CompletableFuture.completedFuture(null);
            });
    get(finder.start());

    finder.found(block, pending(block));

    await().atMost(LONG).until(() -> reports.size() > 1 && files(solvedFolder) == 0);
    assertThat(reports)
        .extracting(BlockReport::outcome)
        .containsExactly(BlockOutcome.PENDING, BlockOutcome.ACCEPTED);
    assertThat(server.calls("submitblock")).hasSize(1);
    get(finder.close());
  }

  /** By the clock of the node that found it, which may be an hour behind. */
  @Test
  void aBlockWhoseTemplateNobodyHasIsAskedAboutAgainHoweverOldItSeems() {
    deploy(0, true);
    await()
        .atMost(LONG)
        .until(() -> job(0) != null && Leaders.of(nodes.get(1)).leader(CURRENCY).isPresent());
    SolvedBlock block = solved(7, 3_600_000);

    Future<BlockReport> asked = Topics.of(nodes.get(1)).solvedBlocks(CURRENCY).ask(block, LONG);

    await().atMost(LONG).until(asked::isComplete);
    assertThat(asked.cause()).hasMessageContaining("has the template of job 7");
  }

  /** It was lost, and so was the answer when it was asked for. */
  @Test
  void aTemplateIsAskedForAsLongAsItsJobIsRepeated() {
    deploy(0, true);
    Job job = await().atMost(LONG).until(() -> job(0), Objects::nonNull);
    long later = (job.id() >> Job.SEQUENCE_BITS) + 60_000;
    AtomicInteger asked = new AtomicInteger();
    Topics.of(nodes.get(0))
        .template(CURRENCY)
        .serve(
            "n2",
            id -> {
              asked.incrementAndGet();
              return Future.failedFuture("lost");
            });
    lead("n2", later, block -> Future.failedFuture("none"));
    Job lost =
        new TestJob(later << Job.SEQUENCE_BITS)
            .coin(CURRENCY, "scrypt")
            .parent(job.previous())
            .now()
            .make();

    Topics.of(nodes.get(0)).jobs(CURRENCY).publish(lost);

    await().atMost(LONG).until(() -> asked.get() >= 3);
  }

  /** Another one leads from now on, as a test has it do. */
  private void lead(String node, long epoch, Function<SolvedBlock, Future<BlockReport>> answers) {
    Topics topics = Topics.of(nodes.get(0));
    topics.solvedBlocks(CURRENCY).serve(node, answers);
    Beat beat = new Beat(CURRENCY, List.of(), node, 2, Beat.State.LEADING, epoch, epoch, "", true);
    nodes.get(0).setPeriodic(1, 100, fired -> topics.beats().publish(beat));
    await()
        .atMost(LONG)
        .until(
            () ->
                Leaders.of(nodes.get(1))
                    .leader(CURRENCY)
                    .filter(leader -> leader.node().equals(node))
                    .isPresent());
  }

  private static void isInTheChain(JsonObject call, HttpServerResponse response) {
    boolean ours = call.getJsonArray("params").getString(0).equals(REAL.getString("block_hash"));
    if (ours) {
      FakeCoinServer.result(params -> new JsonObject().put("height", 440).put("confirmations", 1))
          .to(call, response);
    } else {
      FakeCoinServer.error(-5, "Block not found").to(call, response);
    }
  }

  private String deploy(int number, boolean stands) {
    return deploy(number, stands, server);
  }

  private String deploy(int number, boolean stands, FakeCoinServer server) {
    JsonObject coin =
        new JsonObject()
            .put("family", "litecoin")
            .put("algorithm", "scrypt")
            .put("rules", new JsonArray().add("mweb").add("segwit"))
            .put("network", "regtest")
            .put(
                "networks",
                new JsonObject()
                    .put(
                        "regtest",
                        new JsonObject()
                            .put("p2pkh", new JsonArray().add(111))
                            .put("p2sh", new JsonArray().add(196))
                            .put("bech32", "rltc")))
            .put("pool_address", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn")
            .put("long_poll", false)
            .put(
                "servers",
                new JsonArray()
                    .add(
                        new JsonObject()
                            .put("address", "127.0.0.1")
                            .put("port", server.port())
                            .put("username", "pool")
                            .put("password", "geheim")));
    JsonObject config =
        new JsonObject()
            .put("node", "n" + number)
            .put("data_dir", data(number).toString())
            .put("coins", new JsonObject().put(CURRENCY, coin));
    return get(
        nodes
            .get(number)
            .deployVerticle(
                new JobManagerVerticle(stands), new DeploymentOptions().setConfig(config)));
  }

  private Path data(int number) {
    return folder.resolve("node" + number);
  }

  private boolean hasTemplate(int number, Job job) {
    String name = Long.toHexString(job.id());
    return Stream.of("templates/LTC", "reserve/templates/LTC")
        .anyMatch(place -> Files.exists(data(number).resolve(place).resolve(name)));
  }

  private boolean leads(int number) {
    Optional<Beat> leader = Leaders.of(nodes.get(number)).leader(CURRENCY);
    return leader.filter(beat -> beat.node().equals("n" + number)).isPresent();
  }

  /** The present job, as a node hears of it; null before there is one. */
  private Job job(int number) {
    Future<Job> asked =
        Topics.of(nodes.get(number)).currentJob(CURRENCY).ask("", Duration.ofSeconds(5));
    await().atMost(LONG).until(asked::isComplete);
    return asked.result();
  }

  private static Job newer(List<Job> heard, Job than) {
    return heard.stream().filter(job -> job.id() > than.id()).findFirst().orElse(null);
  }

  private static SolvedBlock solved(Job job) {
    return solved(job.id(), 0);
  }

  private static SolvedBlock solved(long jobId, long millisAgo) {
    return new SolvedBlock(
        jobId,
        CURRENCY,
        440,
        Hash256.ofDisplayHex(REAL.getString("block_hash")),
        Hex.decode(REAL.getString("header")),
        Hex.decode(REAL.getString("coinbase_stripped")),
        new Worker("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", "rig"),
        1.0,
        System.currentTimeMillis() - millisAgo,
        "n1",
        null);
  }

  private static BlockReport pending(SolvedBlock block) {
    return new BlockReport(
        block.epochMillis(),
        CURRENCY,
        "scrypt",
        block.height(),
        block.hash(),
        block.worker(),
        0,
        "207fffff",
        1,
        BlockOutcome.PENDING,
        "");
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".solved")).count();
    }
  }

  private static ClusterOptions options(int port) {
    Map<String, Object> values =
        Map.of("name", "managers-" + port, "port", port, "members", List.of("127.0.0.1:" + port));
    return ClusterOptions.from(Section.root(values, new Faults()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static <T> T get(Future<T> future) {
    await().atMost(LONG).until(future::isComplete);
    if (future.failed()) {
      throw new AssertionError(future.cause());
    }
    return future.result();
  }

  private static JsonObject fixture(String name) {
    try (InputStream in =
        JobManagerClusterTest.class.getResourceAsStream("/litecoin/" + name + ".json")) {
      return new JsonObject(Buffer.buffer(Objects.requireNonNull(in, name).readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
