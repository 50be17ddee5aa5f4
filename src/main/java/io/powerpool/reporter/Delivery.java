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
import java.util.ArrayDeque;
import java.util.Deque;
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

  /** A journal that is sent up to its end. */
  private record Unstored(String journalId, String to, String store, long end, long stored) {}

  private String journalId = "";

  /** The node that is turned to, and the store there. */
  private String to = "";

  private String store = "";

  /**
   * All of the journal before {@code stored} is stored for good, all before {@code applied} has
   * taken effect, and all before {@code sent} is sent.
   */
  private long stored;

  private long applied;
  private long sent;
  private long askedNanos;

  /** Journals that are sent to their ends and that a store might still lose, oldest first. */
  private final Deque<Unstored> unstored = new ArrayDeque<>();

  private long unstoredAskedNanos = System.nanoTime();
  private boolean stopping;
  private boolean waiting;
  private long retryMillis;
  private String failure = "";
  private boolean flushing;

  /** Why what the reporter has in memory only cannot be stored soon, as it said last. */
  private String holdUp = "";

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

  /** Has the reporter store what it has, from now on, rather than wait for more. */
  void flush() {
    flushing = true;
  }

  /** Why what is left cannot be stored soon; empty while it can. */
  String holdUp() {
    return failure.isEmpty() ? holdUp : failure;
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
    if (!unstored.isEmpty() && isLongAgo(unstoredAskedNanos)) {
      askUnstored(unstored.getFirst());
      return;
    }
    // Asked before it is read: what comes meanwhile must not be passed by.
    boolean complete = !journalId.equals(journal.journalId()) && journal.isWhole(journalId);
    blocking(() -> reader.read(options.batchEntries(), BATCH_BYTES))
        .onSuccess(read -> read.ifPresentOrElse(this::send, () -> drained(complete)))
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
    return ask(to, store, records, stored)
        .compose(progress -> blocking(() -> taken(records, progress)))
        .onSuccess(done -> recovered());
  }

  private Future<JournalProgress> ask(String who, String of, Records records, long storedBefore) {
    long backlog = journal.status().backlog().getOrDefault(reporter(), 0L);
    JournalRecords message =
        new JournalRecords(
            of,
            node,
            records.journalId(),
            records.first(),
            records.count(),
            Math.max(0, backlog - (records.end() - storedBefore)),
            records.bytes());
    return whilePresent(topics.records(reporter(), who).ask(message, options.timeout()));
  }

  /** Asks whether a journal is stored; begins it anew where it is not known any more. */
  private void askUnstored(Unstored oldest) {
    unstoredAskedNanos = System.nanoTime();
    Records none = new Records(oldest.journalId(), oldest.end(), 0, new byte[0]);
    ask(oldest.to(), oldest.store(), none, oldest.stored())
        .compose(progress -> blocking(() -> stillThere(oldest, progress)))
        .onSuccess(
            at -> {
              unstored.removeFirst();
              if (at.stored() < at.end()) {
                unstored.addFirst(at);
              }
              next();
            })
        .onFailure(
            error -> {
              unstored.clear();
              journalId = oldest.journalId();
              retry(error);
            });
  }

  private Unstored stillThere(Unstored asked, JournalProgress progress) {
    if (progress.next() != asked.end() || progress.stored() > asked.end()) {
      throw new IllegalStateException(
          "it was at " + asked.end() + " of an earlier journal and is at " + progress.next());
    }
    journal.acknowledge(reporter(), asked.journalId(), progress.stored());
    return new Unstored(
        asked.journalId(), asked.to(), asked.store(), asked.end(), progress.stored());
  }

  private static boolean isLongAgo(long nanos) {
    return System.nanoTime() - nanos >= ASK_MILLIS * 1_000_000;
  }

  /**
   * Nothing more in this journal: on to the next one, or wait for more. What a server has in its
   * memory may take an hour to get to its disk: nobody waits for that.
   *
   * @param complete whether nothing more can come
   */
  private void drained(boolean complete) {
    if (complete && applied >= sent) {
      unstored.removeIf(each -> each.journalId().equals(journalId));
      if (stored < sent) {
        unstored.addLast(new Unstored(journalId, to, store, sent, stored));
      }
      // Its files may be gone by now, and its id with them; all that were before it are done.
      List<String> ids = journal.journalIds();
      begin(ids.get(ids.indexOf(journalId) + 1));
    } else if (stored < sent && isLongAgo(askedNanos)) {
      askToFlush()
          .compose(asked -> report(new Records(journalId, sent, 0, new byte[0])))
          .onSuccess(done -> pause())
          .onFailure(this::retry);
    } else {
      recovered();
      pause();
    }
  }

  private Future<Void> askToFlush() {
    if (!flushing) {
      return Future.succeededFuture();
    }
    return whilePresent(topics.flush(reporter(), to).ask(journalId, options.timeout()))
        // One of the version before is not asked for that.
        .otherwise("")
        .onSuccess(answer -> holdUp = answer)
        .mapEmpty();
  }

  private Void seek(String id, JournalPosition position) throws Exception {
    route.begin(id, position.store());
    reader.seek(id, position.next());
    journal.acknowledge(reporter(), id, position.stored());
    store = position.store();
    stored = position.stored();
    applied = position.next();
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
    if (records.count() > 0 || progress.next() != sent) {
      // It may have passed what cannot be read, which is told once.
      reader.seek(records.journalId(), progress.next());
    }
    stored = progress.stored();
    applied = progress.applied();
    sent = progress.next();
    return null;
  }

  private void pause() {
    waitFor(options.batchInterval().toMillis(), this::next);
  }

  private void retry(Throwable error) {
    String reason = String.valueOf(error.getMessage());
    route.onFailure();
    if (failure.isEmpty() && !route.ending()) {
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
