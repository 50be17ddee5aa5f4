package io.powerpool.reporter.celery;

import io.powerpool.reporter.PositionFile.Position;
import io.powerpool.reporter.ShareBatch;
import io.powerpool.reporter.journal.JournalEntry;
import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.OtherEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.TelemetryEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One journal on its way: the group that is being filled or sent. Belongs to one event loop.
 *
 * <p>A group ends before the first entry of a later interval, with a block (which ought to be known
 * at once, and after the shares that led to it), when it has become large, when its interval is
 * over and nothing more comes, or when it has lasted for an interval by our own clock, whatever
 * time its entries tell: theirs may be ahead.
 */
final class JournalFeed {

  /** So many calls make a group large, or so many characters in them. */
  private static final int LARGE = 20_000;

  private static final long LARGE_CHARACTERS = 8 * 1024 * 1024;

  /** Entries of an interval may be late by so much. */
  private static final long GRACE_MILLIS = 1_000;

  private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

  /** A journal whose end is told for so long, again and again, has lost what was to follow. */
  private static final long LOST_NANOS = Duration.ofMinutes(1).toNanos();

  /** After that a journal is likely to be one that is not written any more. */
  private static final long LEFT_NANOS = Duration.ofDays(1).toNanos();

  private final String journalId;
  private final CeleryOptions options;
  private final long intervalMillis;

  /** All before is stored; all before {@code next} is taken. */
  private long stored;

  private long next;

  /** Where a group ends that was begun before a crash; -1 if there is none. */
  private long intended;

  private ShareGroup group;

  /** The latest interval that the group has an entry of. */
  private long interval;

  /** When the first entry that counts was added, and the last one. */
  private long begunNanos;

  private long addedNanos;

  /** Since when the journal tells that it ends at {@code next}, and when it did last. */
  private long endSinceNanos;

  private long endToldNanos;
  private boolean atEnd;
  private long storedNanos = System.nanoTime();
  private boolean sending;
  private Promise<Void> sent = Promise.promise();
  private long leftOut;
  private int beginnings;
  private long touchedNanos = System.nanoTime();

  JournalFeed(String journalId, CeleryOptions options, Position position) {
    this.journalId = journalId;
    this.options = options;
    this.intervalMillis = options.batchInterval().toMillis();
    this.stored = position.stored();
    this.next = position.stored();
    this.intended = position.intended();
  }

  String journalId() {
    return journalId;
  }

  long stored() {
    return stored;
  }

  long next() {
    return next;
  }

  boolean isSending() {
    return sending;
  }

  /** Completes when the group that is being sent is stored; fails if there is trouble meanwhile. */
  Future<Void> sent() {
    return sent.future();
  }

  /** Addresses with shares that are not reported yet. */
  int addresses() {
    return group == null ? 0 : group.addresses();
  }

  /** Entries left out since the last call. */
  long takeLeftOut() {
    long count = leftOut;
    leftOut = 0;
    return count;
  }

  /**
   * Which {@link #beginAnew} the feed is of. Whoever waited across one has entries in hand that are
   * sent to it again.
   */
  int beginnings() {
    return beginnings;
  }

  /** From now on entries come from a position that is to be asked for. */
  void beginAnew() {
    beginnings++;
    atEnd = false;
    touchedNanos = System.nanoTime();
  }

  /** What was taken and is not on its way comes again. */
  void forget() {
    if (!sending) {
      group = null;
      next = stored;
    }
  }

  /**
   * Takes entries, those that were taken before left out, until the group is complete. None at all
   * are how a journal tells that it has no more at present.
   *
   * @return whether it is: then it is to be sent
   */
  boolean take(ShareBatch batch, long nowNanos) {
    touchedNanos = nowNanos;
    if (batch.entries().isEmpty()) {
      onEnd(batch.first(), nowNanos);
      return false;
    }
    atEnd = false;
    // What the journal has lost does not come.
    next = Math.max(next, batch.first());
    for (JournalEntry entry : batch.entriesFrom(next)) {
      if (endsBefore(entry)) {
        return complete();
      }
      boolean block = add(batch.node(), entry, nowNanos);
      next++;
      if (intended < 0 && (block || isLarge())) {
        return complete();
      }
    }
    return intended >= 0 && next >= intended && complete();
  }

  private void onEnd(long end, long nowNanos) {
    if (!atEnd) {
      endSinceNanos = nowNanos;
    }
    atEnd = end == next;
    endToldNanos = nowNanos;
  }

  private boolean endsBefore(JournalEntry entry) {
    if (intended >= 0) {
      return next >= intended;
    }
    if (group == null || group.size() == 0) {
      return false;
    }
    if (entry instanceof ShareEntry share) {
      return intervalOf(share.share().epochMillis()) > interval;
    }
    return entry instanceof TelemetryEntry told
        && intervalOf(told.telemetry().receivedMillis()) > interval;
  }

  private boolean isLarge() {
    return group.size() >= LARGE || group.characters() >= LARGE_CHARACTERS;
  }

  /** Returns whether it is a block that is to be reported. */
  private boolean add(String node, JournalEntry entry, long nowNanos) {
    if (group == null) {
      group = new ShareGroup(node, journalId, stored);
      interval = Long.MIN_VALUE;
    }
    if (entry instanceof OtherEntry) {
      return false;
    }
    addedNanos = nowNanos;
    if (group.size() == 0) {
      begunNanos = nowNanos;
    }
    if (entry instanceof ShareEntry share) {
      interval = Math.max(interval, intervalOf(share.share().epochMillis()));
      leftOut += group.add(share.share(), options.poolReports()) ? 0 : 1;
      return false;
    }
    if (entry instanceof BlockEntry block) {
      return group.add(block.block());
    }
    if (entry instanceof TelemetryEntry told) {
      interval = Math.max(interval, intervalOf(told.telemetry().receivedMillis()));
      leftOut += group.add(told.telemetry(), next) ? 0 : 1;
      return false;
    }
    leftOut++;
    return false;
  }

  private long intervalOf(long epochMillis) {
    return Math.floorDiv(epochMillis, intervalMillis);
  }

  /**
   * Whether the group's interval is over and nothing more is coming, or it is open for so long that
   * its entries' times cannot be right.
   */
  boolean isDue(long nowMillis, long nowNanos) {
    if (sending || next == stored) {
      return false;
    }
    if (intended >= 0) {
      // All up to there belongs to the group.
      return !isPartial();
    }
    if (group == null || group.size() == 0) {
      // Only the position moves.
      return nowNanos - storedNanos >= IDLE_NANOS;
    }
    boolean old =
        nowNanos - begunNanos >= TimeUnit.MILLISECONDS.toNanos(intervalMillis + GRACE_MILLIS);
    boolean over = old || nowMillis >= (interval + 1) * intervalMillis + GRACE_MILLIS;
    return old || (over && nowNanos - addedNanos >= QUIET_NANOS);
  }

  /**
   * Has the group end with what there is of it if its journal has lost the rest: entries that were
   * sent once can be read at once, so one that has been asking at its end for so long has none. A
   * journal that is not heard has lost nothing.
   *
   * @return whether it did
   */
  boolean stopWaiting() {
    if (!isPartial() || group == null || !atEnd || endToldNanos - endSinceNanos < LOST_NANOS) {
      return false;
    }
    intended = next;
    return true;
  }

  /**
   * Whether it may be dropped: nobody has come for a day, and all is stored or what was taken comes
   * again. Whoever comes all the same is made to ask for the position again.
   */
  boolean isIdle(long nowNanos) {
    return !sending && (next == stored || isPartial()) && nowNanos - touchedNanos > LEFT_NANOS;
  }

  /**
   * Ends the group where it is; returns whether there is anything to send or to note. A group that
   * was begun before a crash may have been sent then: a part of it would go out in its place, and
   * the rest would count again in the next one. So it is left for the next start while entries of
   * it are still to come.
   */
  boolean complete() {
    if (sending || next == stored || isPartial()) {
      return false;
    }
    sending = true;
    intended = next;
    sent = Promise.promise();
    return true;
  }

  private boolean isPartial() {
    return next < intended;
  }

  /** The calls of the complete group. */
  List<CeleryMessage> messages() {
    return group == null ? List.of() : group.messages(options);
  }

  void onSent(long end) {
    stored = end;
    next = Math.max(next, end);
    storedNanos = System.nanoTime();
    intended = -1;
    group = null;
    sending = false;
    sent.tryComplete();
  }

  /** Tells those who wait that it may take long; the group goes on being sent. */
  void failWaiting(String reason) {
    if (sending) {
      Promise<Void> waiting = sent;
      sent = Promise.promise();
      waiting.tryFail(reason);
    }
  }
}
