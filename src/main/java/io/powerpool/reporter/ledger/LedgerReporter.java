package io.powerpool.reporter.ledger;

import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ShareBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the ledger and answers the monitor's questions about it. All SQL runs on one thread of its
 * own, in the order in which it was asked for.
 */
final class LedgerReporter implements Reporter {

  private static final long LONGEST_SECONDS = 60;

  private final Vertx vertx;
  private final String name;
  private final Path file;
  private final WorkerExecutor executor;
  private Subscription questions = Future::succeededFuture;

  /** Of the executor's thread. */
  private Ledger ledger;

  private volatile long putAside;

  LedgerReporter(Vertx vertx, String name, Path file) {
    this.vertx = vertx;
    this.name = name;
    this.file = file;
    this.executor =
        vertx.createSharedWorkerExecutor("ledger-" + file, 1, LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Future<Void> start() {
    return blocking(
            () -> {
              ledger = Ledger.open(file, System.currentTimeMillis());
              putAside = ledger.putAside();
              return null;
            })
        .onSuccess(opened -> questions = Topics.of(vertx).ledger().serve(this::answer))
        .mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    return questions
        .cancel()
        .eventually(
            () ->
                blocking(
                    () -> {
                      if (ledger != null) {
                        ledger.close();
                        ledger = null;
                      }
                      return null;
                    }))
        .eventually(() -> executor.close());
  }

  @Override
  public Future<Long> position(String journalId) {
    return blocking(() -> ledger().position(journalId));
  }

  @Override
  public Future<Long> report(ShareBatch batch) {
    return blocking(
        () -> {
          try {
            return ledger().store(batch, System.currentTimeMillis());
          } finally {
            putAside = ledger().putAside();
          }
        });
  }

  @Override
  public JsonObject status() {
    JsonObject status = new JsonObject().put("put_aside", putAside);
    if (putAside > 0) {
      status.put("trouble", putAside + " entries could not be stored and are put aside");
    }
    return status;
  }

  private Future<JsonObject> answer(JsonObject question) {
    return blocking(() -> ledger().answer(question, System.currentTimeMillis()));
  }

  private Ledger ledger() throws SQLException {
    if (ledger == null) {
      throw new SQLException("the ledger is closed");
    }
    return ledger;
  }

  private <T> Future<T> blocking(Callable<T> work) {
    return executor.executeBlocking(work, true);
  }
}
