package io.powerpool.cluster;

/**
 * Where a reporter's store is in a journal.
 *
 * @param store which store that is, see {@link ReporterHere}
 * @param next the sequence after the last entry that is stored there for good
 */
public record JournalPosition(String store, long next) {}
