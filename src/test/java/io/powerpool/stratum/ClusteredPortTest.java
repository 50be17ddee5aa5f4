package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.powerpool.cluster.Beat;
import io.powerpool.cluster.ClusterOptions;
import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.Topics;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.jobmanager.PrefixTable;
import io.powerpool.testing.TestCoins;
import io.powerpool.testing.TestJob;
import io.powerpool.work.Job;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Stratum verticles and job managers on two nodes of a real cluster. */
class ClusteredPortTest {

  private static final String USER = TestCoins.address(1);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int BITS = 8;

  private final List<Vertx> nodes = new ArrayList<>();

  /** How far the ports' clock is ahead. */
  private final AtomicLong ahead = new AtomicLong();

  private final Clocks clocks =
      new Clocks(() -> System.nanoTime() + ahead.get(), System::currentTimeMillis);

  /** What a job manager does about prefixes and jobs, without coin servers and an election. */
  private static final class Manager {
    private final Vertx vertx;
    private final long process;
    private final PrefixTable table;
    private Beat.State state;
    private final long epoch;
    private long sequence;
    private long beats;

    Manager(Vertx vertx, long process, Beat.State state) {
      this(vertx, process, state, System.currentTimeMillis());
    }

    Manager(Vertx vertx, long process, Beat.State state, long epoch) {
      this.vertx = vertx;
      this.process = process;
      this.state = state;
      this.epoch = epoch;
      this.table = new PrefixTable(process);
      Topics topics = Topics.of(vertx);
      topics
          .extranonces(name())
          .serve(
              claim ->
                  Future.succeededFuture(
                      table.claim(claim, System.nanoTime(), System.currentTimeMillis())));
      topics.currentJob("TST").serve(name(), who -> Future.succeededFuture(job('a')));
      beats = vertx.setPeriodic(250, timer -> beat());
    }

    void die() {
      vertx.cancelTimer(beats);
    }

    String name() {
      return "jm" + process;
    }

    void lead() {
      state = Beat.State.LEADING;
      beat();
    }

    private void beat() {
      Topics.of(vertx)
          .beats()
          .publish(new Beat("TST", List.of(), name(), process, state, epoch, epoch, "", true));
    }

    Job job(char parent) {
      return new TestJob((epoch << Job.SEQUENCE_BITS) + ++sequence)
          .parent(parent)
          .clean(false)
          .now()
          .make();
    }
  }

  /** A miner that takes new extranonces, and what it was told. */
  private static final class Miner {
    final List<JsonObject> lines = new CopyOnWriteArrayList<>();
    final NetSocket socket;

    Miner(Vertx vertx, int port, String password, String session) {
      Future<NetSocket> connected = vertx.createNetClient().connect(port, "127.0.0.1");
      await().atMost(LONG).until(connected::isComplete);
      socket = connected.result();
      socket.handler(
          RecordParser.newDelimited("\n", line -> lines.add(new JsonObject(line.toString()))));
      socket.write(
          """
          {"id":1,"method":"mining.subscribe","params":["test","%s"]}
          {"id":2,"method":"mining.extranonce.subscribe","params":[]}
          {"id":3,"method":"mining.authorize","params":["%s","%s"]}
          """
              .formatted(session, USER, password));
    }

    /** Finds a share: here every hash is one. */
    void submit() {
      JsonArray job = order("mining.notify").orElseThrow();
      socket.write(
          new JsonObject()
                  .put("id", 4)
                  .put("method", "mining.submit")
                  .put(
                      "params",
                      JsonArray.of(
                          USER, job.getString(0), "00".repeat(8), job.getString(7), "00000001"))
                  .encode()
              + "\n");
      await().atMost(LONG).until(() -> answer(4).isPresent());
      assertThat(answer(4).orElseThrow().getValue("error")).isNull();
    }

    Optional<JsonObject> answer(int id) {
      return lines.stream()
          .filter(line -> Integer.valueOf(id).equals(line.getValue("id")))
          .findFirst();
    }

    String session() {
      return answer(1)
          .orElseThrow()
          .getJsonArray("result")
          .getJsonArray(0)
          .getJsonArray(0)
          .getString(1);
    }

    Optional<JsonArray> order(String method) {
      return lines.stream()
          .filter(line -> method.equals(line.getString("method")))
          .reduce((first, last) -> last)
          .map(line -> line.getJsonArray("params"));
    }

    String extranonce1() {
      await().atMost(LONG).until(() -> order("mining.notify").isPresent());
      return answer(1).orElseThrow().getJsonArray("result").getString(1);
    }
  }

  @BeforeEach
  void meet() throws IOException {
    int port = freePort();
    for (int i = 0; i < 2; i++) {
      ClusterOptions options =
          new ClusterOptions(
              "ports-" + port,
              "127.0.0.1",
              port,
              0,
              List.of("127.0.0.1:" + port),
              Duration.ofSeconds(1),
              Duration.ofSeconds(5),
              Optional.empty(),
              Optional.empty(),
              Optional.empty());
      Future<Vertx> node =
          Vertx.builder().withClusterManager(options.toClusterManager()).buildClustered();
      await().atMost(Duration.ofMinutes(1)).until(node::succeeded);
      nodes.add(node.result());
    }
  }

  @AfterEach
  void close() {
    for (Vertx node : nodes) {
      await().atMost(LONG).until(node.close()::isComplete);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private StratumVerticle deploy(Vertx vertx, String name, PrefixLease lease) {
    return deploy(vertx, name, lease, 0);
  }

  private StratumVerticle deploy(Vertx vertx, String name, PrefixLease lease, int port) {
    Faults faults = new Faults();
    StratumOptions options =
        StratumOptions.from(
            Section.root(
                Map.of(
                    "ports",
                    List.of(
                        Map.of(
                            "port",
                            port,
                            "address",
                            "127.0.0.1",
                            "coin",
                            "TST",
                            "start_difficulty",
                            1e-9,
                            "minimum_manual_diff",
                            1e-9,
                            "vardiff",
                            Map.of("enabled", false)))),
                faults),
            0);
    Coin coin = TestCoins.coin("TST", Map.of("difficulty_one", "f".repeat(64)));
    faults.throwIfAny();
    StratumNode node =
        new StratumNode(
            name,
            options,
            Map.of("TST", coin),
            Map.of(),
            share -> {},
            (block, report) -> {},
            100,
            Optional.of(lease));
    StratumVerticle verticle =
        new StratumVerticle(node, 0, any -> (header, done) -> false, clocks, "1");
    Future<String> up =
        vertx
            .deployVerticle(new PrefixVerticle(lease))
            .compose(claiming -> vertx.deployVerticle(verticle));
    await().atMost(LONG).until(up::succeeded);
    return verticle;
  }

  private static PrefixLease lease(String name, long process, OptionalInt fixed) {
    return new PrefixLease(name, process, BITS, fixed, Duration.ofMinutes(20), new Random(process));
  }

  private static String prefix(String extranonce1) {
    return extranonce1.substring(0, 2);
  }

  @Test
  void minersHaveExtranoncesThatEveryMakerOfTheirJobsHasGranted() {
    PrefixLease lease = lease("edge0", 10, OptionalInt.empty());
    StratumVerticle first = deploy(nodes.get(0), "edge0", lease);
    // It is up though nobody can be let in.
    assertThat(first.actualPort(0)).isZero();
    Manager leader = new Manager(nodes.get(1), 1, Beat.State.LEADING);
    StratumVerticle second = deploy(nodes.get(1), "edge1", lease("edge1", 11, OptionalInt.empty()));
    await().atMost(LONG).until(() -> first.actualPort(0) > 0 && second.actualPort(0) > 0);
    Miner one = new Miner(nodes.get(0), first.actualPort(0), "", "");
    Miner other = new Miner(nodes.get(1), second.actualPort(0), "", "");
    String before = prefix(one.extranonce1());
    assertThat(prefix(other.extranonce1())).isNotEqualTo(before);

    // As after a split: where the next leader comes from, another node has this one's prefix.
    Manager next = new Manager(nodes.get(1), 2, Beat.State.STANDBY);
    next.table.claim(
        new PrefixClaim(
            "edge2", 12, 1, BITS, lease.prefix(), lease.prefix(), Duration.ofHours(1).toMillis()),
        System.nanoTime(),
        System.currentTimeMillis());
    next.lead();
    Topics.of(nodes.get(1)).jobs("TST").publish(next.job('b'));

    await().atMost(LONG).until(() -> one.order("mining.set_extranonce").isPresent());
    String after = prefix(one.order("mining.set_extranonce").orElseThrow().getString(0));
    assertThat(after).isNotEqualTo(before).isNotEqualTo(prefix(other.extranonce1()));
    await()
        .atMost(LONG)
        .until(
            () ->
                one.order("mining.notify").orElseThrow().getString(1).startsWith("b")
                    && other.order("mining.notify").orElseThrow().getString(1).startsWith("b"));
    assertThat(other.order("mining.set_extranonce")).isEmpty();
    assertThat(leader.epoch).isLessThan(next.epoch);
  }

  @Test
  void aMinerGoesOnOnTheOtherNodeWithItsDifficultyButAnExtranonceOfThatNode() {
    new Manager(nodes.get(1), 1, Beat.State.LEADING);
    StratumVerticle first = deploy(nodes.get(0), "edge0", lease("edge0", 10, OptionalInt.empty()));
    StratumVerticle second = deploy(nodes.get(1), "edge1", lease("edge1", 11, OptionalInt.empty()));
    List<JsonObject> statuses = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(1))
        .status()
        .subscribe(
            report -> {
              if (report.node().equals("edge1")) {
                statuses.add(report.body());
              }
            });
    await().atMost(LONG).until(() -> first.actualPort(0) > 0 && second.actualPort(0) > 0);
    Miner miner = new Miner(nodes.get(0), first.actualPort(0), "d=5e-9", "");
    String before = miner.extranonce1();
    miner.submit();
    await()
        .atMost(LONG)
        .until(() -> statuses.stream().anyMatch(body -> body.getInteger("remote_sessions") == 1));

    Miner again = new Miner(nodes.get(1), second.actualPort(0), "", miner.session());
    assertThat(prefix(again.extranonce1())).isNotEqualTo(prefix(before));
    assertThat(again.session()).isEqualTo(miner.session());
    assertThat(again.order("mining.set_difficulty").orElseThrow().getDouble(0)).isEqualTo(5e-9);
  }

  @Test
  void aNodeWhoseGivenPrefixIsAnothersLetsNobodyInUntilItIsFree() {
    new Manager(nodes.get(1), 1, Beat.State.LEADING);
    PrefixLease holder = lease("edge0", 10, OptionalInt.of(7));
    StratumVerticle first = deploy(nodes.get(0), "edge0", holder);
    await().atMost(LONG).until(() -> first.actualPort(0) > 0);
    List<String> troubles = troubles("edge1");
    StratumVerticle second = deploy(nodes.get(1), "edge1", lease("edge1", 11, OptionalInt.of(7)));
    await()
        .atMost(LONG)
        .until(
            () ->
                troubles.contains(
                    "extranonce_prefix 7 of node edge1 is taken by node edge0, says the job manager"
                        + " of jm1"));
    assertThat(second.actualPort(0)).isZero();

    for (String deployed : nodes.get(0).deploymentIDs()) {
      await().atMost(LONG).until(nodes.get(0).undeploy(deployed)::isComplete);
    }
    await().atMost(LONG).until(() -> second.actualPort(0) > 0);
    assertThat(troubles.get(troubles.size() - 1)).isNotEmpty();
  }

  @Test
  void aPortThatSomethingElseHasIsOpenedOnceThatIsGone() throws IOException {
    new Manager(nodes.get(1), 1, Beat.State.LEADING);
    List<String> troubles = troubles("edge0");
    int port = freePort();
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(PortServer.class);
    told.start();
    logger.addAppender(told);
    StratumVerticle verticle;
    try (ServerSocket other = new ServerSocket(port)) {
      verticle = deploy(nodes.get(0), "edge0", lease("edge0", 10, OptionalInt.empty()), port);
      await()
          .atMost(LONG)
          .until(
              () ->
                  troubles.stream()
                          .filter(words -> words.startsWith("cannot listen on 127.0.0.1:" + port))
                          .count()
                      >= 3);
      assertThat(verticle.actualPort(0)).isZero();
      assertThat(other.isBound()).isTrue();
    } finally {
      logger.detachAppender(told);
    }
    // It was tried each second.
    assertThat(told.list).filteredOn(event -> event.getLevel() == Level.ERROR).hasSize(1);
    await().atMost(LONG).until(() -> verticle.actualPort(0) == port);
    await().atMost(LONG).until(() -> last(troubles).isEmpty());
  }

  /** As after a split, when the leader of one side has died and the other knows nothing of it. */
  @Test
  void aLeaderIsShownTheJobOfADeadOneThatKeepsItsOwnFromAPort() {
    long now = System.currentTimeMillis();
    Manager dead = new Manager(nodes.get(1), 2, Beat.State.LEADING, now + 1000);
    List<String> troubles = troubles("edge0");
    StratumVerticle port = deploy(nodes.get(0), "edge0", lease("edge0", 10, OptionalInt.empty()));
    await().atMost(LONG).until(() -> port.actualPort(0) > 0);
    Miner miner = new Miner(nodes.get(0), port.actualPort(0), "", "");
    miner.extranonce1();
    await().atMost(LONG).until(() -> last(troubles).isEmpty());
    dead.die();
    Manager other = new Manager(nodes.get(1), 1, Beat.State.LEADING, now - 3_600_000);
    List<Job> shown = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(1)).jobs("TST").subscribe(shown::add);

    long repeats =
        nodes
            .get(1)
            .setPeriodic(100, timer -> Topics.of(nodes.get(1)).jobs("TST").publish(other.job('b')));

    await()
        .atMost(LONG)
        .until(() -> shown.stream().anyMatch(job -> job.id() >> Job.SEQUENCE_BITS == dead.epoch));
    ahead.set(Duration.ofSeconds(31).toNanos());
    await()
        .atMost(LONG)
        .until(
            () ->
                last(troubles)
                    .equals(
                        "node edge0 has heard nothing for 30 s of the leader of TST whose job its"
                            + " miners work on: it may be stale"));
    nodes.get(1).cancelTimer(repeats);

    // It was only cut off.
    dead.lead();
    await().atMost(LONG).until(() -> last(troubles).isEmpty());
  }

  /** What was said last. */
  private static String last(List<String> troubles) {
    return troubles.isEmpty() ? "nothing yet" : troubles.get(troubles.size() - 1);
  }

  /** What the ports of a node say is wrong, as they say it. */
  private List<String> troubles(String node) {
    List<String> troubles = new CopyOnWriteArrayList<>();
    Topics.of(nodes.get(1))
        .status()
        .subscribe(
            report -> {
              if (report.node().equals(node)) {
                troubles.add(report.body().getString("trouble"));
              }
            });
    return troubles;
  }
}
