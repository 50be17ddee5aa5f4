package io.powerpool.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.testing.ScriptedPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuMinerTest {

  private static final Algorithm SHA256D = Algorithms.byName("sha256d");

  /** About 200 hashes for a share. */
  private static final double EASY = 200 / 4_294_967_296.0;

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedPool pool = new ScriptedPool(vertx);
  private JsonArray job;
  private CpuMiner miner;

  @BeforeEach
  void readJob() throws IOException {
    JsonObject fixture = ClientJobTest.fixture("09_mweb_pegin_pegout_and_plain");
    job = ClientJobTest.notify(fixture.getJsonObject("stratum").getJsonObject("job"));
  }

  @AfterEach
  void closeAll() throws Exception {
    if (miner != null) {
      get(miner.stop());
    }
    get(vertx.close());
  }

  @Test
  void submitsSharesThatMeetTheTargetAndNoneTwice() {
    grantMask("1fffe000");
    pool.offer(EASY, job);
    start(options().withThreads(2));

    await().until(() -> pool.parametersOf("mining.submit").size() > 50);

    List<JsonArray> submissions = pool.parametersOf("mining.submit");
    assertThat(new HashSet<>(submissions)).hasSameSizeAs(submissions);
    for (JsonArray submission : submissions) {
      assertThat(submission.getString(0)).isEqualTo("user.rig");
      assertThat(hash(submission).meets(Difficulty.of(EASY).toTarget(SHA256D.difficultyOne())))
          .isTrue();
    }
    assertThat(get(miner.statistics()).accepted()).isPositive();
  }

  @Test
  void sendsNoVersionBitsWhereThePoolKeepsSilentAboutThem() {
    pool.offer(EASY, job);
    start(options());

    await().until(() -> !pool.parametersOf("mining.submit").isEmpty());

    assertThat(pool.parametersOf("mining.submit").get(0)).hasSize(5);
  }

  @Test
  void turnsToACleanJobAtOnce() {
    pool.offer(EASY, job);
    start(options().withVersionRolling(false));
    await().until(() -> !pool.parametersOf("mining.submit").isEmpty());

    ScriptedPool.notify(pool.connections.get(0), "mining.notify", job.copy().set(0, "next"));
    await()
        .until(
            () ->
                pool.parametersOf("mining.submit").stream()
                    .anyMatch(submission -> submission.getString(1).equals("next")));
    int before = pool.parametersOf("mining.submit").size();
    await().until(() -> pool.parametersOf("mining.submit").size() > before + 20);

    assertThat(pool.parametersOf("mining.submit").subList(before, before + 20))
        .allMatch(submission -> submission.getString(1).equals("next"));
  }

  @Test
  void comesBackWithItsSessionAfterThePoolHasHungUp() {
    pool.offer(EASY, job);
    start(options());
    await().until(() -> !pool.parametersOf("mining.submit").isEmpty());

    pool.connections.get(0).close();

    await().until(() -> pool.parametersOf("mining.subscribe").size() == 2);
    assertThat(pool.parametersOf("mining.subscribe").get(1).getString(1)).isEqualTo("session-1");
    int before = pool.parametersOf("mining.submit").size();
    await().until(() -> pool.parametersOf("mining.submit").size() > before);
  }

  @Test
  void triesAgainWhenItIsNotAuthorized() {
    pool.on("mining.authorize", (socket, params) -> ScriptedPool.error(24, "no"));
    start(options());

    await().until(() -> pool.parametersOf("mining.authorize").size() >= 3);

    assertThat(pool.parametersOf("mining.submit")).isEmpty();
    assertThat(get(miner.statistics()).connected()).isFalse();
  }

  @Test
  void goesWhereThePoolSendsIt() {
    ScriptedPool other = new ScriptedPool(vertx);
    other.offer(EASY, job);
    pool.offer(EASY, job);
    start(options());
    await().until(() -> !pool.parametersOf("mining.submit").isEmpty());

    ScriptedPool.notify(
        pool.connections.get(0),
        "client.reconnect",
        new JsonArray().add("127.0.0.1").add(other.port()).add(0));

    await().until(() -> !other.parametersOf("mining.submit").isEmpty());
  }

  @Test
  void countsRefusalsByReason() {
    pool.on("mining.submit", (socket, params) -> ScriptedPool.error(21, "job not found"));
    pool.offer(EASY, job);
    start(options());

    await().until(() -> get(miner.statistics()).rejectedTotal() > 3);

    assertThat(get(miner.statistics()).rejected()).containsOnlyKeys("21 job not found");
    assertThat(get(miner.statistics()).accepted()).isZero();
  }

  @Test
  void keepsToItsLimit() {
    pool.offer(1e6, job);
    start(options().withThreads(2).withHashesPerSecond(2_000));
    await().until(() -> get(miner.statistics()).hashes() > 0);
    long started = System.nanoTime();
    long hashes = get(miner.statistics()).hashes();

    await().until(() -> get(miner.statistics()).hashes() - hashes > 2_000);

    // A tenth of a second may be caught up with, and 50 ms of hashes were not yet counted.
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(750));
  }

  private void grantMask(String mask) {
    pool.on(
        "mining.configure",
        (socket, params) ->
            ScriptedPool.result(
                new JsonObject().put("version-rolling", true).put("version-rolling.mask", mask)));
  }

  private MinerOptions options() {
    return MinerOptions.of("127.0.0.1", pool.port(), "user.rig", "x")
        .withReconnect(Duration.ofMillis(10), Duration.ofMillis(50));
  }

  private void start(MinerOptions options) {
    miner = new CpuMiner(vertx, SHA256D, options, MinerListener.NONE);
    miner.start();
  }

  private Hash256 hash(JsonArray submission) {
    ClientJob parsed = ClientJob.from(job);
    int bits = Integer.parseUnsignedInt(submission.getString(5), 16);
    byte[] header =
        parsed.header(
            Hex.decode(ScriptedPool.EXTRANONCE1),
            Hex.decode(submission.getString(2)),
            Integer.parseUnsignedInt(submission.getString(3), 16),
            Integer.parseUnsignedInt(submission.getString(4), 16),
            (parsed.version() & ~0x1fffe000) | bits);
    byte[] hash = new byte[Hash256.SIZE];
    SHA256D.newHasher().hash(header, 0, hash, 0);
    return Hash256.of(hash);
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
