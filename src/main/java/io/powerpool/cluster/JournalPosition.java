package io.powerpool.cluster;

/**
 * Where a reporter's store is in a journal.
 *
 * @param store which store that is, see {@link ReporterHere}
 * @param next the sequence after the last entry that the store has
 * @param stored the sequence after the last one that it has for good; what is between it might
 *     still lose
 */
public record JournalPosition(String store, long next, long stored) {}
