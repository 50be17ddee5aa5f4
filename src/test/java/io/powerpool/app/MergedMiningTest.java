package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topic;
import io.powerpool.cluster.Topics;
import io.powerpool.devchain.AuxRules;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
import io.powerpool.merged.MergedWork;
import io.powerpool.miner.ClientJob;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.testing.FakeMiner;
import io.powerpool.work.Job;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole pool on one main chain and three that are mined with it, all with real rules. */
class MergedMiningTest {

  private static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A block takes so many hashes: 512; of the others 2, 4096 and 8192. */
  private static final Map<String, String> BITS =
      Map.of("DEV", "1f7fffff", "EASY", "207fffff", "HARD", "1f0fffff", "HARDER", "1f07ffff");

  private static final Map<String, Integer> CHAIN_IDS = Map.of("EASY", 98, "HARD", 1, "HARDER", 9);

  private final Vertx vertx = Vertx.vertx();

  /** The ids of each chain's blocks, the newest last. */
  private final Map<String, List<Hash256>> chains = new ConcurrentHashMap<>();

  private final Map<String, Gate> gates = new ConcurrentHashMap<>();
  private final List<Job> jobs = new CopyOnWriteArrayList<>();
  private final List<BlockReport> reports = new CopyOnWriteArrayList<>();
  private int port;
  private String pool;
  private long extranonce2;

  @TempDir private Path folder;

  @BeforeEach
  void startChains() {
    BITS.keySet().forEach(this::startChain);
    Topics.of(vertx).jobs("DEV").subscribe(jobs::add);
  }

  @AfterEach
  void close() {
    get(vertx.close());
  }

  @Test
  void aHashIsABlockOfEveryChainWhoseTargetItMeets() {
    gates.get("EASY").shut();
    startPool();
    try (FakeMiner miner = FakeMiner.ready(vertx, port, ADDRESS + ".rig", "x")) {
      // A chain without work is left out, and keeps nobody waiting.
      assertThat(mine(miner, jobOf("HARD", "HARDER"), "DEV", "HARD")).containsExactly("DEV");

      gates.get("EASY").open();
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "EASY", "DEV"))
          .containsExactly("EASY");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "DEV", "HARD"))
          .containsExactly("DEV", "EASY");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "HARD", "HARDER"))
          .containsExactly("DEV", "EASY", "HARD");
      assertThat(mine(miner, jobOf("EASY", "HARD", "HARDER"), "HARDER", ""))
          .containsExactly("DEV", "EASY", "HARD", "HARDER");
    }
    assertThat(reports).extracting(BlockReport::outcome).doesNotContain(BlockOutcome.REJECTED);
    // Only HARD is configured to flush: its block alone makes miners drop work on the same parent.
    for (int i = 1; i < jobs.size(); i++) {
      Job before = jobs.get(i - 1);
      Job job = jobs.get(i);
      boolean flushed =
          !parent(before, "HARD").equals(parent(job, "HARD")) && !parent(before, "HARD").isEmpty();
      if (job.previous().equals(before.previous()) && job.clean()) {
        assertThat(flushed).as("%s", job).isTrue();
      }
    }
  }

  @Test
  void aBlockThatNobodyCouldTakeIsHandedInAfterARestart() {
    startPool();
    try (FakeMiner miner = FakeMiner.ready(vertx, port, ADDRESS, "x")) {
      Job job = jobOf("EASY", "HARD", "HARDER");
      gates.get("EASY").shut();
      submit(miner, job, "EASY", "DEV");
      await().atMost(LIMIT).until(() -> reported("EASY", BlockOutcome.PENDING));
    }
    get(vertx.undeploy(pool));
    assertThat(chains.get("EASY")).hasSize(1);

    startPool();
    gates.get("EASY").open();
    await().atMost(LIMIT).until(() -> reported("EASY", BlockOutcome.ACCEPTED));
    assertThat(chains.get("EASY")).hasSize(2);
    BlockReport taken = reports.get(reports.size() - 1);
    assertThat(taken.hash()).isEqualTo(chains.get("EASY").get(1));
    assertThat(taken.height()).isEqualTo(1);
    assertThat(taken.reward()).isEqualTo(5_000_000_000L);
  }

  /**
   * Submits a share that meets one target but not another, and tells which chains have grown by it,
   * in the order in which their blocks were found.
   */
  private List<String> mine(FakeMiner miner, Job job, String met, String missed) {
    reports.clear();
    Map<String, Integer> before = new ConcurrentHashMap<>();
    chains.forEach((name, blocks) -> before.put(name, blocks.size()));
    submit(miner, job, met, missed);
    await().atMost(LIMIT).until(() -> reports.stream().anyMatch(this::isTaken));
    List<String> found =
        reports.stream()
            .filter(report -> report.outcome() == BlockOutcome.PENDING)
            .map(BlockReport::coin)
            .toList();
    await()
        .atMost(LIMIT)
        .until(() -> found.stream().allMatch(name -> reported(name, BlockOutcome.ACCEPTED)));
    before.forEach(
        (name, size) ->
            assertThat(chains.get(name)).hasSize(found.contains(name) ? size + 1 : size));
    for (BlockReport report : reports) {
      List<Hash256> blocks = chains.get(report.coin());
      assertThat(report.hash()).isEqualTo(blocks.get(blocks.size() - 1));
      assertThat(report.height()).isEqualTo(blocks.size() - 1);
      assertThat(report.bits()).isEqualTo(BITS.get(report.coin()));
    }
    return found;
  }

  private boolean isTaken(BlockReport report) {
    return report.outcome() == BlockOutcome.ACCEPTED;
  }

  private boolean reported(String chain, BlockOutcome outcome) {
    return reports.stream()
        .anyMatch(report -> report.coin().equals(chain) && report.outcome() == outcome);
  }

  private void submit(FakeMiner miner, Job job, String met, String missed) {
    ClientJob received = received(miner, job);
    Predicate<Hash256> wanted =
        hash -> missed.isEmpty() || !hash.meets(CompactBits.ofHex(BITS.get(missed)).toTarget());
    FakeMiner.Found share;
    do {
      share =
          miner.mine(
              received, new Sha256d(), extranonce2++, CompactBits.ofHex(BITS.get(met)).toTarget());
    } while (!wanted.test(share.hash()));
    // The share's own difficulty is met by none of these: a block is a block all the same.
    miner.submit(ADDRESS, share);
  }

  /** The job as the miner has it. */
  private static ClientJob received(FakeMiner miner, Job job) {
    while (true) {
      ClientJob received = miner.awaitJob();
      byte[] coinbase =
          received.coinbase(new byte[job.extranonce1Size()], new byte[job.extranonce2Size()]);
      if (Arrays.equals(coinbase, 0, job.prefix().length, job.prefix(), 0, job.prefix().length)) {
        return received;
      }
    }
  }

  /** The present job, when it builds on the tips of the main chain and exactly these others. */
  private Job jobOf(String... others) {
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              Job job = jobs.isEmpty() ? null : jobs.get(jobs.size() - 1);
              return job != null
                  && job.previous().equals(tip("DEV"))
                  && job.merged().stream()
                      .map(MergedWork::currency)
                      .sorted()
                      .toList()
                      .equals(List.of(others))
                  && job.merged().stream()
                      .allMatch(work -> work.work().previous().equals(tip(work.currency())));
            });
    return jobs.get(jobs.size() - 1);
  }

  private static String parent(Job job, String chain) {
    return job.merged().stream()
        .filter(work -> work.currency().equals(chain))
        .map(work -> work.work().previous().toString())
        .findFirst()
        .orElse("");
  }

  private Hash256 tip(String chain) {
    List<Hash256> blocks = chains.get(chain);
    return blocks.get(blocks.size() - 1);
  }

  private void startChain(String name) {
    DevChainOptions rules =
        DevChainOptions.regtest()
            .withFixedBits(CompactBits.ofHex(BITS.get(name)))
            .withSeed(name.hashCode());
    if (CHAIN_IDS.containsKey(name)) {
      rules = rules.withAux(AuxRules.ofChain(CHAIN_IDS.get(name)));
    }
    DevChain chain = new DevChain(rules, System.currentTimeMillis() - 60_000);
    List<Hash256> blocks = new CopyOnWriteArrayList<>(List.of(chain.tipHash()));
    chains.put(name, blocks);
    DevChainServer server =
        new DevChainServer(
            DevChainServerOptions.local(0, "user", "secret"),
            chain,
            Clock.systemUTC(),
            blocks::add);
    get(vertx.deployVerticle(server));
    gates.put(name, new Gate(server.port()));
  }

  private void startPool() {
    JsonObject coins =
        new JsonObject()
            .put("DEV", coin("DEV").put("merged", JsonArray.of("EASY", "HARD", "HARDER")))
            .put("EASY", coin("EASY").put("work_interval", "100ms").put("chain_id", 98))
            .put("HARD", coin("HARD").put("work_interval", "100ms").put("flush", true))
            .put("HARDER", coin("HARDER").put("work_interval", "100ms"));
    JsonObject miners =
        new JsonObject().put("address", "127.0.0.1").put("port", 0).put("coin", "DEV");
    JsonObject config =
        ConfigFile.withDefinitions(
            new JsonObject()
                .put("roles", JsonArray.of("jobmanager", "reporter", "stratum"))
                .put("data_dir", folder.resolve("data").toString())
                .put("coins", coins)
                .put("stratum", new JsonObject().put("ports", JsonArray.of(miners))));
    CompletableFuture<Integer> listening = new CompletableFuture<>();
    Topic.Subscription subscription =
        Topics.of(vertx)
            .status()
            .subscribe(
                status -> {
                  if (status.type().equals("stratum")) {
                    listening.complete(status.body().getInteger("port"));
                  }
                });
    pool =
        get(
            vertx.deployVerticle(
                new MainVerticle(Optional.empty(), 1, reports::add),
                new DeploymentOptions().setConfig(config)));
    port = listening.orTimeout(30, TimeUnit.SECONDS).join();
    get(subscription.cancel());
  }

  private JsonObject coin(String name) {
    JsonObject server =
        new JsonObject()
            .put("port", gates.get(name).port)
            .put("username", "user")
            .put("password", "secret");
    return new JsonObject()
        .put("definition", "devchain")
        .put("pool_address", ADDRESS)
        .put("block_poll", "50ms")
        .put("rpc_ping_int", "100ms")
        .put("servers", JsonArray.of(server));
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** The way to a chain's server, which can be shut without the server forgetting anything. */
  private final class Gate {
    private final int target;
    private final NetClient client = vertx.createNetClient();
    private final List<NetSocket> open = new CopyOnWriteArrayList<>();
    private final int port;
    private volatile boolean shut;

    Gate(int target) {
      this.target = target;
      NetServer server = vertx.createNetServer().connectHandler(this::onConnect);
      port = get(server.listen(0, "127.0.0.1")).actualPort();
    }

    private void onConnect(NetSocket socket) {
      if (shut) {
        socket.close();
        return;
      }
      open.add(socket);
      socket.pause();
      client
          .connect(target, "127.0.0.1")
          .onSuccess(
              far -> {
                far.pipeTo(socket);
                socket.pipeTo(far);
              })
          .onFailure(failure -> socket.close());
    }

    void shut() {
      shut = true;
      open.forEach(NetSocket::close);
      open.clear();
    }

    void open() {
      shut = false;
    }
  }
}
