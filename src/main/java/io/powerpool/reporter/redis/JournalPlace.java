package io.powerpool.reporter.redis;

import io.powerpool.cluster.JournalProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How far the keys are in one journal, and how far of that is on the server's disk. */
final class JournalPlace {

  /** Positions that were reached are remembered no more often. */
  private static final long STEP_MILLIS = 200;

  /** A position, when it was reached, and when the first one was that it stands for. */
  private record Reached(long position, long millis, long firstMillis) {}

  /** After that a journal is likely to be one that is not written any more. */
  private static final long IDLE_MILLIS = Duration.ofDays(1).toMillis();

  private final Deque<Reached> waiting = new ArrayDeque<>();
  private long position;
  private long durable;
  private boolean lost;
  private long touchedMillis;

  /**
   * The server tells where it is: what it has lost it wants again. It does not tell how much of
   * that is on its disk.
   *
   * @param durable how much is known to be there
   */
  JournalPlace(long position, long durable, long nowMillis) {
    this.position = position;
    this.durable = Math.min(durable, position);
    this.touchedMillis = nowMillis;
    if (this.durable < position) {
      waiting.add(new Reached(position, nowMillis, nowMillis));
    }
  }

  /** The server is not there any more. */
  void onLost() {
    lost = true;
  }

  /** Whether the position has to be asked for again. */
  boolean lost() {
    return lost;
  }

  /** Somebody asks about the journal or sends what is in it. */
  void touch(long nowMillis) {
    touchedMillis = nowMillis;
  }

  /**
   * Whether it may be forgotten: all is on disk and nobody has come for a day. Whoever comes all
   * the same is made to ask for the position again.
   */
  boolean isIdle(long nowMillis) {
    return waiting.isEmpty() && nowMillis - touchedMillis > IDLE_MILLIS;
  }

  long position() {
    return position;
  }

  /** Entries up to here are in the keys since now. */
  void onStored(long next, long nowMillis) {
    position = next;
    Reached last = waiting.peekLast();
    long firstMillis = nowMillis;
    if (last != null && nowMillis - last.firstMillis() < STEP_MILLIS) {
      // Told a little later than it was: never too early.
      waiting.removeLast();
      firstMillis = last.firstMillis();
    }
    waiting.add(new Reached(next, nowMillis, firstMillis));
  }

  /** The sequence after the last one that is known to be on disk. */
  long durable() {
    return durable;
  }

  /** What was reached before this is on disk. */
  void onDurable(long millis) {
    while (!waiting.isEmpty() && waiting.peekFirst().millis() < millis) {
      durable = waiting.removeFirst().position();
    }
  }

  JournalProgress progress() {
    return new JournalProgress(position, position, durable);
  }
}
