package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.testing.CeleryWorker;
import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.RabbitBroker;
import io.powerpool.testing.RedisServer;
import io.powerpool.testing.SteadyMiner;
import io.powerpool.testing.SteadyMiner.Manner;
import io.powerpool.testing.SteadyMiner.Tally;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pool that is killed again and again while it publishes what some hundred shares a second come
 * to, to a real RabbitMQ with a real Celery worker and to a real Redis, which fare no better. The
 * embedded ledger says what was in the journals, and the miners what they were told.
 */
class PublishingCrashIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  /** Much of what came between the kills is published, and taken by the worker, at the end. */
  private static final Duration BACKLOG = Duration.ofMinutes(5);

  private static final int KILLS = 4;
  private static final int MINERS = 40;
  private static final double DIFFICULTY = 1e-9;

  private static final double HALF_A_SHARE = DIFFICULTY / 2;

  private final Vertx vertx = Vertx.vertx();
  private final int port = PoolProcess.freePort();
  private final Tally tally = new Tally();
  private final Random random = new Random();
  private RabbitBroker broker;
  private RedisServer redis;
  private PoolProcess pool;

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    if (pool != null) {
      pool.close();
    }
    if (redis != null) {
      redis.close();
    }
    if (broker != null) {
      broker.close();
    }
    get(vertx.close());
  }

  @Test
  void aPoolThatIsKilledWhileItPublishesLosesNothingAndDoublesNothing() throws Exception {
    assumeTrue(RabbitBroker.installed(), "no rabbitmq-server here");
    assumeTrue(CeleryWorker.installed(), "no python3-celery here");
    assumeTrue(RedisServer.installed(), "no redis-server here");
    broker = RabbitBroker.start(folder.resolve("broker"));
    redis =
        new RedisServer(Files.createDirectory(folder.resolve("redis")), "", "--appendonly", "yes");
    EveryHashCoin coin = new EveryHashCoin(vertx);
    String config = Files.writeString(folder.resolve("pool.yaml"), config(coin)).toString();
    try (CeleryWorker worker = CeleryWorker.start(folder.resolve("worker"), broker.port())) {
      start(config);
      List<SteadyMiner> miners = new ArrayList<>();
      for (int i = 0; i < MINERS; i++) {
        miners.add(
            new SteadyMiner(
                vertx, port, EveryHashCoin.ADDRESS + ".rig" + i, Manner.COMES_BACK, tally));
        get(miners.get(i).start());
      }
      for (int kill = 0; kill < KILLS; kill++) {
        awaitShares(100 + random.nextInt(500));
        fail(kill);
        awaitShares(random.nextInt(500));
        pool.kill();
        start(config);
        awaitShares(200);
        recover(kill);
      }
      awaitShares(200);
      for (SteadyMiner miner : miners) {
        get(miner.stop());
      }
      pool.terminate();
      assertThat(pool.exitCode(BACKLOG.plus(LONG))).as(pool.output()).isZero();
      assertThat(pool.output()).doesNotContain("still entries in the journal");
      compare(worker);
    }
  }

  /** Takes the places away that are reported to, each time in another way. */
  private void fail(int kill) {
    switch (kill % 4) {
      case 0 -> broker.kill();
      case 1 -> broker.control("set_vm_memory_high_watermark", "0");
      case 2 -> {
        broker.stop();
        redis.kill();
      }
      default -> broker.control("close_all_connections", "test");
    }
  }

  private void recover(int kill) throws IOException {
    switch (kill % 4) {
      case 0 -> broker.start();
      case 1 -> broker.control("set_vm_memory_high_watermark", "0.6");
      case 2 -> {
        broker.start();
        redis.start();
      }
      default -> {
        // Connections are made again.
      }
    }
  }

  private void compare(CeleryWorker worker) throws Exception {
    long accepted = EveryHashCoin.shares(folder.resolve("data"), "= 'accepted'");
    double expected = accepted * DIFFICULTY;
    assertThat(redisSum()).as("%d shares", accepted).isCloseTo(expected, within(HALF_A_SHARE));
    // The worker may not have taken all from the queue yet.
    AtomicReference<List<JsonObject>> taken = new AtomicReference<>(List.of());
    await()
        .atMost(BACKLOG)
        .untilAsserted(
            () -> {
              taken.set(worker.calls());
              List<JsonObject> once = CeleryWorker.once(taken.get());
              assertThat(sum(once, "add_share", "shares"))
                  .isCloseTo(expected, within(HALF_A_SHARE));
              assertThat(sum(once, "add_one_minute", "valid_shares"))
                  .isCloseTo(expected, within(HALF_A_SHARE));
            });
    List<JsonObject> calls = taken.get();
    List<JsonObject> once = CeleryWorker.once(calls);
    // There is one of these in each group, for there is one address.
    long repeatedGroups = count(calls) - count(once);
    // One by each kill, and one by each misfortune of the broker.
    assertThat(repeatedGroups).isLessThanOrEqualTo(2 * KILLS);
    // A kill costs nothing that was told, and is not told of what was on its way.
    assertThat(accepted).isBetween((long) tally.accepted.get(), tally.acceptedAtMost());
    System.out.printf(
        "%d kills: %d shares told as accepted, %d in the journals, in Redis and at the Celery worker;"
            + " %d calls, %d of them repeated, of %d groups%n",
        KILLS,
        tally.accepted.get(),
        accepted,
        calls.size(),
        calls.size() - once.size(),
        repeatedGroups);
  }

  private static long count(List<JsonObject> calls) {
    return calls.stream().filter(call -> isCall(call, "add_share")).count();
  }

  private static double sum(List<JsonObject> calls, String task, String field) {
    return calls.stream()
        .filter(call -> isCall(call, task))
        .mapToDouble(call -> call.getDouble(field))
        .sum();
  }

  private static boolean isCall(JsonObject call, String task) {
    return call.getString("task").equals("simplecoin.tasks." + task);
  }

  private double redisSum() {
    Redis client = Redis.createClient(vertx, redis.url());
    double sum = 0;
    for (Response key : get(client.send(Request.cmd(Command.KEYS).arg("min_acc_*")))) {
      for (Response value : get(client.send(Request.cmd(Command.HVALS).arg(key.toString())))) {
        sum += Double.parseDouble(value.toString());
      }
    }
    client.close();
    return sum;
  }

  private void start(String config) {
    pool =
        PoolProcess.jar(folder, "run", "io.powerpool.app.MainVerticle", "-conf", config)
            .awaitOutput("PowerPool is up");
  }

  private void awaitShares(int more) {
    int until = tally.accepted.get() + more;
    await().atMost(LONG).until(() -> tally.accepted.get() >= until);
  }

  private String config(EveryHashCoin coin) throws IOException {
    return """
        data_dir: %s
        roles: [reporter, jobmanager, stratum]
        stratum:
          ports:
            - {address: 127.0.0.1, port: %d, coin: DEV, start_difficulty: 1e-9,
                vardiff: {enabled: false}}
        drain: {time: 1s, flush_timeout: %ds}
        reporters:
          - {type: ledger}
          - {type: redis, url: "%s"}
          - {type: celery, port: %d, share_batch_interval: 1s}
        """
            .formatted(
                folder.resolve("data"), port, BACKLOG.toSeconds(), redis.url(), broker.port())
        + coin.configuration();
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
