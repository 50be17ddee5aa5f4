package io.powerpool.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.testing.ScriptedPool;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsTest {

  private final Vertx vertx = Vertx.vertx();
  private final ScriptedPool pool = new ScriptedPool(vertx);
  private final StringWriter out = new StringWriter();
  private JsonArray job;

  @BeforeEach
  void readJob() throws IOException {
    JsonObject fixture = ClientJobTest.fixture("01_height2_empty");
    job = ClientJobTest.notify(fixture.getJsonObject("stratum").getJsonObject("job"));
  }

  @AfterEach
  void closeAll() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void checkIsContentWithAPoolThatRefusesABogusShareQuickly() {
    pool.offer(1, job);
    pool.on("mining.submit", (socket, params) -> ScriptedPool.error(21, "job not found"));

    int code = check("-w", "9000", "-c", "9500");

    assertThat(code).isZero();
    assertThat(out.toString().trim())
        .matches(
            "STRATUM ok - Share processed in [0-9.]+ ms"
                + " \\| share_proc=[0-9.]+ notif=[0-9.]+ subscribe=[0-9.]+ auth=[0-9.]+");
    assertThat(pool.parametersOf("mining.authorize").get(0).getString(0)).isEqualTo("testing");
  }

  @Test
  void checkWarnsOfASlowPool() {
    pool.offer(1, job);
    pool.on("mining.submit", (socket, params) -> ScriptedPool.error(21, "job not found"));

    assertThat(check("-w", "0", "-c", "9500")).isEqualTo(1);
    assertThat(check("-w", "0", "-c", "0")).isEqualTo(2);
    assertThat(out.toString()).contains("STRATUM warn - ", "STRATUM crit - ");
  }

  @Test
  void checkIsCriticalAboutAPoolThatTakesABogusShare() {
    pool.offer(1, job);

    assertThat(check()).isEqualTo(2);
    assertThat(out.toString()).startsWith("STRATUM crit - a bogus share was answered with true");
  }

  @Test
  void checkIsCriticalAboutAPoolWithoutWorkOrThatIsNotThere() {
    assertThat(check("-t", "0.2")).isEqualTo(2);
    pool.close();
    assertThat(check()).isEqualTo(2);
    assertThat(out.toString()).contains("timeout", "refused");
  }

  @Test
  void minerEndsWithSuccessAfterItsShares() {
    pool.offer(1e-9, job);

    int code = miner("--shares", "3", "--duration", "20", "--limit", "1000");

    assertThat(code).isZero();
    assertThat(out.toString()).contains("connected to 127.0.0.1:" + pool.port());
  }

  @Test
  void minerEndsWithFailureWhenItsSharesDoNotComeInTime() {
    pool.offer(1e9, job);

    assertThat(miner("--shares", "1", "--duration", "0.2", "--limit", "1000")).isEqualTo(1);
  }

  @Test
  void minerRefusesAWrongCommandLine() {
    assertThat(miner("--algorithm", "md5")).isEqualTo(2);
    assertThat(miner("--threads", "0")).isEqualTo(2);
    assertThat(new CommandLine(new MinerCommand()).setErr(new PrintWriter(out)).execute("ftp://x"))
        .isEqualTo(2);
    assertThat(out.toString()).contains("known are sha256d", "at least one thread", "ftp://x");
  }

  private int check(String... more) {
    return run(new CheckCommand(), "--port=" + pool.port(), more);
  }

  private int miner(String... more) {
    return run(new MinerCommand(), "stratum+tcp://127.0.0.1:" + pool.port(), more);
  }

  private int run(Object command, String first, String... more) {
    String[] args = new String[more.length + 1];
    args[0] = first;
    System.arraycopy(more, 0, args, 1, more.length);
    PrintWriter writer = new PrintWriter(out, true);
    return new CommandLine(command).setOut(writer).setErr(writer).execute(args);
  }
}
