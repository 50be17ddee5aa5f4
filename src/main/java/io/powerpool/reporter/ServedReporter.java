package io.powerpool.reporter;

import io.powerpool.cluster.JournalPosition;
import io.powerpool.cluster.JournalProgress;
import io.powerpool.cluster.JournalRecords;
import io.powerpool.cluster.ReporterHere;
import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.EntryReader;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.OtherEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one reporter, serves it the journals of the cluster and tells how it is. One that cannot
 * start is tried again.
 */
final class ServedReporter extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(ServedReporter.class);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
  private static final Duration LAST_RETRY = Duration.ofMinutes(1);
  private static final Duration STATUS = Duration.ofSeconds(1);

  /** Who has something to send does so, or asks what is stored, more often than this. */
  private static final Duration GONE = Duration.ofMinutes(2);

  private final ReporterOptions options;
  private final String node;
  private final Path dataDirectory;
  private final long lastRetryMillis;
  private final Map<String, Backlog> backlogs = new HashMap<>();
  private Topics topics;
  private Reporter reporter;
  private long retryMillis;
  private boolean stopping;
  private boolean serving;
  private String failure = "";
  private long entries;
  private long blocks;
  private long lastEntryMillis;
  private String lastError = "";
  private long lastErrorMillis;

  ServedReporter(ReporterOptions options, String node, Path dataDirectory) {
    this(options, node, dataDirectory, FIRST_RETRY, LAST_RETRY);
  }

  /**
   * Runs a reporter.
   *
   * @param firstRetry the pause after it could not start, doubled with each further time
   * @param lastRetry the longest pause
   */
  ServedReporter(
      ReporterOptions options,
      String node,
      Path dataDirectory,
      Duration firstRetry,
      Duration lastRetry) {
    this.options = options;
    this.node = node;
    this.dataDirectory = dataDirectory;
    this.retryMillis = firstRetry.toMillis();
    this.lastRetryMillis = lastRetry.toMillis();
  }

  /** What a node has that is not stored, and when it said so last. */
  private record Backlog(long entries, long heardMillis) {}

  @Override
  public void start(Promise<Void> started) {
    topics = Topics.of(vertx);
    reporter = options.create(vertx, dataDirectory);
    vertx.setPeriodic(STATUS.toMillis(), timer -> publishStatus());
    attempt().otherwiseEmpty().onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    stopping = true;
    if (serving) {
      publishPresence("");
    }
    reporter.stop().onComplete(stopped);
  }

  private Future<Void> attempt() {
    return reporter
        .start()
        .onSuccess(
            ready -> {
              failure = "";
              log.info("reporter {} is ready", reporter.name());
              if (!stopping) {
                serve();
              }
            })
        .onFailure(
            error -> {
              String before = failure;
              fail(error);
              if (failure.equals(before)) {
                log.debug("reporter {} still cannot start: {}", reporter.name(), failure);
              } else {
                log.error(
                    "reporter {} cannot start, shares wait for it in the journal: {};"
                        + " tried again until it can",
                    reporter.name(),
                    failure);
              }
              if (!stopping) {
                vertx.setTimer(retryMillis, timer -> attempt());
                retryMillis = Math.min(2 * retryMillis, lastRetryMillis);
              }
            });
  }

  private void serve() {
    String name = reporter.name();
    topics
        .position(name, node)
        .serve(
            journalId ->
                reporter
                    .position(journalId)
                    .map(at -> new JournalPosition(reporter.store(), at.next(), at.stored())));
    topics.records(name, node).serve(this::onRecords);
    topics.flush(name, node).serve(reporter::flush);
    serving = true;
    publishPresence(reporter.store());
  }

  private void publishPresence(String store) {
    topics.reporters().publish(new ReporterHere(reporter.name(), node, store));
  }

  private void publishStatus() {
    long now = System.currentTimeMillis();
    if (serving && !stopping) {
      publishPresence(reporter.store());
    }
    topics
        .status()
        .publish(new StatusReport(node, reporter.name(), 0, "reporter", now, status(now)));
  }

  private Future<JournalProgress> onRecords(JournalRecords records) {
    // Whoever knows no stores is of a version that knew only one.
    if (!records.store().isEmpty() && !records.store().equals(reporter.store())) {
      return Future.failedFuture(
          "records for store " + records.store() + ", this is " + reporter.store());
    }
    List<JournalEntry> entriesRead;
    try {
      entriesRead = EntryReader.read(records.bytes(), records.count());
    } catch (IllegalArgumentException e) {
      fail(e);
      return Future.failedFuture(e);
    }
    ShareBatch batch =
        new ShareBatch(
            records.node(),
            records.journalId(),
            records.first(),
            entriesRead.stream().map(options.filter()::apply).toList());
    return reporter
        .report(batch)
        .onSuccess(
            progress -> {
              noteTime(entriesRead);
              onTaken(batch, progress, records.backlog());
            })
        .onFailure(this::fail);
  }

  private void onTaken(ShareBatch batch, JournalProgress progress, long backlog) {
    failure = "";
    long queue = backlog + batch.end() - progress.stored();
    backlogs.put(batch.node(), new Backlog(queue, System.currentTimeMillis()));
    for (JournalEntry entry : batch.entries()) {
      entries += entry instanceof OtherEntry ? 0 : 1;
      if (entry instanceof BlockEntry) {
        blocks++;
      }
    }
  }

  /** How far it is in time, also where its filter leaves all out. */
  private void noteTime(List<JournalEntry> unfiltered) {
    for (JournalEntry entry : unfiltered) {
      if (entry instanceof BlockEntry block) {
        lastEntryMillis = block.block().epochMillis();
      } else if (entry instanceof ShareEntry share) {
        lastEntryMillis = share.share().epochMillis();
      } else if (entry instanceof TelemetryEntry told) {
        lastEntryMillis = told.telemetry().receivedMillis();
      }
    }
  }

  private void fail(Throwable error) {
    failure = String.valueOf(error.getMessage());
    note(failure);
  }

  private void note(String error) {
    lastError = error;
    lastErrorMillis = System.currentTimeMillis();
  }

  private JsonObject status(long nowMillis) {
    JsonObject own = reporter.status();
    String trouble = own.getString("trouble", "");
    if (!trouble.isEmpty()) {
      note(trouble);
    }
    backlogs.values().removeIf(each -> nowMillis - each.heardMillis() > GONE.toMillis());
    long queue = backlogs.values().stream().mapToLong(Backlog::entries).sum();
    boolean late = queue > 0 && lastEntryMillis > 0;
    return new JsonObject()
        .put("queue_size", queue)
        .put("lag_seconds", late ? (nowMillis - lastEntryMillis) / 1000.0 : 0.0)
        .put("failing", failure)
        .put("last_error", lastError)
        .put("last_error_at", lastErrorMillis / 1000.0)
        .put("entries", entries)
        .put("block_reports", blocks)
        .mergeIn(own);
  }
}
