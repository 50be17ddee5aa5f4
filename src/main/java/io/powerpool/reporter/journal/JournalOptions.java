package io.powerpool.reporter.journal;

import io.powerpool.config.Section;
import java.time.Duration;

/**
 * How the journal treats the disk.
 *
 * @param syncInterval how often what was written is forced to disk: with the duration of one sync
 *     the bound on what a power cut can cost
 * @param segmentBytes a segment file that has grown to this is followed by a new one
 * @param limitBytes beyond this much on disk the oldest segments are given up, delivered or not
 * @param bufferBytes the size of each of the two buffers: how much a slow or failing disk may leave
 *     there; shares beyond it are counted as lost
 */
public record JournalOptions(
    Duration syncInterval, long segmentBytes, long limitBytes, int bufferBytes) {

  public static final JournalOptions DEFAULT =
      new JournalOptions(Duration.ofMillis(10), 64L << 20, 16L << 30, 8 << 20);

  /** A buffer is read as a whole after an unclean end, and goes on in memory if its file fails. */
  private static final int MAX_BUFFER = 64 << 20;

  public JournalOptions {
    check(!syncInterval.isNegative(), "sync interval", syncInterval);
    check(segmentBytes >= 1024, "segment bytes", segmentBytes);
    check(limitBytes >= 2 * segmentBytes, "limit bytes", limitBytes);
    check(
        bufferBytes >= RecordFormat.MAX_RECORD && bufferBytes <= MAX_BUFFER,
        "buffer bytes",
        bufferBytes);
  }

  /**
   * Reads {@code sync_interval}, {@code segment_bytes}, {@code limit_bytes}, {@code buffer_bytes}.
   */
  public static JournalOptions from(Section section) {
    long segmentBytes = section.integer("segment_bytes", DEFAULT.segmentBytes, 1L << 16, 1L << 30);
    return new JournalOptions(
        section.duration(
            "sync_interval", DEFAULT.syncInterval, Duration.ZERO, Duration.ofSeconds(10)),
        segmentBytes,
        section.integer(
            "limit_bytes",
            Math.max(DEFAULT.limitBytes, 2 * segmentBytes),
            2 * segmentBytes,
            1L << 50),
        section.integer("buffer_bytes", DEFAULT.bufferBytes, 1 << 16, MAX_BUFFER));
  }

  private static void check(boolean condition, String name, Object value) {
    if (!condition) {
      throw new IllegalArgumentException("the journal's " + name + " cannot be " + value);
    }
  }
}
