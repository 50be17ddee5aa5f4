package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.powerpool.reporter.JournalShipper;
import io.powerpool.reporter.MergedChains;
import io.powerpool.reporter.PoolReports;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ReporterVerticle;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.ShareFilter;
import io.powerpool.reporter.ShipperOptions;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.powerpool.testing.RedisServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys in a real redis-server. */
class RedisReporterIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long TIME = 1_700_000_000_000L;
  private static final long MINUTE = 1_699_999_980L;

  private final Vertx vertx = Vertx.vertx();
  @TempDir private Path folder;
  private RedisServer server;

  @BeforeEach
  void needsTheServer() {
    Assumptions.assumeTrue(RedisServer.installed(), "redis-server is not installed here");
  }

  @AfterEach
  void stop() {
    get(vertx.close());
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theKeysAreThoseThatSimpleCoinReads() {
    server = new RedisServer(folder, "", "--appendonly", "yes");
    Reporter reporter = options(pool()).create(vertx, folder);
    get(reporter.start());
    assertThat(get(reporter.position("j1")).next()).isZero();
    report(
        reporter,
        0,
        share("LTC", "addr", "rig.1", 1.5, Verdict.ACCEPTED),
        share("LTC", "addr", "rig.1", 0.25, Verdict.ACCEPTED),
        share("LTC", "bchtest:other", "", 1e-9, Verdict.ACCEPTED),
        share("LTC", "addr", "rig.1", 4, Verdict.STALE),
        share("LTC", "addr", "rig.1", 8, Verdict.LOW_DIFFICULTY),
        share("LTC", "addr", "rig.1", 16, Verdict.DUPLICATE),
        share("LTC", "addr", "rig.1", 32, Verdict.INVALID),
        told("temp", "[67.0,\"hot\",71.5]"),
        told("hashrate", "[0.703]"),
        told("status", "{\"type\":\"cgminer\"}"),
        told("thresholds", "{\"overheat\":80}"));
    assertThat(hash("min_acc_scrypt_" + MINUTE))
        .containsOnly(
            Map.entry("addr.rig-1", "1.75"),
            Map.entry("other.", "0.000000001"),
            Map.entry("pool.LTC", "1.750000001"),
            Map.entry("pool.DOGE", "1.750000001"));
    assertThat(hash("min_stale_scrypt_" + MINUTE)).containsEntry("addr.rig-1", "4");
    assertThat(hash("min_low_scrypt_" + MINUTE)).containsEntry("addr.rig-1", "8");
    assertThat(hash("min_dup_scrypt_" + MINUTE)).containsEntry("addr.rig-1", "16");
    assertThat(hash("current_block_LTC_scrypt")).containsEntry("chain_1_shares", "1.750000001");
    assertThat(hash("current_block_DOGE_scrypt")).containsEntry("chain_1_shares", "1.750000001");
    assertThat(list("chain_1_slice")).containsExactly("addr:1.75", "other:0.0000000010");
    assertThat(hash("temp_" + MINUTE))
        .containsOnly(Map.entry("addr_rig_0", "67.0"), Map.entry("addr_rig_2", "71.5"));
    assertThat(hash("hashrate_" + MINUTE)).containsOnly(Map.entry("addr_rig_0", "0.703"));
    assertThat(new JsonObject(text(Command.GET, "status_addr_rig")).getMap())
        .containsEntry("type", "cgminer")
        .containsEntry("time", 1_700_000_000.0);
    assertThat(get(ask(Command.TTL, "status_addr_rig")).toLong()).isBetween(86_000L, 86_400L);

    JournalEntry block = new BlockEntry(Journals.block(7, BlockOutcome.ACCEPTED, ""));
    String hash = Journals.block(7, BlockOutcome.ACCEPTED, "").hash().toString();
    report(
        reporter,
        11,
        new BlockEntry(Journals.block(7, BlockOutcome.PENDING, "")),
        share("LTC", "addr", "rig.1", 0.25, Verdict.ACCEPTED),
        block,
        block,
        share("LTC", "addr", "rig.1", 64, Verdict.ACCEPTED));
    assertThat(hash("unproc_block_" + hash))
        .containsEntry("chain_1_shares", "2.000000001")
        .containsEntry("chain_1_solve_index", "1")
        .containsEntry("solve_time", "1.700000000007E9")
        .containsEntry("address", "addr")
        .containsEntry("worker", "rig")
        .containsEntry("height", "7")
        .containsEntry("total_subsidy", "625000000")
        .containsEntry("fees", "None")
        .containsEntry("hex_bits", "1a01f56e")
        .containsEntry("hash", hash)
        .containsEntry("currency", "LTC")
        .containsEntry("algo", "scrypt")
        .containsEntry("merged", "0");
    assertThat(list("chain_1_slice_1")).hasSize(3).last().isEqualTo("addr:0.25");
    assertThat(list("chain_1_slice")).containsExactly("addr:64.0");
    assertThat(hash("current_block_LTC_scrypt"))
        .containsEntry("chain_1_shares", "64")
        .containsEntry("chain_1_start_index", "1")
        .containsKey("start_time");
    // Only a block of its own ends a merged currency's round.
    assertThat(hash("current_block_DOGE_scrypt")).containsEntry("chain_1_shares", "66.000000001");
    assertThat(get(reporter.position("j1")).next()).isEqualTo(16);
    assertThat(reporter.status().getString("trouble")).isEmpty();
    get(reporter.stop());
  }

  @Test
  void whatCannotBeAppliedIsPutAsideAndAFullServerLosesNothing() {
    server = new RedisServer(folder, "");
    Reporter reporter = options(PoolReports.NONE).create(vertx, folder);
    get(reporter.start());
    get(reporter.position("j1"));
    get(ask(Command.SET, "chain_1_slice", "not a list"));
    report(reporter, 0, share("LTC", "addr", "rig", 1, Verdict.ACCEPTED));
    assertThat(hash("min_acc_scrypt_" + MINUTE)).containsEntry("addr.rig", "1");
    assertThat(list("powerpool_put_aside_redis").get(0)).contains("WRONGTYPE", "addr:1.0");
    await().atMost(LIMIT).until(() -> reporter.status().getLong("put_aside") == 1);

    get(ask(Command.CONFIG, "SET", "maxmemory", "1"));
    // A look at the disk is refused, too, and takes the connection with it that others wait at.
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () -> report(reporter, 1, share("LTC", "addr", "rig", 2, Verdict.ACCEPTED)))
                    .hasMessageContaining("OOM"));
    get(ask(Command.CONFIG, "SET", "maxmemory", "0"));
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(get(reporter.position("j1")).next()).isEqualTo(1));
    report(reporter, 1, share("LTC", "addr", "rig", 2, Verdict.ACCEPTED));
    assertThat(hash("min_acc_scrypt_" + MINUTE)).containsEntry("addr.rig", "3");
    get(reporter.stop());
  }

  @Test
  void aServerThatSavesNothingIsToldAtOnce() {
    server = new RedisServer(folder, "");
    Reporter reporter = options(PoolReports.NONE).create(vertx, folder);
    get(reporter.start());
    await().atMost(LIMIT).until(() -> trouble(reporter).startsWith("the server saves nothing"));
    get(ask(Command.CONFIG, "SET", "save", "3600 1"));
    await().atMost(LIMIT).until(() -> trouble(reporter).isEmpty());
    get(ask(Command.CONFIG, "SET", "save", ""));
    await().atMost(LIMIT).until(() -> trouble(reporter).startsWith("the server saves nothing"));
    get(ask(Command.CONFIG, "SET", "appendonly", "yes"));
    await().atMost(LIMIT).until(() -> trouble(reporter).isEmpty());
    get(reporter.stop());
  }

  @Test
  void aServerThatDoesNotTellItsSettingsIsServedAllTheSame() throws Exception {
    server = new RedisServer(folder, "", "--appendonly", "yes", "--rename-command", "CONFIG", "");
    try (Shipping shipping = new Shipping()) {
      shipping.append(200);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(200));
      // It might not force its file to disk but leave that to the system.
      await().during(Duration.ofSeconds(5)).atMost(LIMIT).until(() -> shipping.backlog() == 200);
    }
  }

  /** The failed save's length is told with the good one's end. */
  @Test
  void aSaveThatFailsDoesNotMakeTheGoodOneBeforeItLookYounger() throws Exception {
    server = new RedisServer(folder, "");
    try (Shipping shipping = new Shipping()) {
      shipping.append(300);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(300));
      long keys = get(ask(Command.DBSIZE)).toLong();
      long saved = persistence("rdb_last_save_time");
      // Long enough to have what comes meanwhile look as if it was there before.
      get(ask(Command.CONFIG, "SET", "rdb-key-save-delay", Long.toString(8_000_000 / keys)));
      get(ask(Command.BGSAVE));
      shipping.append(100);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(400));
      await().atMost(LIMIT).until(() -> persistence("rdb_last_save_time") > saved);
      get(ask(Command.BGSAVE));
      server.process().children().forEach(ProcessHandle::destroyForcibly);
      await().atMost(LIMIT).until(() -> persistence("rdb_bgsave_in_progress") == 0);
      assertThat(persistence("rdb_last_bgsave_time_sec")).isLessThan(5);
      await().during(Duration.ofSeconds(4)).atMost(LIMIT).until(() -> shipping.backlog() >= 100);
      server.kill();
      server.start();
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(400));
    }
  }

  private long persistence(String field) {
    return text(Command.INFO, "persistence")
        .lines()
        .filter(line -> line.startsWith(field + ":"))
        .mapToLong(line -> Long.parseLong(line.substring(field.length() + 1).strip()))
        .findFirst()
        .orElseThrow();
  }

  private static String trouble(Reporter reporter) {
    return reporter.status().getString("trouble");
  }

  @Test
  void aServerThatIsKilledAndStartedAgainHasEveryShareOnce() throws Exception {
    server = new RedisServer(folder, "", "--appendonly", "yes");
    try (Shipping shipping = new Shipping()) {
      for (int round = 0; round < 5; round++) {
        shipping.append(200);
        if (round % 2 == 0) {
          server.kill();
          shipping.append(200);
          server.start();
        }
        double expected = shipping.appended;
        await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(expected));
      }
      await().atMost(LIMIT).until(() -> shipping.backlog() == 0);
    }
  }

  @Test
  void aServerThatHasForgottenIsGivenAgainWhatItHadNotSaved() throws Exception {
    server = new RedisServer(folder, "");
    try (Shipping shipping = new Shipping()) {
      shipping.append(300);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(300));
      assertThat(shipping.backlog()).as("kept until it is on disk").isEqualTo(300);
      String store = text(Command.GET, "powerpool_store_redis");
      assertThat(store).matches("[0-9a-f]{16}");
      get(ask(Command.DEL, "powerpool_store_redis"));
      await()
          .atMost(LIMIT)
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(text(Command.GET, "powerpool_store_redis")).isEqualTo(store));
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                get(ask(Command.SAVE));
                return shipping.backlog() == 0;
              });
      shipping.append(300);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(600));
    }
    // A pool that starts again does not know what of that is saved: nothing is.
    try (Shipping shipping = new Shipping()) {
      shipping.append(1);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(601));
      server.kill();
      server.start();
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(601));
      shipping.append(1);
      await().atMost(LIMIT).untilAsserted(() -> assertThat(sum()).isEqualTo(602));
    }
  }

  /** A journal that is brought to the server. */
  private final class Shipping implements AutoCloseable {
    private final ShareJournal journal;
    private final String reporters;
    private final String shipper;
    private int appended;

    Shipping() throws IOException {
      RedisReporterOptions options = options(PoolReports.NONE);
      journal =
          ShareJournal.open(
              folder.resolve("journal"),
              new JournalOptions(Duration.ofMillis(1), 1 << 16, 1 << 24, 1 << 20),
              List.of("redis"));
      reporters = get(vertx.deployVerticle(new ReporterVerticle(List.of(options), "node", folder)));
      shipper =
          get(
              vertx.deployVerticle(
                  new JournalShipper(
                      journal,
                      "node",
                      List.of("redis"),
                      true,
                      new ShipperOptions(
                          Duration.ofMillis(5),
                          100,
                          Duration.ofSeconds(2),
                          Duration.ofMillis(10),
                          Duration.ofMillis(100)))));
    }

    void append(int count) {
      for (int i = 0; i < count; i++) {
        journal.onShare(share("LTC", "addr", "rig", 1, Verdict.ACCEPTED).share());
      }
      appended += count;
    }

    long backlog() {
      return journal.status().backlog().get("redis");
    }

    @Override
    public void close() throws IOException {
      get(vertx.undeploy(shipper));
      get(vertx.undeploy(reporters));
      journal.close();
    }
  }

  private double sum() {
    return Double.parseDouble(hash("min_acc_scrypt_" + MINUTE).getOrDefault("addr.rig", "0"));
  }

  private RedisReporterOptions options(PoolReports pool) {
    return new RedisReporterOptions(
        "redis", ShareFilter.ALL, URI.create(server.url()), Optional.empty(), pool);
  }

  private static PoolReports pool() {
    return new PoolReports(
        List.of(new PoolReports.Entry("pool", "{currency}", true)),
        Map.of(),
        new MergedChains(Map.of("LTC", List.of("DOGE"))));
  }

  private static void report(Reporter reporter, long first, JournalEntry... entries) {
    get(reporter.report(new ShareBatch("node", "j1", first, List.of(entries))));
  }

  private static ShareEntry share(
      String coin, String address, String rig, double difficulty, Verdict verdict) {
    return new ShareEntry(
        new Share(TIME, coin, "scrypt", new Worker(address, rig), difficulty, verdict, 1));
  }

  private static JournalEntry told(String type, String data) {
    return new TelemetryEntry(new Telemetry(TIME, TIME, new Worker("addr", "rig"), type, data));
  }

  private Future<Response> ask(Command command, String... arguments) {
    Redis redis = Redis.createClient(vertx, server.url());
    Request request = Request.cmd(command);
    for (String argument : arguments) {
      request.arg(argument);
    }
    return redis.send(request).onComplete(done -> redis.close());
  }

  private Map<String, String> hash(String key) {
    Response answer = get(ask(Command.HGETALL, key));
    Map<String, String> fields = new LinkedHashMap<>();
    answer.getKeys().forEach(field -> fields.put(field, answer.get(field).toString()));
    return fields;
  }

  private List<String> list(String key) {
    List<String> values = new ArrayList<>();
    get(ask(Command.LRANGE, key, "0", "-1")).forEach(value -> values.add(value.toString()));
    return values;
  }

  private String text(Command command, String key) {
    return get(ask(command, key)).toString();
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
