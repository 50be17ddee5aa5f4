package io.powerpool.reporter.journal;

import java.util.Map;

/**
 * How a journal is doing.
 *
 * @param journalId which one
 * @param synced entries of this start that are safe on disk
 * @param lost entries of this start that could not be kept: the disk was full, failing or too slow
 * @param missed entries that were given up before some reporter had them: the folder was too large
 * @param damaged places in the files at which entries could not be read back
 * @param failure what is wrong with the disk at present, empty while nothing is
 * @param kept whether what waits to be written outlives the process
 * @param segments files in the folder
 * @param bytes in all of them
 * @param limitBytes beyond which the oldest are given up
 * @param backlog entries that each reporter has yet to store
 */
public record JournalStatus(
    String journalId,
    long synced,
    long lost,
    long missed,
    long damaged,
    String failure,
    boolean kept,
    int segments,
    long bytes,
    long limitBytes,
    Map<String, Long> backlog) {

  public JournalStatus {
    backlog = Map.copyOf(backlog);
  }

  /** Whether a person should look: entries are being lost, or will be before long. */
  public boolean isAlarming() {
    return !failure.isEmpty() || bytes > limitBytes / 2;
  }
}
