package io.powerpool.miner.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.testing.ScriptedPool;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedPool pool = new ScriptedPool(vertx);
  private final StringWriter out = new StringWriter();

  @AfterEach
  void closeAll() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void saturatesWithSharesOfWhichNoTwoAreAlike() {
    pool.offer(1e-10, job("a", true));

    int code = bench("--connections=20", "--saturate", "--window=4", "--workers", "--threads=2");

    assertThat(code).as(out.toString()).isZero();
    JsonObject report = report();
    assertThat(report.getLong("accepted")).isPositive();
    assertThat(report.getInteger("connected")).isEqualTo(20);
    List<JsonArray> shares = pool.parametersOf("mining.submit");
    assertThat(new HashSet<>(shares)).hasSameSizeAs(shares);
    assertThat(shares)
        .allSatisfy(
            share -> {
              assertThat(share.getString(0)).matches("bench\\.[0-9]+");
              assertThat(share.getString(1)).isEqualTo("a");
              assertThat(share.getString(2)).matches("[0-9a-f]{8}");
              assertThat(share.getString(3)).isEqualTo("65000000");
              assertThat(share.getString(4)).matches("[0-9a-f]{8}");
            });
  }

  @Test
  void keepsToItsRateAndCountsRefusals() {
    pool.offer(1e-10, job("a", true));
    pool.on("mining.submit", (socket, params) -> ScriptedPool.error(23, "low difficulty"));

    int code = bench("--connections=5", "--rate=400", "--duration=1");

    assertThat(code).isEqualTo(1);
    JsonObject report = report();
    assertThat(report.getJsonObject("rejected").getLong("[23,\"low difficulty\",null]"))
        .isBetween(200L, 500L);
    assertThat(report.getLong("accepted")).isZero();
    assertThat(report.getJsonObject("reply").getDouble("p50")).isPositive();
  }

  @Test
  void measuresHowANewBlockSpreads() {
    pool.offer(1e-10, job("a", true));
    vertx.setPeriodic(
        400,
        timer -> {
          JsonArray block = job("block" + timer + System.nanoTime(), true);
          pool.connections.forEach(socket -> ScriptedPool.notify(socket, "mining.notify", block));
        });

    int code = bench("--connections=20", "--rate=50", "--duration=1.5");

    assertThat(code).as(out.toString()).isZero();
    assertThat(report().getJsonObject("newBlock").getInteger("jobs")).isBetween(1, 5);
    assertThat(out.toString()).contains("first to last connection");
  }

  @Test
  void readsThePoolsProcess() {
    pool.offer(1e-10, job("a", true));

    bench("--connections=5", "--saturate", "--pid=" + ProcessHandle.current().pid());

    JsonObject usage = report().getJsonObject("pool");
    assertThat(usage.getLong("emptyBytes")).isGreaterThan(1 << 20);
    assertThat(usage.getDouble("cpuSeconds")).isPositive();
    assertThat(usage.getDouble("cpuSecondsPerMillionShares")).isPositive();
  }

  @Test
  void saysWhichLimitIsTooLow() {
    assertThat(bench("--connections=100000000")).isEqualTo(2);
    assertThat(out.toString()).contains("open files", "ulimit -n");
  }

  @Test
  void refusesAWrongCommandLine() {
    assertThat(bench("--rate=1", "--saturate")).isEqualTo(2);
    assertThat(bench("--block-every=1")).isEqualTo(2);
    assertThat(bench("--rpc=127.0.0.1:1")).isEqualTo(2);
    assertThat(bench("--pid=999999999")).isEqualTo(2);
    assertThat(out.toString())
        .contains("exclude each other", "needs --rpc", "USER:PASSWORD", "no process 999999999");
  }

  @Test
  void tellsThatNobodyListens() {
    pool.close();

    assertThat(bench("--connections=3")).isEqualTo(1);
    assertThat(out.toString()).contains("0 of 3", "refused");
  }

  @Test
  void tellsThatTheCoinServerCannotBeReached() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }

    assertThat(bench("--rpc=http://pool:geheim@127.0.0.1:" + closed + "/")).isEqualTo(3);
    assertThat(out.toString())
        .contains("the coin server at http://127.0.0.1:" + closed + "/ cannot be reached")
        .doesNotContain("geheim", "null");
  }

  private static JsonArray job(String id, boolean clean) {
    return new JsonArray()
        .add(id)
        .add("00".repeat(32))
        .add("01")
        .add("02")
        .add(new JsonArray())
        .add("20000000")
        .add("1d00ffff")
        .add("65000000")
        .add(clean);
  }

  private int bench(String... more) {
    List<String> args = new ArrayList<>();
    args.add("stratum+tcp://127.0.0.1:" + pool.port());
    args.addAll(List.of("--json", "--warm-up=0.1", "--settle=0.1"));
    if (List.of(more).stream().noneMatch(option -> option.startsWith("--duration"))) {
      args.add("--duration=0.5");
    }
    args.addAll(List.of(more));
    PrintWriter writer = new PrintWriter(out, true);
    return new CommandLine(new BenchCommand())
        .setOut(writer)
        .setErr(writer)
        .execute(args.toArray(String[]::new));
  }

  private JsonObject report() {
    String line =
        out.toString().lines().filter(text -> text.startsWith("{")).findFirst().orElseThrow();
    return new JsonObject(line);
  }
}
