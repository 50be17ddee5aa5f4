package io.powerpool.reporter.journal;

import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;

/** One thing that happened, as the journal keeps it. */
public sealed interface JournalEntry {

  /** A judged share. */
  record ShareEntry(Share share) implements JournalEntry {}

  /** A solved block, or news of one. */
  record BlockEntry(BlockReport block) implements JournalEntry {}

  /**
   * An intact record that no entry can be made of: whoever wrote it has made a mistake.
   *
   * @param record the whole record, header included; never changed
   */
  // Carried on as it is: never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record UnreadableEntry(byte[] record, String reason) implements JournalEntry {

    @Override
    public String toString() {
      return "unreadable record of " + record.length + " bytes";
    }
  }
}
