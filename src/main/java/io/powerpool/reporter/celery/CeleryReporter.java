package io.powerpool.reporter.celery;

import io.powerpool.cluster.JournalProgress;
import io.powerpool.reporter.PositionFile;
import io.powerpool.reporter.Reporter;
import io.powerpool.reporter.ShareBatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls PowerPool's Celery tasks for what is in the journals. Belongs to the event loop that starts
 * it.
 *
 * <p>Of each journal it has at most one group in memory. A group that is complete is written down
 * as intended, sent, and after the broker's confirm of all of it written down as stored; only then
 * is the next one begun. So a crash repeats at most that one group, with the same tasks of the same
 * ids.
 */
final class CeleryReporter implements Reporter {

  private static final Logger log = LoggerFactory.getLogger(CeleryReporter.class);

  private static final long TICK_MILLIS = 1_000;
  private static final long STOP_MILLIS = 5_000;
  private static final long DISK_RETRY_MILLIS = 2_000;

  private final Vertx vertx;
  private final CeleryOptions options;
  private final Path positionsPath;
  private final WorkerExecutor disk;
  private final Map<String, JournalFeed> feeds = new HashMap<>();
  private Broker broker;
  private long timer = -1;
  private boolean stopping;

  /** Of the disk's thread. */
  private PositionFile positions;

  private volatile String store = "";
  private volatile String diskTrouble = "";
  private final AtomicLong leftOut = new AtomicLong();
  private volatile int waitingAddresses;

  CeleryReporter(Vertx vertx, CeleryOptions options, Path positionsPath) {
    this.vertx = vertx;
    this.options = options;
    this.positionsPath = positionsPath;
    this.disk = vertx.createSharedWorkerExecutor("positions-" + options.name(), 1);
  }

  @Override
  public String name() {
    return options.name();
  }

  /** The positions are a file of this node's, so no other node can go on in its place. */
  @Override
  public String store() {
    return store;
  }

  /** Does not wait for the broker: entries are taken, and sent when it is there. */
  @Override
  public Future<Void> start() {
    return onDisk(
            () -> {
              positions = PositionFile.open(positionsPath);
              return positions.store();
            })
        .onSuccess(
            read -> {
              store = read;
              broker =
                  new Broker(
                      vertx,
                      options,
                      reason -> feeds.values().forEach(feed -> feed.failWaiting(reason)));
              broker.start();
              timer = vertx.setPeriodic(TICK_MILLIS, tick -> onTick());
            })
        .mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    stopping = true;
    vertx.cancelTimer(timer);
    if (broker == null) {
      return disk.close();
    }
    feeds.values().forEach(this::flush);
    List<Future<Void>> underWay =
        feeds.values().stream()
            .filter(JournalFeed::isSending)
            .map(feed -> feed.sent().otherwiseEmpty())
            .toList();
    Future<Void> flushed =
        underWay.isEmpty() || !broker.trouble().isEmpty()
            ? Future.succeededFuture()
            : Future.any(Future.join(underWay), vertx.timer(STOP_MILLIS).mapEmpty()).mapEmpty();
    return flushed.otherwiseEmpty().compose(done -> broker.stop()).eventually(() -> disk.close());
  }

  @Override
  public Future<JournalProgress> position(String journalId) {
    JournalFeed known = feeds.get(journalId);
    if (known != null) {
      known.beginAnew();
      return whenSettled(known);
    }
    return onDisk(() -> positions.get(journalId))
        .map(
            position -> {
              JournalFeed feed = new JournalFeed(journalId, options, position);
              // Whoever has asked at the same time has made the same one.
              JournalFeed other = feeds.putIfAbsent(journalId, feed);
              return JournalProgress.storedUpTo((other == null ? feed : other).stored());
            });
  }

  /** Once a group is sent, a batch that waited for that may have completed the next one. */
  private Future<JournalProgress> whenSettled(JournalFeed feed) {
    if (feed.isSending()) {
      return settled(feed).compose(sent -> whenSettled(feed));
    }
    feed.forget();
    return Future.succeededFuture(JournalProgress.storedUpTo(feed.stored()));
  }

  @Override
  public Future<JournalProgress> report(ShareBatch batch) {
    JournalFeed feed = feeds.get(batch.journalId());
    if (feed == null) {
      return Future.failedFuture("the position in journal " + batch.journalId() + " comes first");
    }
    int beginning = feed.beginnings();
    return settled(feed).compose(sent -> take(feed, batch, beginning));
  }

  /** A group that is under way is followed by what came meanwhile, if that is asked for again. */
  @Override
  public Future<String> flush(String journalId) {
    JournalFeed feed = feeds.get(journalId);
    if (feed != null && !feed.isSending()) {
      flush(feed);
    }
    String trouble = broker.trouble();
    return Future.succeededFuture(trouble.isEmpty() ? diskTrouble : trouble);
  }

  @Override
  public JsonObject status() {
    String trouble = broker == null ? "" : broker.trouble();
    if (trouble.isEmpty()) {
      trouble = diskTrouble;
    }
    if (trouble.isEmpty() && leftOut.get() > 0) {
      trouble = leftOut.get() + " entries make no sense and are left out";
    }
    return new JsonObject()
        .put("unrep_shares", waitingAddresses)
        .put("tasks_confirmed", broker == null ? 0 : broker.confirmed())
        .put("tasks_repeated", broker == null ? 0 : broker.repeated())
        .put("left_out", leftOut.get())
        .put("trouble", trouble);
  }

  /** Completes when no group of this journal is being sent; fails at once if that may take long. */
  private Future<Void> settled(JournalFeed feed) {
    if (!feed.isSending()) {
      return Future.succeededFuture();
    }
    String trouble = broker.trouble();
    return trouble.isEmpty() ? feed.sent() : Future.failedFuture(trouble);
  }

  private Future<JournalProgress> take(JournalFeed feed, ShareBatch batch, int beginning) {
    if (feed.beginnings() != beginning) {
      return Future.failedFuture("the entries came too early: the position was asked for since");
    }
    if (feed.isSending()) {
      return settled(feed).compose(sent -> take(feed, batch, beginning));
    }
    boolean complete = feed.take(batch, System.nanoTime());
    noteLeftOut(feed);
    if (complete) {
      send(feed);
    }
    return feed.next() >= batch.end()
        ? Future.succeededFuture(new JournalProgress(feed.next(), feed.stored(), feed.stored()))
        : settled(feed).compose(sent -> take(feed, batch, beginning));
  }

  private void noteLeftOut(JournalFeed feed) {
    long more = feed.takeLeftOut();
    if (more > 0 && leftOut.getAndAdd(more) == 0) {
      log.error("reporter {}: entries that make no sense are left out, see its status", name());
    }
  }

  private void onTick() {
    long nowMillis = System.currentTimeMillis();
    long nowNanos = System.nanoTime();
    int addresses = 0;
    feeds.values().removeIf(feed -> feed.isIdle(nowNanos));
    for (JournalFeed feed : feeds.values()) {
      addresses += feed.addresses();
      if (feed.stopWaiting()) {
        log.error(
            "reporter {}: journal {} has lost what follows its entry {}: it ends within a group"
                + " that was begun before a crash, of which is sent what there is",
            name(),
            feed.journalId(),
            feed.next() - 1);
      }
      if (feed.isDue(nowMillis, nowNanos)) {
        flush(feed);
      }
    }
    waitingAddresses = addresses;
  }

  private void flush(JournalFeed feed) {
    if (feed.complete()) {
      send(feed);
    }
  }

  /** Sends the journal's complete group, however long it takes. */
  private void send(JournalFeed feed) {
    long end = feed.next();
    List<CeleryMessage> messages = feed.messages();
    Future<Void> confirmed =
        messages.isEmpty()
            ? Future.succeededFuture()
            : keep(feed, new PositionFile.Position(feed.stored(), end))
                .compose(kept -> broker.publish(messages));
    confirmed
        .compose(done -> keep(feed, new PositionFile.Position(end, -1)))
        .onSuccess(kept -> feed.onSent(end))
        .onFailure(stopped -> feed.failWaiting(stopped.getMessage()));
  }

  /** Writes a position down; fails only if there is no time left to try again. */
  private Future<Void> keep(JournalFeed feed, PositionFile.Position position) {
    return onDisk(
            () -> {
              positions.put(feed.journalId(), position);
              return (Void) null;
            })
        .onSuccess(kept -> diskTrouble = "")
        .recover(
            error -> {
              if (diskTrouble.isEmpty()) {
                log.error("reporter {}: {} cannot be written", name(), positionsPath, error);
              }
              diskTrouble = positionsPath + " cannot be written: " + error.getMessage();
              feed.failWaiting(diskTrouble);
              return stopping
                  ? Future.failedFuture(error)
                  : vertx.timer(DISK_RETRY_MILLIS).compose(waited -> keep(feed, position));
            });
  }

  /**
   * In order already, as the executor has one thread. Vert.x's order is that of a context: behind
   * what waits for the broker.
   */
  private <T> Future<T> onDisk(Callable<T> work) {
    return disk.executeBlocking(work, false);
  }
}
