package io.powerpool.app;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.cluster.Topic;
import io.powerpool.cluster.Topics;
import io.powerpool.devchain.DevChain;
import io.powerpool.devchain.DevChainOptions;
import io.powerpool.devchain.DevChainServer;
import io.powerpool.devchain.DevChainServerOptions;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A whole pool with a practice chain for each of its coins, whose servers can be cut off. */
final class DevPool {

  static final String ADDRESS = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

  final Vertx vertx = Vertx.vertx();

  /** The ids of each chain's blocks, the newest last. */
  final Map<String, List<Hash256>> chains = new ConcurrentHashMap<>();

  final Map<String, Gate> gates = new ConcurrentHashMap<>();
  final List<BlockReport> reports = new CopyOnWriteArrayList<>();
  private final Path folder;
  private String deployment;
  private int port;

  DevPool(Path folder) {
    this.folder = folder;
  }

  void startChain(String name, DevChainOptions rules) {
    DevChain chain =
        new DevChain(rules.withSeed(name.hashCode()), System.currentTimeMillis() - 60_000);
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

  /** What the configuration says of a chain as a coin. */
  JsonObject coin(String name) {
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

  /**
   * Starts the pool and waits for its port.
   *
   * @param miners the entry of that port, without number and address
   */
  void start(JsonObject coins, JsonObject miners, JsonObject more) {
    JsonObject config =
        ConfigFile.withDefinitions(
            new JsonObject()
                .put("roles", JsonArray.of("jobmanager", "reporter", "stratum"))
                .put("data_dir", folder.resolve("data").toString())
                .put("coins", coins)
                .put(
                    "stratum",
                    new JsonObject()
                        .put(
                            "ports",
                            JsonArray.of(miners.copy().put("address", "127.0.0.1").put("port", 0))))
                .mergeIn(more));
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
    deployment =
        get(
            vertx.deployVerticle(
                new MainVerticle(Optional.empty(), 1, reports::add),
                new DeploymentOptions().setConfig(config)));
    port = listening.orTimeout(30, TimeUnit.SECONDS).join();
    get(subscription.cancel());
  }

  void stop() {
    get(vertx.undeploy(deployment));
  }

  void close() {
    get(vertx.close());
  }

  FakeMiner miner(String user) {
    return FakeMiner.ready(vertx, port, user, "x");
  }

  Hash256 tip(String chain) {
    List<Hash256> blocks = chains.get(chain);
    return blocks.get(blocks.size() - 1);
  }

  boolean reported(String chain, BlockOutcome outcome) {
    return reports.stream()
        .anyMatch(report -> report.coin().equals(chain) && report.outcome() == outcome);
  }

  /** The job as the miner has it. */
  static ClientJob received(FakeMiner miner, Job job) {
    while (true) {
      ClientJob received = miner.awaitJob();
      byte[] coinbase =
          received.coinbase(new byte[job.extranonce1Size()], new byte[job.extranonce2Size()]);
      if (received.previousHash().equals(job.previous())
          && Arrays.equals(
              coinbase, 0, job.prefix().length, job.prefix(), 0, job.prefix().length)) {
        return received;
      }
    }
  }

  static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** The way to a chain's server, which can be shut without the server forgetting anything. */
  final class Gate {
    private final int target;
    private final NetClient client = vertx.createNetClient();
    private final List<NetSocket> open = new CopyOnWriteArrayList<>();
    private final int port;
    private volatile boolean shut;

    private Gate(int target) {
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
