package io.powerpool.reporter.journal;

import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;

/** One thing that happened, as the journal keeps it. */
public sealed interface JournalEntry {

  /** A judged share. */
  record ShareEntry(Share share) implements JournalEntry {}

  /** A solved block, or news of one. */
  record BlockEntry(BlockReport block) implements JournalEntry {}
}
