package io.powerpool.reporter.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.powerpool.cluster.Topics;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.JournalShipper;
import io.powerpool.reporter.ReporterOptions;
import io.powerpool.reporter.ReporterVerticle;
import io.powerpool.reporter.Reporters;
import io.powerpool.reporter.ShipperOptions;
import io.powerpool.reporter.journal.JournalOptions;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.reporter.journal.ShareJournal;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import io.powerpool.testing.CeleryWorker;
import io.powerpool.testing.RabbitBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reporter against a real RabbitMQ and a real Celery worker. */
class CeleryIT {

  private static final Duration FEED = Duration.ofSeconds(3);

  private static final Verdict[] VERDICTS = {
    Verdict.ACCEPTED,
    Verdict.ACCEPTED,
    Verdict.STALE,
    Verdict.ACCEPTED,
    Verdict.DUPLICATE,
    Verdict.ACCEPTED,
    Verdict.LOW_DIFFICULTY
  };

  @TempDir static Path brokerFolder;
  private static RabbitBroker broker;

  @TempDir Path folder;
  private final Map<String, JsonObject> statuses = new ConcurrentHashMap<>();
  private Vertx vertx;
  private ShareJournal journal;
  private String reporterVerticle;
  private List<ReporterOptions> reporters = List.of();

  /** What the journal was given. Of the thread that feeds. */
  private final Map<String, Double> shares = new TreeMap<>();

  private final Map<String, Double> minutes = new TreeMap<>();
  private final Set<String> blocks = new HashSet<>();
  private final List<String> told = new ArrayList<>();
  private final AtomicInteger count = new AtomicInteger();
  private long feeding = -1;

  @BeforeAll
  static void startBroker() throws IOException {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    assumeTrue(RabbitBroker.installed(), "no rabbitmq-server here");
    broker = RabbitBroker.start(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    Topics.of(vertx).status().subscribe(report -> statuses.put(report.component(), report.body()));
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
    if (journal != null) {
      journal.close();
    }
  }

  @Test
  void theWorkersSumsAreThoseOfTheJournalWhateverHappensToTheBroker() throws Exception {
    assumeTrue(CeleryWorker.installed(), "no python3-celery here");
    deploy(
        Map.of(
            "type",
            "celery",
            "port",
            broker.port(),
            "share_batch_interval",
            "1s",
            "pool_report_configs",
            List.of(Map.of("user", "pool", "worker_format_string", "{algo} {server_name}"))),
        Map.of("type", "ledger"));
    try (CeleryWorker worker = CeleryWorker.start(folder.resolve("worker"), broker.port())) {
      startFeeding();
      awaitShares(1000);

      broker.stop();
      pass(FEED);
      awaitTrouble("celery", "Connection refused");
      await().until(() -> journal.status().backlog().get("ledger") < 500);
      broker.start();
      awaitSettled();

      broker.kill();
      pass(FEED);
      broker.start();
      awaitSettled();

      for (int i = 0; i < 3; i++) {
        broker.control("close_all_connections", "test");
        pass(FEED.dividedBy(3));
      }

      broker.control("set_vm_memory_high_watermark", "0");
      awaitTrouble("celery", "takes nothing at present");
      pass(FEED);
      // The reporter's thread is blocked by now, and the ledger has its own.
      await().until(() -> journal.status().backlog().get("ledger") < 500);
      broker.control("set_vm_memory_high_watermark", "0.6");
      awaitSettled();

      stopFeeding();
      awaitEqual(worker);
      // Its messages would be gone with it.
      broker.control("delete_queue", "celery");
      startFeeding();
      pass(FEED);

      // The pool ends and is started again: what was in its memory comes from the journal.
      get(vertx.undeploy(reporterVerticle));
      reporterVerticle = get(vertx.deployVerticle(verticle()));
      pass(FEED);
      stopFeeding();
      awaitEqual(worker);

      List<JsonObject> calls = worker.calls();
      System.out.printf(
          "%d entries, %d calls, %d of them repeated%n",
          count.get(), calls.size(), calls.size() - CeleryWorker.once(calls).size());
      assertThat(statuses.get("celery").getLong("tasks_confirmed")).isPositive();
      await().until(() -> journal.status().backlog().get("celery") == 0);
    }
  }

  @Test
  void whatIsWrongWithABrokerIsSaidAndOthersAreServed() throws Exception {
    NetServer garbage =
        get(
            vertx
                .createNetServer()
                .connectHandler(socket -> socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))
                .listen(0, "127.0.0.1"));
    AtomicInteger attempts = new AtomicInteger();
    NetServer closing =
        get(
            vertx
                .createNetServer()
                .connectHandler(
                    socket -> {
                      attempts.incrementAndGet();
                      socket.close();
                    })
                .listen(0, "127.0.0.1"));
    long begunNanos = System.nanoTime();
    deploy(
        celery("password", Map.of("port", broker.port(), "password", "wrong")),
        celery("vhost", Map.of("port", broker.port(), "virtual_host", "nowhere")),
        celery("garbage", Map.of("port", garbage.actualPort())),
        celery("closing", Map.of("port", closing.actualPort())),
        Map.of("type", "ledger"));
    startFeeding();
    awaitTrouble("password", "ACCESS_REFUSED");
    awaitTrouble("vhost", "vhost nowhere not found");
    awaitTrouble("garbage", garbage.actualPort() + ": it does not speak AMQP");
    awaitTrouble("closing", closing.actualPort() + ": it hangs up");
    awaitShares(1500);
    stopFeeding();
    await().until(() -> journal.status().backlog().get("ledger") == 0);
    assertThat(journal.status().backlog())
        .containsEntry("password", journal.syncedEnd())
        .containsEntry("closing", journal.syncedEnd());
    await().until(() -> statuses.get("vhost").getString("last_error").contains("vhost nowhere"));
    // After half a second, one, two, four, eight, and then ten each time.
    double seconds = (System.nanoTime() - begunNanos) / 1e9;
    assertThat(attempts.get())
        .isLessThanOrEqualTo((int) (2 + Math.log(2 * seconds + 1) / Math.log(2) + seconds / 10));
  }

  @Test
  void aQueueWithOtherSettingsIsTakenAsItIs() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setPort(broker.port());
    try (Connection connection = factory.newConnection()) {
      connection
          .createChannel()
          .queueDeclare("special", true, false, false, Map.of("x-max-priority", 10));
    }
    deploy(
        celery("celery", Map.of("port", broker.port(), "queue", "special")),
        celery("second", Map.of("port", broker.port(), "queue", "other", "coins", "DOGE")));
    startFeeding();
    awaitShares(200);
    stopFeeding();
    await().until(() -> journal.status().backlog().get("celery") == 0);
    // Told of rigs, which are of no coin, but not of any share: yet its position moves.
    await().until(() -> journal.status().backlog().get("second") == 0);
    await().until(() -> statuses.get("second").getLong("tasks_confirmed") == told.size());
  }

  private static Map<String, Object> celery(String name, Map<String, ?> values) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.put("type", "celery");
    all.put("name", name);
    all.put("share_batch_interval", "1s");
    return all;
  }

  private void deploy(Map<?, ?>... configured) throws Exception {
    Faults faults = new Faults();
    reporters = Reporters.from(Section.root(Map.of("reporters", List.of(configured)), faults));
    faults.throwIfAny();
    List<String> names = reporters.stream().map(ReporterOptions::name).toList();
    journal = ShareJournal.open(folder.resolve("journal"), JournalOptions.DEFAULT, names);
    reporterVerticle = get(vertx.deployVerticle(verticle()));
    get(
        vertx.deployVerticle(
            new JournalShipper(journal, "node", names, true, ShipperOptions.DEFAULT)));
  }

  private ReporterVerticle verticle() {
    return new ReporterVerticle(reporters, "node", folder);
  }

  /** 500 shares a second, and a block every two. */
  private synchronized void startFeeding() {
    feeding = vertx.setPeriodic(20, timer -> feed());
  }

  private synchronized void feed() {
    for (int i = 0; feeding != -1 && i < 10; i++) {
      appendShare(count.getAndIncrement());
    }
    if (count.get() % 1000 == 0) {
      appendBlock(count.get());
    }
  }

  private void appendShare(int number) {
    Verdict verdict = VERDICTS[number % VERDICTS.length];
    Worker worker = new Worker("address" + number % 7, number % 3 == 0 ? "" : "rig" + number % 3);
    double difficulty = number % 5 == 0 ? 0.25 : 1 + number % 64;
    long now = System.currentTimeMillis();
    journal.onShare(new Share(now, "LTC", "scrypt", worker, difficulty, verdict, number));
    if (verdict == Verdict.ACCEPTED) {
      shares.merge(worker.address(), difficulty, Double::sum);
    }
    long minute = now / 60_000 * 60;
    minutes.merge(
        worker.address() + " " + worker.name() + " " + minute + " " + verdict,
        difficulty,
        Double::sum);
    minutes.merge("pool scrypt node " + minute + " " + verdict, difficulty, Double::sum);
    if (number % 100 == 0) {
      journal.onTelemetry(new Telemetry(now, now, worker, "temp", "[" + number + "]"));
      told.add(worker.address() + " [" + number + "] " + now / 1000);
    }
  }

  private void appendBlock(int number) {
    journal.onBlock(Journals.block(number, BlockOutcome.PENDING, ""), 1);
    journal.onBlock(Journals.block(number, BlockOutcome.ACCEPTED, ""), 1);
    blocks.add(Journals.block(number, BlockOutcome.ACCEPTED, "").hash().toString());
  }

  private synchronized void stopFeeding() {
    vertx.cancelTimer(feeding);
    feeding = -1;
  }

  private void awaitShares(int more) {
    int until = count.get() + more;
    await().until(() -> count.get() >= until);
  }

  /** Shares come in for this long. */
  private void pass(Duration time) {
    awaitShares((int) (time.toMillis() / 2));
  }

  private void awaitTrouble(String reporter, String words) {
    await()
        .until(
            () ->
                statuses
                    .getOrDefault(reporter, new JsonObject())
                    .getString("trouble", "")
                    .contains(words));
  }

  private void awaitSettled() {
    await().until(() -> statuses.get("celery").getString("trouble").isEmpty());
    await().until(() -> journal.status().backlog().get("celery") < 1500);
  }

  private void awaitEqual(CeleryWorker worker) {
    await()
        .untilAsserted(
            () -> {
              List<JsonObject> calls = CeleryWorker.once(worker.calls());
              assertThat(sums(calls)).isEqualTo(shares);
              assertThat(minuteSums(calls)).isEqualTo(minutes);
              assertThat(
                      calls.stream()
                          .filter(call -> call.containsKey("hash_hex"))
                          .map(call -> call.getString("hash_hex")))
                  .containsExactlyInAnyOrderElementsOf(blocks);
              assertThat(
                      calls.stream()
                          .filter(call -> call.containsKey("payload"))
                          .map(
                              call ->
                                  "%s %s %s"
                                      .formatted(
                                          call.getString("address"),
                                          call.getValue("payload"),
                                          call.getValue("timestamp"))))
                  .containsExactlyInAnyOrderElementsOf(told);
            });
  }

  private static Map<String, Double> sums(List<JsonObject> calls) {
    Map<String, Double> sums = new TreeMap<>();
    for (JsonObject call : calls) {
      if (call.getString("task").equals("simplecoin.tasks.add_share")) {
        sums.merge(call.getString("user"), call.getDouble("shares"), Double::sum);
      }
    }
    return sums;
  }

  private static Map<String, Double> minuteSums(List<JsonObject> calls) {
    Map<String, String> fields =
        Map.of(
            "valid_shares", "ACCEPTED",
            "dup_shares", "DUPLICATE",
            "low_diff_shares", "LOW_DIFFICULTY",
            "stale_shares", "STALE");
    Map<String, Double> sums = new TreeMap<>();
    for (JsonObject call : calls) {
      if (call.getString("task").equals("simplecoin.tasks.add_one_minute")) {
        String key =
            call.getString("user") + " " + call.getString("worker") + " " + call.getLong("minute");
        fields.forEach(
            (field, verdict) -> {
              if (call.getDouble(field) != 0) {
                sums.merge(key + " " + verdict, call.getDouble(field), Double::sum);
              }
            });
      }
    }
    return sums;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
