package io.powerpool.reporter.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.Reporters;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Telemetry;
import io.powerpool.share.Worker;
import io.powerpool.testing.CeleryWorker;
import io.powerpool.testing.RabbitBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every task in both of Celery's protocols, as a real worker is called with it. */
class CeleryProtocolIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final BlockReport BLOCK =
      Journals.block(7, BlockOutcome.ACCEPTED, "").withFees(123);

  private static final List<JournalEntry> ENTRIES =
      List.of(
          told("temp", "[67.0,71.5]"),
          told("status", "{\"gpus\":[{\"temp\":67.0,\"Name\":null}]}"),
          new ShareEntry(Journals.share("addr", "rig", 1)),
          new ShareEntry(Journals.share("addr", "rig", 2)),
          new ShareEntry(Journals.share("addr", "", 3)),
          // Ends the group.
          new BlockEntry(BLOCK));

  private static final List<String> CALLS =
      List.of(
          "add_share {'user':'addr','shares':1.5}",
          "add_one_minute {'user':'addr','valid_shares':1,'minute':1699999980,'worker':'rig',"
              + "'dup_shares':0,'low_diff_shares':0,'stale_shares':0}",
          "add_one_minute {'user':'addr','valid_shares':0.5,'minute':1699999980,'worker':'',"
              + "'dup_shares':0,'low_diff_shares':0,'stale_shares':0}",
          "add_block {'user':'addr','height':7,'total_value':625000000,'transaction_fees':123,"
              + "'bits':'1a01f56e','hash_hex':'"
              + BLOCK.hash()
              + "','merged':null,'worker':'rig'}",
          "agent_receive {'address':'addr','worker':'rig','typ':'temp','payload':[67.0,71.5],"
              + "'timestamp':1700000060}",
          "agent_receive {'address':'addr','worker':'rig','typ':'status',"
              + "'payload':{'gpus':[{'temp':67.0,'Name':null}]},'timestamp':1700000060}");

  private final Vertx vertx = Vertx.vertx();

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    get(vertx.close());
  }

  @Test
  void aWorkerIsCalledWithTheSameInBothProtocols() throws IOException {
    assumeTrue(RabbitBroker.installed(), "no rabbitmq-server here");
    assumeTrue(CeleryWorker.installed(), "no python3-celery here");
    try (RabbitBroker broker = RabbitBroker.start(folder.resolve("rabbit"));
        CeleryWorker worker = CeleryWorker.start(folder.resolve("worker"), broker.port())) {
      report(broker, 1);
      await().atMost(LIMIT).until(() -> worker.calls().size() >= CALLS.size());
      report(broker, 2);
      await().atMost(LIMIT).until(() -> worker.calls().size() >= 2 * CALLS.size());
      List<String> calls = worker.calls().stream().map(CeleryProtocolIT::shown).toList();
      assertThat(calls.subList(0, CALLS.size())).isEqualTo(CALLS);
      assertThat(calls.subList(CALLS.size(), calls.size())).isEqualTo(CALLS);
    }
  }

  private void report(RabbitBroker broker, int protocol) {
    Map<String, Object> settings =
        Map.of(
            "type",
            "celery",
            "name",
            "protocol" + protocol,
            "port",
            broker.port(),
            "celery_task_protocol",
            protocol);
    Faults faults = new Faults();
    Reporter reporter =
        Reporters.from(Section.root(Map.of("reporters", List.of(settings)), faults))
            .get(0)
            .create(vertx, folder);
    faults.throwIfAny();
    get(reporter.start());
    assertThat(get(reporter.position("j")).next()).isZero();
    get(reporter.report(new ShareBatch("node", "j", 0, ENTRIES)));
    await().atMost(LIMIT).until(() -> reporter.status().getLong("tasks_confirmed") == CALLS.size());
    get(reporter.stop());
  }

  private static TelemetryEntry told(String type, String data) {
    long millis = 1_700_000_060_000L;
    return new TelemetryEntry(new Telemetry(millis, millis, new Worker("addr", "rig"), type, data));
  }

  /** The task's own name and its arguments. */
  private static String shown(JsonObject call) {
    JsonObject arguments = call.copy();
    arguments.remove("id");
    String task = arguments.remove("task").toString();
    return task.replace("simplecoin.tasks.", "") + " " + arguments.encode().replace('"', '\'');
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
