package io.powerpool.reporter;

import io.powerpool.cluster.JournalPosition;
import io.powerpool.cluster.JournalProgress;
import io.powerpool.cluster.JournalRecords;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.JournalReader;
import io.powerpool.reporter.journal.JournalReader.Records;
import io.powerpool.reporter.journal.ShareJournal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the journals of a folder to one reporter, oldest first: asks where to begin, then sends
 * one batch after the other, the next one when the last one is answered. What the reporter has only
 * in its memory stays in the journal until it says that it is stored. After any failure it asks
 * again, so nothing depends on what was under way. Belongs to one event loop; holds one batch.
 */
final class Delivery {

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private static final int BATCH_BYTES = 256 * 1024;

  /** How often a reporter that holds something in memory is asked about it. */
  private static final long ASK_MILLIS = 1_000;

  private final Vertx vertx;
  private final Topics topics;
  private final ShareJournal journal;
  private final String node;
  private final ReporterRoute route;
  private final ShipperOptions options;
  private final JournalReader reader;
  private final Promise<Void> ended = Promise.promise();
  private String journalId = "";

  /** The node that is turned to, and the store there. */
  private String to = "";

  private String store = "";

  /** All of the journal before that is stored for good, and all before {@code sent} is sent. */
  private long stored;

  private long sent;
  private long askedNanos;
  private boolean stopping;
  private boolean waiting;
  private long retryMillis;
  private String failure = "";

  Delivery(
      Vertx vertx,
      Topics topics,
      ShareJournal journal,
      String node,
      ReporterRoute route,
      ShipperOptions options) {
    this.vertx = vertx;
    this.topics = topics;
    this.journal = journal;
    this.node = node;
    this.route = route;
    this.options = options;
    this.reader = journal.reader();
    this.retryMillis = options.firstRetry().toMillis();
  }

  String reporter() {
    return route.reporter();
  }

  /** Why it does not go on at present; empty while it does. */
  String failure() {
    return failure;
  }

  void start() {
    begin(journal.journalIds().get(0));
  }

  /** Ends it; what is under way is finished or given up within the timeout. */
  Future<Void> stop() {
    stopping = true;
    if (waiting) {
      end();
    }
    return ended.future();
  }

  /** Finds a reporter for a journal and asks it where to go on. */
  private void begin(String id) {
    journalId = id;
    Optional<String> found = route.find(id);
    if (found.isEmpty()) {
      if (route.listening()) {
        waitFor(options.firstRetry().toMillis(), () -> begin(id));
      } else {
        retry(new IllegalStateException(route.missing(id)));
      }
      return;
    }
    to = found.get();
    whilePresent(topics.position(reporter(), to).ask(id, options.timeout()))
        .compose(position -> blocking(() -> seek(id, position)))
        .onSuccess(done -> next())
        .onFailure(this::retry);
  }

  /** Gives up waiting for an answer when whoever is to give it is not heard any more. */
  private <T> Future<T> whilePresent(Future<T> answer) {
    Promise<T> promise = Promise.promise();
    long timer =
        vertx.setPeriodic(
            ASK_MILLIS,
            tick -> {
              if (!route.present()) {
                promise.tryFail("node " + to + " has gone silent");
              }
            });
    answer.onSuccess(promise::tryComplete).onFailure(promise::tryFail);
    return promise.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  private void next() {
    if (stopping) {
      end();
      return;
    }
    blocking(() -> reader.read(options.batchEntries(), BATCH_BYTES))
        .onSuccess(read -> read.ifPresentOrElse(this::send, this::drained))
        .onFailure(this::retry);
  }

  private void send(Records records) {
    report(records)
        .onSuccess(
            done -> {
              if (records.count() < options.batchEntries() / 2) {
                pause();
              } else {
                next();
              }
            })
        .onFailure(this::retry);
  }

  private Future<Void> report(Records records) {
    askedNanos = System.nanoTime();
    long backlog = journal.status().backlog().getOrDefault(reporter(), 0L);
    JournalRecords message =
        new JournalRecords(
            store,
            node,
            records.journalId(),
            records.first(),
            records.count(),
            Math.max(0, backlog - (records.end() - stored)),
            records.bytes());
    return whilePresent(topics.records(reporter(), to).ask(message, options.timeout()))
        .compose(progress -> blocking(() -> taken(records, progress)))
        .onSuccess(done -> recovered());
  }

  /** Nothing more in this journal: on to the next one, or wait for more if it is the last. */
  private void drained() {
    List<String> ids = journal.journalIds();
    if (stored < sent && System.nanoTime() - askedNanos >= ASK_MILLIS * 1_000_000) {
      report(new Records(journalId, sent, 0, new byte[0]))
          .onSuccess(done -> pause())
          .onFailure(this::retry);
    } else if (stored < sent || journalId.equals(journal.journalId())) {
      recovered();
      pause();
    } else {
      // Its files may be gone by now, and its id with them; all that were before it are done.
      int at = ids.indexOf(journalId);
      begin(ids.get(at + 1));
    }
  }

  private Void seek(String id, JournalPosition position) throws Exception {
    route.begin(id, position.store());
    reader.seek(id, position.next());
    journal.acknowledge(reporter(), id, position.next());
    store = position.store();
    stored = position.next();
    sent = position.next();
    return null;
  }

  private Void taken(Records records, JournalProgress progress) throws Exception {
    boolean stands = records.count() > 0 && progress.next() <= records.first();
    if (stands || progress.next() < stored || progress.stored() > progress.next()) {
      throw new IllegalStateException(
          "it took nothing of entries "
              + records.first()
              + " to "
              + (records.end() - 1)
              + " and wants to go on at "
              + progress.next());
    }
    journal.acknowledge(reporter(), records.journalId(), progress.stored());
    reader.seek(records.journalId(), progress.next());
    stored = progress.stored();
    sent = progress.next();
    return null;
  }

  private void pause() {
    waitFor(options.batchInterval().toMillis(), this::next);
  }

  private void retry(Throwable error) {
    String reason = String.valueOf(error.getMessage());
    route.onFailure();
    if (failure.isEmpty()) {
      log.warn("reporter {} is not served: {}; tried again until it is", reporter(), reason);
    }
    failure = reason;
    if (stopping) {
      end();
      return;
    }
    waitFor(retryMillis, () -> begin(journalId));
    retryMillis = Math.min(2 * retryMillis, options.lastRetry().toMillis());
  }

  private void recovered() {
    if (!failure.isEmpty()) {
      log.info("reporter {} is served again", reporter());
      failure = "";
    }
    retryMillis = options.firstRetry().toMillis();
  }

  private void waitFor(long millis, Runnable then) {
    waiting = true;
    vertx.setTimer(
        Math.max(1, millis),
        timer -> {
          waiting = false;
          if (stopping) {
            end();
          } else {
            then.run();
          }
        });
  }

  private void end() {
    if (ended.future().isComplete()) {
      return;
    }
    blocking(
            () -> {
              reader.close();
              return null;
            })
        .onComplete(closed -> ended.tryComplete());
  }

  /** The reader blocks on the disk; its calls follow one another, whatever thread they run on. */
  private <T> Future<T> blocking(Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }
}
