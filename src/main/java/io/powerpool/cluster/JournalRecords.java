package io.powerpool.cluster;

/**
 * Consecutive records of a node's share journal on their way to a reporter, encoded and checksummed
 * as they stand in the journal.
 *
 * @param store the only one that may take them: what is before them is there
 * @param node whose journal
 * @param journalId which journal of that node
 * @param first the sequence of the first record
 * @param count how many
 * @param backlog how many more the node has for this reporter at present
 * @param bytes the records; nobody changes them
 */
// Handed on from file to bus to reader: never compared.
@SuppressWarnings("ArrayRecordComponent")
public record JournalRecords(
    String store,
    String node,
    String journalId,
    long first,
    int count,
    long backlog,
    byte[] bytes) {}
