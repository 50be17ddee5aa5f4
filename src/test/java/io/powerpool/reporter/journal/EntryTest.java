package io.powerpool.reporter.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.reporter.journal.JournalEntry.BlockEntry;
import io.powerpool.reporter.journal.JournalEntry.ShareEntry;
import io.powerpool.reporter.journal.JournalEntry.UnreadableEntry;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Share;
import io.powerpool.share.Verdict;
import io.powerpool.share.Worker;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class EntryTest {

  private final EntryWriter writer = new EntryWriter();

  @Test
  void anyShareComesBackAsItWas() {
    for (Verdict verdict : Verdict.values()) {
      Share share =
          new Share(
              Long.MAX_VALUE,
              "",
              "x11",
              new Worker("ltc1q.:_'\"\u0000", "κόσμε \uD83D\uDE80"),
              Double.MIN_VALUE,
              verdict,
              -1,
              verdict.code() + 1);
      assertThat(roundTrip(writer.share(share))).isEqualTo(new ShareEntry(share));
    }
  }

  @Test
  void anyBlockComesBackAsItWas() {
    for (BlockOutcome outcome : BlockOutcome.values()) {
      BlockReport block = Journals.block(70_000, outcome, "bad-txnmrklroot");
      assertThat(roundTrip(writer.block(block, 3))).isEqualTo(new BlockEntry(block, 3));
      BlockReport paid = block.withFees(4_321_000_000_000L + outcome.code());
      for (int chain : new int[] {1, 3}) {
        assertThat(roundTrip(writer.block(paid, chain))).isEqualTo(new BlockEntry(paid, chain));
      }
    }
  }

  @Test
  void aCoinServersFloodOfWordsIsCut() {
    BlockEntry entry =
        (BlockEntry)
            roundTrip(
                writer.block(Journals.block(1, BlockOutcome.REJECTED, "x".repeat(1_000_000)), 1));
    assertThat(entry.block().reason()).hasSize(EntryWriter.MAX_REASON);
  }

  @Test
  void aTextOverTheLimitIsRefused() {
    String longest = "x".repeat(EntryWriter.MAX_TEXT);
    writer.share(Journals.share(longest, longest, 1));
    assertThatThrownBy(() -> writer.share(Journals.share(longest + "x", "", 1)))
        .hasMessageContaining("2049");
    String wide = "é".repeat(EntryWriter.MAX_TEXT);
    assertThatThrownBy(() -> writer.share(Journals.share(wide, "", 1)))
        .hasMessageContaining("4096");
  }

  /** Written by the first version: if this breaks, so does every journal waiting on a disk. */
  @Test
  void yesterdaysBytesAreStillRead() {
    Share share =
        new Share(
            1_700_000_000_000L, "LTC", "scrypt", new Worker("addr", "rig"), 0.5, Verdict.STALE, 7);
    byte[] stored =
        HexFormat.of()
            .parseHex(
                "0000002f"
                    + "00000000" // checksum, put in below
                    + "0101"
                    + "0000018bcfe56800"
                    + "01"
                    + "00000007"
                    + "3fe0000000000000"
                    + "00034c5443"
                    + "0006736372797074"
                    + "000461646472"
                    + "0003726967");
    RecordFormat.seal(stored, 0, stored.length - RecordFormat.HEADER, new CRC32C());
    assertThat(EntryReader.read(stored, 1)).containsExactly(new ShareEntry(share));
    assertThat(Arrays.copyOf(writer.bytes(), writer.share(share))).isEqualTo(stored);
    assertThat(RecordFormat.length(stored, 0)).isEqualTo(0x2f);
  }

  @Test
  void damageIsNeverTakenForAnEntry() {
    int length = writer.block(Journals.block(1, BlockOutcome.ACCEPTED, ""), 1);
    byte[] good = Arrays.copyOf(writer.bytes(), length);
    for (int i = 0; i < length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> EntryReader.read(bad, 1))
            .isInstanceOf(IllegalArgumentException.class);
      }
      byte[] cut = Arrays.copyOf(good, i);
      assertThatThrownBy(() -> EntryReader.read(cut, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> EntryReader.read(good, 2)).hasMessageContaining("said to have 2");
  }

  @Test
  void anEntryOfANewerProgramIsNamed() {
    int length = writer.share(Journals.share(1));
    byte[] newer = Arrays.copyOf(writer.bytes(), length);
    newer[RecordFormat.HEADER + 1] = 3;
    RecordFormat.seal(newer, 0, length - RecordFormat.HEADER, new CRC32C());
    assertThatThrownBy(() -> EntryReader.read(newer, 1)).hasMessageContaining("kind 1, version 3");
  }

  @Test
  void anIntactRecordThatMakesNoSenseStaysAsItIsAmongOthers() {
    byte[] good = EntryWriter.record(new ShareEntry(Journals.share(1)));
    byte[] odd = good.clone();
    odd[RecordFormat.HEADER + 2 + Long.BYTES] = 99;
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    byte[] kindOnly = Arrays.copyOf(good, RecordFormat.HEADER + 1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] record : List.of(good, odd, longer, kindOnly, good)) {
      RecordFormat.seal(record, 0, record.length - RecordFormat.HEADER, new CRC32C());
      all.writeBytes(record);
    }
    List<JournalEntry> entries = EntryReader.read(all.toByteArray(), 5);
    assertThat(Journals.numbers(entries)).containsExactly(1, 1);
    assertThat(entries.subList(1, 4))
        .extracting(entry -> ((UnreadableEntry) entry).reason())
        .containsExactly(
            "unknown verdict code 99",
            "1 bytes too many in an entry",
            "the entry has no kind and version");
    assertThat(EntryWriter.record(entries.get(1))).isEqualTo(odd);
  }

  private JournalEntry roundTrip(int length) {
    return EntryReader.read(Arrays.copyOf(writer.bytes(), length), 1).get(0);
  }
}
