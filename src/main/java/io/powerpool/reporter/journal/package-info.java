/**
 * The share journal: every verdict, written to local disk by the node that made it, before anybody
 * else is told.
 *
 * <p>{@link io.powerpool.reporter.journal.ShareJournal} appends, into a buffer that outlives the
 * process, {@link io.powerpool.reporter.journal.JournalWriter} writes and syncs, {@link
 * io.powerpool.reporter.journal.JournalReader} reads for one reporter, {@link
 * io.powerpool.reporter.journal.JournalFolder} is what lies on disk: the buffers, and segment files
 * of checksummed records, deleted when every reporter is past them. What one start of the process
 * writes is one journal with a random id, so a position is never mistaken for one in another
 * journal, whatever a power cut or a restored backup did to the folder.
 *
 * <p>No Vert.x here: blocking file access, called from threads that may block.
 */
package io.powerpool.reporter.journal;
