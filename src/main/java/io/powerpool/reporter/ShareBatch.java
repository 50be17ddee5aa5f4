package io.powerpool.reporter;

import io.powerpool.reporter.journal.JournalEntry;
import java.util.List;

/**
 * Consecutive entries of one node's journal.
 *
 * @param node whose journal
 * @param journalId which journal of that node
 * @param first the sequence of the first entry
 * @param entries in order
 */
public record ShareBatch(String node, String journalId, long first, List<JournalEntry> entries) {

  public ShareBatch {
    entries = List.copyOf(entries);
  }

  /** The sequence after the last entry. */
  public long end() {
    return first + entries.size();
  }

  /** Some of the entries, counted from the first one: {@code from} and those before {@code to}. */
  public ShareBatch part(int from, int to) {
    return new ShareBatch(node, journalId, first + from, entries.subList(from, to));
  }

  /** The entries from this sequence on: what is left of a batch that was sent twice. */
  public List<JournalEntry> entriesFrom(long sequence) {
    long skipped = Math.max(0, sequence - first);
    return skipped >= entries.size() ? List.of() : entries.subList((int) skipped, entries.size());
  }
}
