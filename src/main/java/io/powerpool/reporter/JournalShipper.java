package io.powerpool.reporter;

import io.powerpool.cluster.StatusReport;
import io.powerpool.cluster.Topics;
import io.powerpool.reporter.journal.JournalStatus;
import io.powerpool.reporter.journal.ShareJournal;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs where a journal is and brings its entries to every reporter, each from its own position and
 * at its own pace.
 */
public final class JournalShipper extends AbstractVerticle {

  private static final Logger log = LoggerFactory.getLogger(JournalShipper.class);

  private static final Duration STATUS = Duration.ofSeconds(1);

  private final ShareJournal journal;
  private final String node;
  private final List<String> reporters;
  private final boolean local;
  private final ShipperOptions options;
  private List<Delivery> deliveries = List.of();
  private volatile String trouble = "";

  /**
   * Begins with its deployment; the journal stays open when it ends.
   *
   * @param node the name of this node
   * @param reporters the names of those whom the journal was opened for
   * @param local whether this node runs them itself; otherwise any node of the cluster that does
   */
  public JournalShipper(
      ShareJournal journal,
      String node,
      List<String> reporters,
      boolean local,
      ShipperOptions options) {
    this.journal = journal;
    this.node = node;
    this.reporters = List.copyOf(reporters);
    this.local = local;
    this.options = options;
  }

  @Override
  public void start(Promise<Void> started) {
    Topics topics = Topics.of(vertx);
    HeardReporters heard = new HeardReporters(node, System::nanoTime);
    topics.reporters().subscribe(heard::onHere);
    vertx
        .executeBlocking(() -> StoreFile.openOrPutAside(journal.folder(), this::note))
        .onSuccess(
            stores -> {
              deliveries =
                  reporters.stream()
                      .map(name -> new ReporterRoute(journal, node, name, local, heard, stores))
                      .map(route -> new Delivery(vertx, topics, journal, node, route, options))
                      .toList();
              deliveries.forEach(Delivery::start);
              vertx.setPeriodic(STATUS.toMillis(), timer -> publishStatus(topics));
            })
        .<Void>mapEmpty()
        .onComplete(started);
  }

  private void note(String putAside) {
    log.error("{}", putAside);
    trouble = putAside;
  }

  @Override
  public void stop(Promise<Void> stopped) {
    Future.join(deliveries.stream().map(Delivery::stop).toList())
        .<Void>mapEmpty()
        .onComplete(stopped);
  }

  /**
   * Has the reporters store what they have rather than wait for more, for this node goes out of
   * service. On any thread.
   */
  public void flush() {
    context.runOnContext(turn -> deliveries.forEach(Delivery::flush));
  }

  /**
   * By reporter, why what the journal still has for it cannot be stored soon; only those for which
   * it is so.
   */
  public Future<Map<String, String>> heldUp() {
    Promise<Map<String, String>> answer = Promise.promise();
    context.runOnContext(
        turn ->
            answer.complete(
                deliveries.stream()
                    .filter(delivery -> !delivery.holdUp().isEmpty())
                    .collect(Collectors.toMap(Delivery::reporter, Delivery::holdUp))));
    return answer.future();
  }

  private void publishStatus(Topics topics) {
    JournalStatus status = journal.status();
    JsonObject queues = new JsonObject();
    for (Delivery delivery : deliveries) {
      queues.put(
          delivery.reporter(),
          new JsonObject()
              .put("queue_size", status.backlog().getOrDefault(delivery.reporter(), 0L))
              .put("failing", delivery.failure()));
    }
    JsonObject body =
        new JsonObject()
            .put("journal_id", status.journalId())
            .put("failing", status.failure())
            .put("trouble", trouble)
            .put("alarm", status.isAlarming())
            .put("buffers_kept", status.kept())
            .put("pending_count", most(status.backlog()))
            .put("entries", status.synced())
            .put("lost", status.lost())
            .put("missed", status.missed())
            .put("damaged", status.damaged())
            .put("segments", status.segments())
            .put("bytes", status.bytes())
            .put("limit_bytes", status.limitBytes())
            .put("reporters", queues);
    topics
        .status()
        .publish(new StatusReport(node, "journal", 0, "journal", System.currentTimeMillis(), body));
  }

  private static long most(Map<String, Long> backlog) {
    return backlog.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
