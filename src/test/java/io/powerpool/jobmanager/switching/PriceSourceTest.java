package io.powerpool.jobmanager.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.jobmanager.switching.PriceSource.Wanted;
import io.powerpool.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three sources of prices, the way the configuration opens them. */
class PriceSourceTest {

  private static final Wanted WANTED = new Wanted(List.of("LTC", "DGB"), List.of("DOGE"));
  private static final Price LTC = new Price(0.0021, 1);
  private static final Price DGB = new Price(0.5, 0.9);

  private final Vertx vertx = Vertx.vertx();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    get(vertx.close());
  }

  @Test
  void readsTheKeysOfARealRedis() {
    assumeTrue(RedisServer.installed(), "redis-server is not installed");
    try (RedisServer server = new RedisServer(folder, "hunter2")) {
      PriceSource source =
          open(Map.of("redis", server.url() + "/3", "password", "hunter2", "timeout", "1s"));
      Redis writer =
          Redis.createClient(
              vertx,
              new RedisOptions().setConnectionString(server.url() + "/3").setPassword("hunter2"));
      set(writer, "LTC_profit", "0.0021");
      set(writer, "DGB_profit", "0.5");
      set(writer, "DGB_ratio", "0.9");
      set(writer, "DOGE_profit", "1e-6");
      assertThat(get(source.read(WANTED)))
          .isEqualTo(
              new PriceReading(
                  Map.of("LTC", LTC, "DGB", DGB, "DOGE", new Price(1e-6, 1)), List.of()));

      set(writer, "LTC_profit", "lots");
      get(writer.send(Request.cmd(Command.DEL).arg("DGB_profit").arg("DOGE_profit")));
      assertThat(get(source.read(WANTED)).faults())
          .containsExactly(
              "LTC_profit is 'lots', expected a number not below 0", "DGB_profit is missing");

      server.pause();
      assertThatThrownBy(() -> get(source.read(WANTED))).hasMessageContaining(server.url());
      server.resume();
      await().atMost(Duration.ofSeconds(10)).until(() -> source.read(WANTED), this::answers);

      server.kill();
      assertThatThrownBy(() -> get(source.read(WANTED))).hasMessageContaining(server.url());
      server.start();
      await().atMost(Duration.ofSeconds(10)).until(() -> source.read(WANTED), this::answers);

      PriceSource wrong = open(Map.of("redis", server.url(), "password", "12345678"));
      assertThatThrownBy(() -> get(wrong.read(WANTED)))
          .hasMessageContaining("WRONGPASS")
          .hasMessageNotContaining("12345678");
    }
  }

  private boolean answers(Future<PriceReading> reading) {
    return reading.otherwiseEmpty().toCompletionStage().toCompletableFuture().join() != null;
  }

  private static void set(Redis redis, String key, String value) {
    get(redis.send(Request.cmd(Command.SET).arg(key).arg(value)));
  }

  @Test
  void readsTheDocumentOfAnHttpServerAndRefusesAnyOther() {
    HttpServer server =
        get(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
    String url = "http://127.0.0.1:" + server.actualPort();

    PriceSource good = open(Map.of("http", url + "/good"));
    assertThat(get(good.read(WANTED)))
        .isEqualTo(new PriceReading(Map.of("LTC", LTC, "DGB", DGB), List.of()));

    assertRefused(url + "/error", "status 503, expected 200");
    assertRefused(url + "/list", "no JSON object of coins and prices");
    assertRefused(url + "/large", "an answer of more than 1000 bytes");
    assertRefused(url + "/never", "imeout");
    assertRefused("http://127.0.0.1:1/", "refused");
  }

  private void assertRefused(String url, String words) {
    PriceSource source = open(Map.of("http", url, "max_bytes", 1000, "timeout", "300ms"));
    assertThatThrownBy(() -> get(source.read(WANTED)))
        .hasMessageContaining(url)
        .hasMessageContaining(words);
  }

  private void serve(HttpServerRequest request) {
    switch (request.path()) {
      case "/good" ->
          request
              .response()
              .end("{\"LTC\":{\"profit\":0.0021},\"DGB\":{\"profit\":0.5,\"ratio\":0.9}}");
      case "/error" -> request.response().setStatusCode(503).end("{}");
      case "/list" -> request.response().end("[1]");
      case "/large" -> request.response().end(Buffer.buffer(new byte[1001]));
      default -> {
        // Never answered.
      }
    }
  }

  @Test
  void readsAFileAgainWhenItHasChanged() throws IOException {
    Path file = folder.resolve("prices.yaml");
    PriceSource source = open(Map.of("file", file.toString(), "max_bytes", 100));
    assertThatThrownBy(() -> get(source.read(WANTED))).hasMessage(file + ": no such file");

    Files.writeString(file, "LTC: {profit: 0.0021}\nDGB: {profit: 0.5, ratio: 0.9}\n");
    assertThat(get(source.read(WANTED)).prices()).isEqualTo(Map.of("LTC", LTC, "DGB", DGB));

    Files.writeString(file, "{\"LTC\": {\"profit\": 7}}");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    assertThat(get(source.read(WANTED)))
        .isEqualTo(
            new PriceReading(Map.of("LTC", new Price(7, 1)), List.of("DGB is missing"))
                .since(1_700_000_000_000L));

    Files.writeString(file, "LTC: {profit: [");
    assertThatThrownBy(() -> get(source.read(WANTED)))
        .hasMessageContaining(file + " is neither YAML nor JSON");

    Files.writeString(file, "#".repeat(101));
    assertThatThrownBy(() -> get(source.read(WANTED)))
        .hasMessage(file + " has 101 bytes, expected at most 100");
  }

  private PriceSource open(Map<String, Object> keys) {
    Faults faults = new Faults();
    PriceOptions options = PriceOptions.from(Section.root(new HashMap<>(keys), faults));
    faults.throwIfAny();
    return options.open(vertx);
  }

  private static <T> T get(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new AssertionError(e.getCause().getMessage(), e);
    }
  }
}
