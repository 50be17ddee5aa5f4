package io.powerpool.cluster;

/**
 * How far a reporter is in a journal.
 *
 * @param next the sequence that it wants next: everything before was handed to it
 * @param applied the sequence after the last one that has taken effect, so that later journals may
 *     follow; what is between waits in the reporter's memory, to be stored together with what
 *     follows
 * @param stored the sequence after the last one that is stored for good
 */
public record JournalProgress(long next, long applied, long stored) {

  /** Everything handed over is stored. */
  public static JournalProgress storedUpTo(long end) {
    return new JournalProgress(end, end, end);
  }
}
