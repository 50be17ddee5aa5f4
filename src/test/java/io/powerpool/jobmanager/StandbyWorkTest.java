package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.powerpool.coinrpc.CoinServerOptions;
import io.powerpool.coinrpc.CoinServers;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.testing.FakeCoinServer;
import io.powerpool.testing.TestCoins;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a standby says of itself while the leader is well, and while it can make no work. */
class StandbyWorkTest {

  private static final Duration TICK = Duration.ofMillis(10);

  private Vertx vertx;
  private Context loop;
  private FakeCoinServer server;
  private CoinServers servers;
  private StandbyWork work;
  private JsonObject template;

  @BeforeEach
  void start() throws IOException {
    vertx = Vertx.vertx();
    loop = vertx.getOrCreateContext();
    template = template();
    server = FakeCoinServer.start(vertx);
    server.result("getbestblockhash", template.getString("previousblockhash"));
    server.result("getblockcount", template.getInteger("height") - 1);
    server.result("getblocktemplate", template);
    Map<String, ?> address = Map.of("address", "127.0.0.1", "port", server.port());
    servers =
        new CoinServers(
            vertx,
            List.of(CoinServerOptions.from(Section.root(address, new Faults()))),
            new CoinServers.Intervals(TICK, TICK, Duration.ofSeconds(5)),
            Clock.systemUTC());
    work =
        new StandbyWork(
            TestCoins.coin(
                "LTC",
                Map.of(
                    "family",
                    "litecoin",
                    "algorithm",
                    "scrypt",
                    "rules",
                    List.of("mweb", "segwit"))),
            servers,
            Clock.systemUTC());
    onLoop(servers::start);
  }

  @AfterEach
  void stop() {
    onLoop(servers::close);
    get(vertx.close());
  }

  @Test
  void aLiveServerIsNotAskedForWorkWhileTheLeaderIsWell() {
    assertThat(look(false, 0)).isTrue();
    assertThat(server.calls("getblocktemplate")).isEmpty();

    server.stop();
    await().until(() -> !look(false, 0));
    server.resume();
    await().until(() -> look(false, 0));
    assertThat(server.calls("getblocktemplate")).isEmpty();
  }

  @Test
  void aServerThatGivesTheLeaderNoWorkIsNoReasonToTakeItsPlace() {
    server.error("getblocktemplate", -9, "not connected");
    assertThat(look(false, 0)).isTrue();

    await().until(() -> !look(true, 0));
    assertThat(look(false, 1)).as("whatever the leader says next").isFalse();

    server.result("getblocktemplate", template);
    await().until(() -> look(true, 1));
    assertThat(look(true, 2)).isTrue();
  }

  @Test
  void workOfWhichNoJobCanBeMadeIsNone() {
    server.result("getblocktemplate", template.copy().put("bits", "00000000"));
    await().until(() -> !look(true, 0));
  }

  @Test
  void aServerThatOwesTheAnswerIsWaitedForABitOnly() {
    server.on("getblocktemplate", FakeCoinServer.hang());
    assertThat(look(true, 0)).isTrue();
    assertThat(look(true, 1900)).isTrue();
    assertThat(look(true, 2100)).isFalse();

    server.result("getblocktemplate", template);
    await().until(() -> look(true, 3200) || look(true, 4300));
  }

  private boolean look(boolean doubted, long millis) {
    return onLoop(
        () -> Future.succeededFuture(work.look(doubted, TimeUnit.MILLISECONDS.toNanos(millis))));
  }

  private static JsonObject template() throws IOException {
    String name = "/litecoin/09_mweb_pegin_pegout_and_plain.json";
    try (InputStream in = StandbyWorkTest.class.getResourceAsStream(name)) {
      return new JsonObject(Buffer.buffer(Objects.requireNonNull(in, name).readAllBytes()))
          .getJsonObject("gbt");
    }
  }

  /** On the one event loop that all of this belongs to. */
  private <T> T onLoop(Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(now -> task.get().onComplete(done));
    return get(done.future());
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
