package io.powerpool.app;

import io.powerpool.algorithm.Sha256d;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
import io.powerpool.miner.CpuMiner;
import io.powerpool.miner.MinerListener;
import io.powerpool.miner.MinerOptions;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A whole pool at work in one process: the chain behind its JSON-RPC, the pool as it is configured
 * anywhere else, and miners that connect to it like any others. Tells in plain words what happens.
 */
final class Demo {

  private static final String CURRENCY = "DEV";

  /** Who the pool's blocks and the miners' shares are credited to: no coins of any worth. */
  private static final String POOL_ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

  private static final String MINER_ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";

  private static final List<String> MINERS = List.of("demo-1", "demo-2");

  /** Slow enough for any machine to keep up and to stay cool. */
  private static final double HASHES_PER_SECOND = 250_000;

  private static final Duration BLOCK_INTERVAL = Duration.ofSeconds(4);
  private static final double TRANSACTIONS_PER_SECOND = 2;

  /** A share every two or three seconds at the miners' speed. */
  private static final double START_DIFFICULTY = 0.000_125;

  private static final int COIN = 100_000_000;

  private final Vertx vertx;
  private final DemoOptions options;
  private final Path folder;
  private final Consumer<String> say;
  private final List<CpuMiner> miners = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch missing;
  private volatile Future<Void> starting = Future.succeededFuture();
  private volatile boolean stopping;

  /** What was deployed, in the order of deployment. */
  private final Deque<String> deployments = new ConcurrentLinkedDeque<>();

  /**
   * @param folder for the pool's data
   * @param say takes lines for people, on any thread
   */
  Demo(Vertx vertx, DemoOptions options, Path folder, Consumer<String> say) {
    this.vertx = vertx;
    this.options = options;
    this.folder = folder;
    this.say = say;
    // Without a wanted number of blocks it is never counted down.
    this.missing = new CountDownLatch(Math.max(1, options.blocks()));
  }

  /**
   * Starts the chain, the pool and the miners. To be called once, and never after {@link #stop}.
   */
  Future<Void> start() {
    starting = startAll();
    return starting;
  }

  private Future<Void> startAll() {
    String password = newPassword();
    DevChainOptions rules =
        DevChainOptions.regtest()
            .withBlockInterval(BLOCK_INTERVAL, HASHES_PER_SECOND * MINERS.size());
    DevChain chain = new DevChain(rules, System.currentTimeMillis());
    DevChainServer server =
        new DevChainServer(
            DevChainServerOptions.local(0, "demo", password)
                .withTransactionsPerSecond(TRANSACTIONS_PER_SECOND)
                .withNewsDelay(Duration.ofSeconds(2)),
            chain,
            Clock.systemUTC(),
            tip -> {});
    return vertx
        .deployVerticle(server)
        .compose(
            deployed -> {
              deployments.push(deployed);
              if (stopping) {
                return Future.failedFuture("stopped");
              }
              say.accept(
                  "Chain:     a practice chain with real rules, JSON-RPC on 127.0.0.1:"
                      + server.port());
              return vertx.deployVerticle(
                  () -> new MainVerticle(Optional.empty(), 0, this::onBlock),
                  new DeploymentOptions().setConfig(configuration(server.port(), password)));
            })
        .map(
            deployed -> {
              deployments.push(deployed);
              if (stopping) {
                return null;
              }
              String host = options.reachableAddress();
              say.accept(
                  "Pool:      stratum+tcp://"
                      + host
                      + ":"
                      + options.port()
                      + " (point a miner of yours at it)");
              say.accept("Dashboard: http://" + host + ":" + options.monitorPort() + "/");
              say.accept(
                  "Miners:    "
                      + String.join(" and ", MINERS)
                      + ", a block about every "
                      + BLOCK_INTERVAL.toSeconds()
                      + " seconds; Ctrl-C stops");
              MINERS.forEach(this::startMiner);
              return null;
            });
  }

  /** Waits for the blocks that are wanted; false if the time is over before. */
  boolean await(long nanos) throws InterruptedException {
    return missing.await(nanos, TimeUnit.NANOSECONDS);
  }

  /** How many blocks of the pool the chain has accepted. */
  int accepted() {
    return accepted.get();
  }

  /**
   * Stops the miners, then the pool, then the chain. What is still being started is waited for:
   * half a pool cannot be stopped. Fails, at the end, with the first fault.
   */
  Future<Void> stop() {
    stopping = true;
    return starting.otherwiseEmpty().compose(ended -> stopAll());
  }

  /** Whether {@link #stop} was called: then a start that fails is no fault. */
  boolean isStopping() {
    return stopping;
  }

  private Future<Void> stopAll() {
    List<Future<Void>> ends = new ArrayList<>();
    Future<Void> last = Future.join(miners.stream().map(CpuMiner::stop).toList()).mapEmpty();
    ends.add(last);
    for (String deployment : deployments) {
      last = last.otherwiseEmpty().compose(before -> vertx.undeploy(deployment));
      ends.add(last);
    }
    return Future.join(ends).mapEmpty();
  }

  private void startMiner(String name) {
    MinerOptions miner =
        MinerOptions.of(options.reachableAddress(), options.port(), MINER_ADDRESS + "." + name, "x")
            .withHashesPerSecond(HASHES_PER_SECOND);
    CpuMiner started =
        new CpuMiner(
            vertx,
            new Sha256d(),
            miner,
            new MinerListener() {
              @Override
              public void onConnected(String host, int port) {
                say.accept(name + " is connected and mines.");
              }

              @Override
              public void onDisconnected(String reason) {
                say.accept(name + " lost its connection: " + reason);
              }
            });
    miners.add(started);
    started.start();
  }

  private void onBlock(BlockReport report) {
    if (report.outcome() == BlockOutcome.PENDING) {
      return;
    }
    String found = "Block " + report.height() + " found by " + report.worker().name() + ": ";
    if (report.outcome() != BlockOutcome.ACCEPTED) {
      say.accept(found + told(report));
      return;
    }
    BigDecimal reward =
        BigDecimal.valueOf(report.reward()).divide(BigDecimal.valueOf(COIN)).stripTrailingZeros();
    say.accept(found + "accepted by the chain, reward " + reward.toPlainString() + " " + CURRENCY);
    accepted.incrementAndGet();
    if (options.blocks() > 0) {
      missing.countDown();
    }
  }

  private static String told(BlockReport report) {
    return switch (report.outcome()) {
      case PENDING, ACCEPTED ->
          throw new IllegalArgumentException("told elsewhere: " + report.outcome());
      case DUPLICATE -> "the chain had it already";
      case INCONCLUSIVE -> "beside the chain's tip, another block of the same height was first";
      case STALE -> "too late, another block of the same height was first";
      case REJECTED -> "refused by the chain: " + report.reason();
    };
  }

  private JsonObject configuration(int chainPort, String password) {
    JsonObject server =
        new JsonObject().put("port", chainPort).put("username", "demo").put("password", password);
    JsonObject coin =
        new JsonObject()
            .put("definition", "devchain")
            .put("pool_address", POOL_ADDRESS)
            .put("job_refresh", "5s")
            .put("servers", new JsonArray().add(server));
    JsonObject port =
        new JsonObject()
            .put("address", options.address())
            .put("port", options.port())
            .put("coin", CURRENCY)
            .put("start_difficulty", START_DIFFICULTY)
            .put(
                "vardiff",
                new JsonObject()
                    .put("minimum_difficulty", START_DIFFICULTY / 16)
                    .put("maximum_difficulty", 1_000_000));
    JsonObject values =
        new JsonObject()
            .put("name", "PowerPool demo")
            .put("data_dir", folder.toString())
            .put("coins", new JsonObject().put(CURRENCY, coin))
            .put("stratum", new JsonObject().put("ports", new JsonArray().add(port)))
            .put(
                "monitor",
                new JsonObject()
                    .put("address", options.address())
                    .put("port", options.monitorPort()));
    return ConfigFile.withDefinitions(values);
  }

  private static String newPassword() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
