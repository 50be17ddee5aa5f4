package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.powerpool.process.OutOfMemory;
import io.powerpool.testing.EveryHashCoin;
import io.powerpool.testing.HungryVerticle;
import io.powerpool.testing.PoolProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The jar, started without any option but a small heap, really runs out of it. */
class OutOfMemoryIT {

  private static final int HEAP_MEBIBYTES = 48;
  private static final String LAST_WORDS = "out of memory: ending at once (exit code 3)";

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void endsTheProcessWhereverItHappens(HungryVerticle.Where where) throws Exception {
    try (PoolProcess run =
        PoolProcess.withTestClasses(
            folder,
            List.of("-Xmx" + HEAP_MEBIBYTES + "m", "-D" + HungryVerticle.WHERE + "=" + where),
            "run",
            HungryVerticle.class.getName())) {
      assertEnded(run);
    }
  }

  @Test
  void endsAPoolThatItsCoinServerSendsMoreThanItCanHold() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/", OutOfMemoryIT::reply);
    server.start();
    String config =
        """
        data_dir: %s
        monitor: {port: 0}
        coins:
          DEV: {definition: devchain, pool_address: %s,
            servers: [{port: %d, username: user, password: secret, timeout: 1m}]}
        stratum:
          ports:
            - {address: 127.0.0.1, port: 0, coin: DEV}
        """
            .formatted(
                folder.resolve("data"), EveryHashCoin.ADDRESS, server.getAddress().getPort());
    Path file = Files.writeString(folder.resolve("pool.yaml"), config);
    try (PoolProcess run =
        PoolProcess.jar(
            folder,
            HEAP_MEBIBYTES,
            "run",
            MainVerticle.class.getName(),
            "-conf",
            file.toString())) {
      assertEnded(run);
    } finally {
      server.stop(0);
    }
  }

  /** A text without end: more than the heap, less than max_reply_bytes, was sent at some time. */
  private static void reply(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    byte[] part = "x".repeat(64 * 1024).getBytes(StandardCharsets.UTF_8);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write("{\"result\": \"".getBytes(StandardCharsets.UTF_8));
      while (true) {
        body.write(part);
      }
    } catch (IOException e) {
      // It has ended, or has had enough.
      exchange.close();
    }
  }

  private static void assertEnded(PoolProcess run) throws InterruptedException {
    assertThat(run.exitCode()).as(run.output()).isEqualTo(OutOfMemory.EXIT_CODE);
    assertThat(run.output()).contains(LAST_WORDS).doesNotContain("UncaughtExceptionHandler");
  }
}
