package io.powerpool.reporter;

import io.powerpool.cluster.ReporterHere;
import io.powerpool.reporter.journal.ShareJournal;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the node whose reporter takes a journal: this one if it runs the reporter itself, otherwise
 * any that stores into the same place as the one that the journal began with. Belongs to one event
 * loop, but for what blocks.
 */
final class ReporterRoute {

  private static final Logger log = LoggerFactory.getLogger(ReporterRoute.class);

  private final ShareJournal journal;
  private final String node;
  private final String reporter;
  private final boolean local;
  private final HeardReporters heard;
  private final StoreFile stores;
  private String current = "";
  private boolean failed;

  /**
   * @param node this node
   * @param local whether this node runs the reporter
   */
  ReporterRoute(
      ShareJournal journal,
      String node,
      String reporter,
      boolean local,
      HeardReporters heard,
      StoreFile stores) {
    this.journal = journal;
    this.node = node;
    this.reporter = reporter;
    this.local = local;
    this.heard = heard;
    this.stores = stores;
  }

  String reporter() {
    return reporter;
  }

  /** The node to turn to for a journal: the same as last time if it is there and did not fail. */
  Optional<String> find(String journalId) {
    if (local) {
      return Optional.of(node);
    }
    List<ReporterHere> here = heard.of(reporter);
    List<String> nodes = nodes(here, stores.of(journalId, reporter).or(() -> choose(here)));
    if (nodes.isEmpty()) {
      return Optional.empty();
    }
    if (failed || !nodes.contains(current)) {
      String last = current;
      // The one behind the last one: each gets its turn.
      current =
          nodes.stream().filter(name -> name.compareTo(last) > 0).findFirst().orElse(nodes.get(0));
      failed = false;
    }
    return Optional.of(current);
  }

  /** Which store to begin a journal with. */
  private Optional<String> choose(List<ReporterHere> here) {
    Optional<String> newest = stores.newest(reporter);
    if (newest.isPresent() && (heard.listening() || !nodes(here, newest).isEmpty())) {
      return newest;
    }
    // Nodes that hear the same do not all choose the same.
    return here.stream()
        .map(ReporterHere::store)
        .min(Comparator.comparing(store -> (store + node).hashCode()));
  }

  private static List<String> nodes(List<ReporterHere> here, Optional<String> store) {
    return here.stream()
        .filter(each -> store.isPresent() && each.store().equals(store.get()))
        .map(ReporterHere::node)
        .toList();
  }

  /** Whether whoever was not found may still be about to be heard. */
  boolean listening() {
    return heard.listening();
  }

  /** Why nobody is found for a journal. */
  String missing(String journalId) {
    return stores
        .of(journalId, reporter)
        .map(
            store ->
                "journal "
                    + journalId
                    + " has begun with store "
                    + store
                    + ", and no node with that store is heard")
        .orElse("no node that runs it is heard");
  }

  /** Whether the node that was found last is still there. */
  boolean present() {
    return local || heard.of(reporter).stream().anyMatch(here -> here.node().equals(current));
  }

  /** Whether this node runs the reporter and has ended it: then the node is ending. */
  boolean ending() {
    return local && heard.hasEndedHere(reporter);
  }

  /** The node that was found last does not do what it should: another one, if there is one. */
  void onFailure() {
    failed = true;
  }

  /**
   * Makes sure that a journal goes on with the store that it began with. Blocks.
   *
   * @throws IllegalStateException if this is another store
   * @throws IOException if a beginning cannot be written down
   */
  void begin(String journalId, String store) throws IOException {
    Optional<String> begun = stores.of(journalId, reporter);
    if (begun.isPresent() && begun.get().equals(store)) {
      return;
    }
    if (begun.isPresent() && !local) {
      throw new IllegalStateException(
          "it stores into "
              + store
              + " now, and journal "
              + journalId
              + " has begun with "
              + begun.get());
    }
    if (begun.isPresent()) {
      log.warn(
          "reporter {} has another store than journal {} began with: {}, not {}; all that the"
              + " journal still holds goes there",
          reporter,
          journalId,
          store,
          begun.get());
    }
    stores.begin(journalId, reporter, store, journal.journalIds());
  }
}
