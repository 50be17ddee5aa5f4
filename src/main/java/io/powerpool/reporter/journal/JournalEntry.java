package io.powerpool.reporter.journal;

import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Telemetry;

/** One thing that happened, as the journal keeps it. */
public sealed interface JournalEntry {

  /** A judged share. */
  record ShareEntry(Share share) implements JournalEntry {}

  /**
   * A solved block, or news of one.
   *
   * @param chain as the listener was told
   * @see io.powerpool.share.BlockListener
   */
  record BlockEntry(BlockReport block, int chain) implements JournalEntry {

    /** A block of the first chain. */
    public BlockEntry(BlockReport block) {
      this(block, Share.FIRST_CHAIN);
    }
  }

  /** One that a reporter is not told of: its filter leaves it out. */
  record OtherEntry() implements JournalEntry {}

  /** What a rig agent told. */
  record TelemetryEntry(Telemetry telemetry) implements JournalEntry {}

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
