package io.powerpool.reporter.journal;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which segments are still needed: how far each reporter is, and how much may lie on disk. */
final class Retention {

  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final JournalFolder folder;
  private final long limitBytes;

  /** Per reporter the next sequence wanted of each journal, as far as it has told. */
  private final Map<String, Map<String, Long>> positions = new ConcurrentHashMap<>();

  Retention(JournalFolder folder, long limitBytes, Collection<String> reporters) {
    this.folder = folder;
    this.limitBytes = limitBytes;
    for (String reporter : reporters) {
      positions.put(reporter, new ConcurrentHashMap<>());
    }
  }

  /** Notes how far a reporter is, and deletes the segments that nobody needs any more. */
  void acknowledge(String reporter, String journalId, long next) {
    Map<String, Long> known = positions.get(reporter);
    if (known == null) {
      throw new IllegalArgumentException("unknown reporter " + reporter);
    }
    known.put(journalId, next);
    removeDelivered();
    known.keySet().retainAll(folder.journalIds());
  }

  /** Deletes what nobody needs, and the oldest segments beyond the limit. */
  void clean() {
    removeDelivered();
    keepWithinLimit();
  }

  private void removeDelivered() {
    for (Segment gone : folder.remove(this::isDelivered)) {
      log.debug("journal segment {} is delivered to every reporter and deleted", gone);
    }
  }

  /**
   * Gives up the oldest segments beyond the limit: a reporter that is down for ever costs the disk.
   */
  private void keepWithinLimit() {
    long bytes = folder.bytes();
    if (bytes > limitBytes / 2) {
      log.warn(
          "the journal in {} has grown to {} MiB of {} MiB: reporters are behind by {}",
          folder.path(),
          bytes >> 20,
          limitBytes >> 20,
          backlog(folder.segments()));
    }
    long[] excess = {bytes - limitBytes};
    List<Segment> gone =
        folder.remove(
            oldest -> {
              boolean remove = excess[0] > 0;
              excess[0] -= oldest.extent().bytes();
              return remove;
            });
    for (Segment each : gone) {
      log.error(
          "the journal is over its limit: segment {} with {} entries is given up",
          each,
          each.extent().end() - each.first());
    }
  }

  private boolean isDelivered(Segment each) {
    for (Map<String, Long> known : positions.values()) {
      if (known.getOrDefault(each.journalId(), 0L) < each.extent().end()) {
        return false;
      }
    }
    return true;
  }

  /** Entries that each reporter has yet to store. */
  Map<String, Long> backlog(List<Segment> segments) {
    Map<String, Long> backlog = new TreeMap<>();
    Map<String, Map<String, Long>> known = new HashMap<>(positions);
    known.forEach(
        (reporter, next) -> {
          long entries = 0;
          for (Segment each : segments) {
            long from = Math.max(each.first(), next.getOrDefault(each.journalId(), 0L));
            entries += Math.max(0, each.extent().end() - from);
          }
          backlog.put(reporter, entries);
        });
    return backlog;
  }
}
