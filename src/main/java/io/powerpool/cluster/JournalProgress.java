package io.powerpool.cluster;

/**
 * How far a reporter is in a journal.
 *
 * @param next the sequence that it wants next: everything before was handed to it
 * @param stored the sequence after the last one that is stored for good; what is between waits in
 *     the reporter's memory, to be stored together with what follows
 */
public record JournalProgress(long next, long stored) {

  /** Everything handed over is stored. */
  public static JournalProgress storedUpTo(long end) {
    return new JournalProgress(end, end);
  }
}
