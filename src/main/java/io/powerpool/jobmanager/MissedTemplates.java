package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The blocks that could not be built as nobody had their template, and since when they were asked
 * about in vain. Knows no clock; one owner, not thread safe.
 */
final class MissedTemplates {

  /** More than are ever open at once; one that is forgotten counts as new. */
  private static final int MOST = 1000;

  private final Duration retention;

  /** By block id, when it was first asked about; the oldest first. */
  private final Map<Hash256, Long> firstNanos =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash256, Long> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param retention how long a template is kept
   */
  MissedTemplates(Duration retention) {
    this.retention = retention;
  }

  /**
   * A block's template is not found.
   *
   * @return whether it was not found for so long that nobody keeps it any more
   */
  boolean isGone(Hash256 block, long nowNanos) {
    Long first = firstNanos.putIfAbsent(block, nowNanos);
    boolean gone = first != null && nowNanos - first >= retention.toNanos();
    if (gone) {
      firstNanos.remove(block);
    }
    return gone;
  }

  /** It is found after all. */
  void found(Hash256 block) {
    firstNanos.remove(block);
  }
}
