package io.powerpool.reporter;

import io.powerpool.cluster.JournalRecords;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.JournalReader;
import io.powerpool.reporter.journal.JournalReader.Records;
import io.powerpool.reporter.journal.ShareJournal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the journals of a folder to one reporter, oldest first: asks where to begin, then sends
 * one batch after the other, the next one when the last one is answered. After any failure it asks
 * again, so nothing depends on what was under way. Belongs to one event loop; holds one batch.
 */
final class Delivery {

  private static final Logger log = LoggerFactory.getLogger(Delivery.class);

  private static final int BATCH_BYTES = 256 * 1024;

  private final Vertx vertx;
  private final Topics topics;
  private final ShareJournal journal;
  private final String node;
  private final String reporter;
  private final String address;
  private final ShipperOptions options;
  private final JournalReader reader;
  private final Promise<Void> ended = Promise.promise();
  private String journalId = "";
  private boolean stopping;
  private boolean waiting;
  private long retryMillis;
  private String failure = "";

  Delivery(
      Vertx vertx,
      Topics topics,
      ShareJournal journal,
      String node,
      String reporter,
      String address,
      ShipperOptions options) {
    this.vertx = vertx;
    this.topics = topics;
    this.journal = journal;
    this.node = node;
    this.reporter = reporter;
    this.address = address;
    this.options = options;
    this.reader = journal.reader();
    this.retryMillis = options.firstRetry().toMillis();
  }

  String reporter() {
    return reporter;
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

  /** Asks the reporter where to go on in a journal. */
  private void begin(String id) {
    journalId = id;
    topics
        .position(address)
        .ask(id, options.timeout())
        .compose(position -> blocking(() -> seek(id, position)))
        .onSuccess(done -> next())
        .onFailure(this::retry);
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
    long backlog = journal.status().backlog().getOrDefault(reporter, 0L);
    JournalRecords message =
        new JournalRecords(
            node,
            records.journalId(),
            records.first(),
            records.count(),
            Math.max(0, backlog - records.count()),
            records.bytes());
    topics
        .records(address)
        .ask(message, options.timeout())
        .compose(position -> blocking(() -> stored(records, position)))
        .onSuccess(
            done -> {
              recovered();
              if (records.count() < options.batchEntries() / 2) {
                pause();
              } else {
                next();
              }
            })
        .onFailure(this::retry);
  }

  /** Nothing more in this journal: on to the next one, or wait for more if it is the last. */
  private void drained() {
    recovered();
    List<String> ids = journal.journalIds();
    if (journalId.equals(journal.journalId())) {
      pause();
    } else {
      // Its files may be gone by now, and its id with them; all that were before it are done.
      int at = ids.indexOf(journalId);
      begin(ids.get(at + 1));
    }
  }

  private Void seek(String id, long position) throws Exception {
    reader.seek(id, position);
    journal.acknowledge(reporter, id, position);
    return null;
  }

  private Void stored(Records records, long position) throws Exception {
    if (position <= records.first()) {
      throw new IllegalStateException(
          "it stored nothing of entries "
              + records.first()
              + " to "
              + (records.end() - 1)
              + " and wants to go on at "
              + position);
    }
    journal.acknowledge(reporter, records.journalId(), position);
    reader.seek(records.journalId(), position);
    return null;
  }

  private void pause() {
    waitFor(options.batchInterval().toMillis(), this::next);
  }

  private void retry(Throwable error) {
    String reason = String.valueOf(error.getMessage());
    if (failure.isEmpty()) {
      log.warn("reporter {} is not served: {}; tried again until it is", reporter, reason);
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
      log.info("reporter {} is served again", reporter);
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
  private <T> Future<T> blocking(java.util.concurrent.Callable<T> work) {
    return vertx.executeBlocking(work, false);
  }
}
