package io.powerpool.reporter.ledger;

import io.powerpool.cluster.JournalProgress;
import io.powerpool.cluster.Topic.Subscription;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.ShareFilter;
import io.powerpool.reporter.StoreId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the ledger and answers the monitor's questions about it. All SQL runs on one thread of its
 * own, in the order in which it was asked for.
 */
final class LedgerReporter implements Reporter {

  private static final Logger log = LoggerFactory.getLogger(LedgerReporter.class);

  private static final long LONGEST_SECONDS = 60;

  /** Between two steps of forgetting while there is something to forget, and otherwise. */
  private static final long FORGET_MILLIS = 200;

  private static final long IDLE_MILLIS = 60_000;

  private final Vertx vertx;
  private final LedgerOptions options;
  private final LedgerDatabase database;
  private final WorkerExecutor executor;
  private final List<Subscription> questions = new ArrayList<>();

  /** Where the monitors ask this one: others may have a ledger too, of other nodes' shares. */
  private final String address = "ledger." + StoreId.create();

  /** Of the executor's thread. */
  private Ledger ledger;

  private volatile String store = "";
  private volatile long putAside;
  private volatile long renamed;
  private volatile String forgetting = "";
  private volatile boolean stopped;

  LedgerReporter(Vertx vertx, LedgerOptions options, LedgerDatabase database) {
    this.vertx = vertx;
    this.options = options;
    this.database = database;
    this.executor =
        vertx.createSharedWorkerExecutor(
            "ledger-" + database, 1, LONGEST_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String name() {
    return options.name();
  }

  @Override
  public String store() {
    return store;
  }

  @Override
  public Future<Void> start() {
    return blocking(
            () -> {
              ledger = Ledger.open(database, options, System.currentTimeMillis());
              putAside = ledger.putAside();
              store = ledger.store();
              return null;
            })
        .onSuccess(
            opened -> {
              Topics topics = Topics.of(vertx);
              questions.add(topics.ledger().serve(this::answer));
              questions.add(topics.ledger(address).serve(this::answer));
              forgetAfter(FORGET_MILLIS);
            })
        .mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return Future.join(questions.stream().map(Subscription::cancel).toList())
        .<Void>mapEmpty()
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
  public Future<JournalProgress> position(String journalId) {
    return blocking(() -> JournalProgress.storedUpTo(ledger().position(journalId)));
  }

  @Override
  public Future<JournalProgress> report(ShareBatch batch) {
    return blocking(
        () -> {
          try {
            return JournalProgress.storedUpTo(ledger().store(batch, System.currentTimeMillis()));
          } finally {
            putAside = ledger().putAside();
            renamed = ledger().renamed();
          }
        });
  }

  @Override
  public JsonObject status() {
    String trouble =
        putAside > 0 ? putAside + " entries could not be stored and are put aside" : forgetting;
    return new JsonObject()
        .put("put_aside", putAside)
        .put("shares_renamed", renamed)
        .put("trouble", trouble)
        .put("store", store)
        .put("told_of_all", options.filter().equals(ShareFilter.ALL))
        .put("ledger_address", store.isEmpty() ? "" : address);
  }

  private void forgetAfter(long millis) {
    vertx.setTimer(millis, timer -> forget());
  }

  private void forget() {
    if (stopped) {
      return;
    }
    blocking(() -> ledger().forget(System.currentTimeMillis()))
        .onComplete(
            done -> {
              String before = forgetting;
              forgetting =
                  done.succeeded()
                      ? ""
                      : "old sums are not forgotten: " + done.cause().getMessage();
              if (before.isEmpty() && !forgetting.isEmpty() && !stopped) {
                log.warn("ledger {}: {}", options.name(), forgetting);
              }
              forgetAfter(done.succeeded() && done.result() ? FORGET_MILLIS : IDLE_MILLIS);
            });
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

  /** In order already, as the executor has one thread: Vert.x's order is that of a context. */
  private <T> Future<T> blocking(Callable<T> work) {
    return executor.executeBlocking(work, false);
  }
}
