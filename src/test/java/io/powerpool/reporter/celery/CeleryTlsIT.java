package io.powerpool.reporter.celery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.Reporters;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.Journals;
import io.powerpool.share.BlockOutcome;
import io.powerpool.testing.Certificates;
import io.powerpool.testing.PoolProcess;
import io.powerpool.testing.RabbitBroker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reporter against a real RabbitMQ that speaks TLS, with a certificate of our own making. */
class CeleryTlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Vertx vertx = Vertx.vertx();
  private RabbitBroker broker;
  private int port;

  @TempDir private Path folder;

  @AfterEach
  void stop() {
    get(vertx.close());
    if (broker != null) {
      broker.close();
    }
  }

  @Test
  void theBrokerIsBelievedForItsCertificateAndName() throws Exception {
    assumeTrue(RabbitBroker.installed(), "no rabbitmq-server here");
    Certificates.make(folder, "broker", "ip:127.0.0.1");
    Certificates.make(folder, "stranger");
    port = PoolProcess.freePort();
    broker =
        RabbitBroker.start(
            folder.resolve("rabbit"),
            port,
            folder.resolve("broker.crt"),
            folder.resolve("broker.key"));

    Reporter reporter = reporter("127.0.0.1", "broker.crt");
    assertThat(get(reporter.position("j")).next()).isZero();
    get(
        reporter.report(
            new ShareBatch(
                "node",
                "j",
                0,
                List.of(new BlockEntry(Journals.block(1, BlockOutcome.ACCEPTED, ""))))));
    await().atMost(LIMIT).until(() -> reporter.status().getLong("tasks_confirmed") == 1);
    get(reporter.stop());

    awaitTrouble(reporter("127.0.0.1", "stranger.crt"), "unable to find valid certification path");
    awaitTrouble(reporter("127.0.0.1", ""), "unable to find valid certification path");
    awaitTrouble(reporter("localhost", "broker.crt"), "No name matching localhost found");
  }

  private Reporter reporter(String address, String trusted) {
    Faults faults = new Faults();
    Map<String, Object> tls =
        Map.of(
            "enabled",
            true,
            "trusted",
            trusted.isEmpty() ? "" : folder.resolve(trusted).toString());
    Map<String, Object> settings =
        Map.of(
            "type", "celery",
            "address", address,
            "port", port,
            "share_batch_interval", "1s",
            "tls", tls);
    Reporter reporter =
        Reporters.from(Section.root(Map.of("reporters", List.of(settings)), faults))
            .get(0)
            .create(vertx, folder);
    faults.throwIfAny();
    get(reporter.start());
    return reporter;
  }

  private static void awaitTrouble(Reporter reporter, String words) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(reporter.status().getString("trouble")).contains(words));
    get(reporter.stop());
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
