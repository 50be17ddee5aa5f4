package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.statistics.LatencyHistogram;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps, for each new block, by which way it was heard of first, how much later by the others, and
 * how long miners waited for work on it. All times are taken in this process, on its monotonic
 * clock:
 *
 * <ul>
 *   <li>a way's time is the arrival of its message at the job manager's event loop (for ZeroMQ, at
 *       the thread that receives it);
 *   <li>the waiting time runs from the first of these until the first job on the block is
 *       published, plus what a stratum event loop reports from that job's arrival there until the
 *       line for the last of its miners was written. The way over the event bus between the two is
 *       not in it: nothing within a process, and between hosts their clocks could not tell.
 * </ul>
 *
 * <p>A message that does not name its block counts for the next one, or for the present one if that
 * is new and was not heard of by this way. The first block after the start is no news. Belongs to
 * one event loop.
 */
final class BlockNews {

  /** Messages about the same block come within this time; later ones are no news. */
  private static final Duration TOGETHER = Duration.ofSeconds(10);

  private static final int BLOCKS_KEPT = 32;
  private static final int BLOCKS_SHOWN = 10;

  /** Of so many blocks in a row nothing was heard by a way that is configured: tell somebody. */
  private static final int SILENCE = 5;

  /** What is known of one block. */
  private static final class Heard {
    private final Hash256 block;
    private final Map<Way, Long> nanos = new EnumMap<>(Way.class);
    private int height;
    private long jobId = -1;
    private boolean counted;
    private Way first;
    private long firstNanos;
    private long workNanos;

    private Heard(Hash256 block) {
      this.block = block;
    }
  }

  /** What a way has to show for itself. */
  private static final class Tally {
    private long first;
    private long heard;
    private int missedInARow;
    private final LatencyHistogram behind = new LatencyHistogram();
    private final LatencyHistogram toMiners = new LatencyHistogram();
  }

  private final Map<Hash256, Heard> blocks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash256, Heard> eldest) {
          return size() > BLOCKS_KEPT;
        }
      };

  private final Map<Way, Long> pending = new EnumMap<>(Way.class);
  private final Map<Way, Tally> tallies = new EnumMap<>(Way.class);
  private final Deque<Heard> recent = new ArrayDeque<>();
  private final List<Way> expected;
  private Heard present;

  /**
   * @param expected the ways that were configured and cannot be seen to work before a block comes
   */
  BlockNews(List<Way> expected) {
    this.expected = List.copyOf(expected);
    expected.forEach(way -> tallies.put(way, new Tally()));
  }

  /**
   * Something tells of a block.
   *
   * @param block empty if it did not say which
   * @return whether this is about the block that miners work on already, as far as can be known
   */
  boolean heard(Way way, Optional<Hash256> block, long nowNanos) {
    if (block.isPresent()) {
      Heard named = blocks.computeIfAbsent(block.get(), Heard::new);
      note(named, way, nowNanos);
      return named == present;
    }
    if (present != null
        && present.counted
        && !present.nanos.containsKey(way)
        && isTogether(present.firstNanos, nowNanos)) {
      note(present, way, nowNanos);
      return true;
    }
    pending.putIfAbsent(way, nowNanos);
    return false;
  }

  /** The first job on a block is published. */
  void working(Hash256 block, int height, long jobId, long nowNanos) {
    Heard named = blocks.computeIfAbsent(block, Heard::new);
    pending.forEach(
        (way, nanos) -> {
          if (isTogether(nanos, nowNanos)) {
            named.nanos.merge(way, nanos, Math::min);
          }
        });
    pending.clear();
    boolean start = present == null;
    boolean back = named.jobId >= 0;
    present = named;
    named.height = height;
    named.jobId = jobId;
    if (!start && !back) {
      count(named, nowNanos);
    }
  }

  /** A stratum event loop has written a job's lines so long after it came there. */
  void handedOut(long jobId, long nanos) {
    for (Heard block : recent) {
      if (block.jobId == jobId) {
        tally(block.first).toMiners.record(block.workNanos + nanos);
      }
    }
  }

  /** Ways that were configured and have been silent of late, in words; empty if all is well. */
  String silence() {
    StringBuilder words = new StringBuilder();
    for (Way way : expected) {
      if (tallies.get(way).missedInARow >= SILENCE) {
        words
            .append(words.isEmpty() ? "" : "; ")
            .append("nothing was heard by ")
            .append(way.label())
            .append(" of the last ")
            .append(tallies.get(way).missedInARow)
            .append(" blocks");
      }
    }
    return words.toString();
  }

  /**
   * By way: {@code first} (blocks heard of by it first), {@code heard} (blocks heard of by it),
   * {@code behind} (how long after the first, where it was not) and {@code to_miners} (how long
   * miners waited, where it was), the last two as {@link LatencyHistogram#toMap}.
   */
  JsonObject toJson() {
    JsonObject ways = new JsonObject();
    tallies.forEach(
        (way, tally) ->
            ways.put(
                way.label(),
                new JsonObject()
                    .put("first", tally.first)
                    .put("heard", tally.heard)
                    .put("behind", new JsonObject(tally.behind.toMap()))
                    .put("to_miners", new JsonObject(tally.toMiners.toMap()))));
    return ways;
  }

  /**
   * The last blocks, newest first: {@code height} and {@code hash} (of the new block), {@code
   * first}, {@code job_ms} (until the first job) and {@code later_ms} (each way's delay).
   */
  JsonArray recentJson() {
    JsonArray list = new JsonArray();
    for (Heard block : recent) {
      JsonObject later = new JsonObject();
      block.nanos.forEach((way, nanos) -> later.put(way.label(), (nanos - block.firstNanos) / 1e6));
      list.add(
          new JsonObject()
              .put("height", block.height)
              .put("hash", block.block.toString())
              .put("first", block.first.label())
              .put("job_ms", block.workNanos / 1e6)
              .put("later_ms", later));
    }
    return list;
  }

  private void count(Heard block, long nowNanos) {
    // That nothing told of it means that the regular fetch of a template has found it.
    if (block.nanos.isEmpty()) {
      block.nanos.put(Way.POLL, nowNanos);
    }
    block.counted = true;
    block.firstNanos = Long.MAX_VALUE;
    block.nanos.forEach(
        (way, nanos) -> {
          if (block.first == null || nanos - block.firstNanos < 0) {
            block.first = way;
            block.firstNanos = nanos;
          }
        });
    block.workNanos = nowNanos - block.firstNanos;
    tally(block.first).first++;
    block.nanos.forEach((way, nanos) -> countWay(block, way, nanos));
    if (!recent.isEmpty()) {
      Heard before = recent.getFirst();
      expected.forEach(
          way -> {
            if (!before.nanos.containsKey(way)) {
              tallies.get(way).missedInARow++;
            }
          });
    }
    recent.addFirst(block);
    if (recent.size() > BLOCKS_SHOWN) {
      recent.removeLast();
    }
  }

  private void note(Heard block, Way way, long nowNanos) {
    boolean late = block.counted && !isTogether(block.firstNanos, nowNanos);
    if (!late && block.nanos.putIfAbsent(way, nowNanos) == null && block.counted) {
      countWay(block, way, nowNanos);
    }
  }

  private void countWay(Heard block, Way way, long nanos) {
    Tally tally = tally(way);
    tally.heard++;
    tally.missedInARow = 0;
    if (way != block.first) {
      tally.behind.record(nanos - block.firstNanos);
    }
  }

  private Tally tally(Way way) {
    return tallies.computeIfAbsent(way, fresh -> new Tally());
  }

  private static boolean isTogether(long earlierNanos, long nowNanos) {
    return nowNanos - earlierNanos < TOGETHER.toNanos();
  }
}
