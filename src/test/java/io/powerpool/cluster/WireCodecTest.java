package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxProof;
import io.powerpool.merged.AuxWork;
import io.powerpool.merged.MergedWork;
import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;
import io.powerpool.work.Job;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Every codec reads the bytes that version 1.0 wrote, and still writes them: another node of the
 * cluster may run the version before. If a format must change, its version byte changes and the old
 * bytes stay here.
 */
class WireCodecTest {

  private static final Hash256 HASH = Hash256.ofDisplayHex("0".repeat(62) + "ab");

  private static final MergedWork MERGED =
      new MergedWork(
          new AuxOffer(
              "DOGE",
              new AuxWork(HASH, 98, HASH, CompactBits.ofHex("1e0ffff0"), 5_000_000, 1_000_000L),
              2.5,
              true),
          CompactBits.ofHex("1e0ffff0").toTarget(),
          3,
          new byte[] {4, 5});

  /** As a switching group hands it out. */
  private static final Job JOB = job(0x77, List.of(MERGED)).renumbered(0x123456789aL, true);

  private static Job job(List<MergedWork> merged) {
    return job(0x123456789aL, merged);
  }

  private static Job job(long id, List<MergedWork> merged) {
    return new Job(
        id,
        "LTC",
        "scrypt",
        840_000,
        HASH,
        0x20000000,
        0x1fffe000,
        CompactBits.ofHex("1d00ffff"),
        CompactBits.ofHex("1d00ffff").toTarget(),
        1_700_000_000L,
        1_699_999_000L,
        new byte[] {1, 2},
        new byte[] {3},
        4,
        8,
        TransactionId.SHA256D,
        MerkleBranch.of(List.of(HASH)),
        true,
        312_500_000L,
        7,
        1_700_000_000_123L,
        merged);
  }

  private static final SolvedBlock SOLVED =
      solved(new AuxProof(HASH, CompactBits.ofHex("1e0ffff0"), 1_000_000L, true, new byte[] {6}));

  private static SolvedBlock solved(AuxProof proof) {
    return new SolvedBlock(
        0x123456789aL,
        "LTC",
        840_000,
        HASH,
        new byte[] {9, 8},
        new byte[] {7},
        new Worker("addr", "rig"),
        2.5,
        1_700_000_000_123L,
        "node-1",
        proof);
  }

  private static final BlockReport REPORT =
      new BlockReport(
          1_700_000_000_123L,
          "LTC",
          "scrypt",
          840_000,
          HASH,
          new Worker("addr", ""),
          312_500_000L,
          "1d00ffff",
          1.5,
          BlockOutcome.REJECTED,
          "bad-cb-height",
          0x0102_0304_0506_0708L);

  private static final String REPORT_1 =
      "0000018bcfe5687b000000034c544300000006736372797074000cd140ab0000000000"
          + "00000000000000000000000000000000000000000000000000000000000461646472000000000000"
          + "000012a05f200000000831643030666666663ff8000000000000050000000d6261642d63622d6865"
          + "69676874";

  private static final StatusReport STATUS =
      new StatusReport("node-1", "stratum_3333", 1, "stratum", 5L, new JsonObject().put("a", 1));

  private static final PushSignal SIGNAL =
      new PushSignal("udp", Optional.of(HASH), "node-1", 1_700_000_000_123L);

  private static final HandOut HAND_OUT = new HandOut(0x123456789aL, 1_234_567L, 12);

  private static Beat beat(Beat.State state, boolean able) {
    return new Beat(
        "LTC",
        List.of("DOGE"),
        "node-1",
        -2,
        state,
        1_700_000_000_123L,
        1_700_000_000_000L,
        "0123456789abcdef",
        able);
  }

  /** The fields of a beat as version 1 wrote them, where 1 was leading and 2 gone for good. */
  private static String beat1(int state) {
    return "000000034c54430000000100000004444f4745000000066e6f64652d31fffffffffffffffe0"
        + state
        + "0000018bcfe5687b0000018bcfe568000000001030313233343536373839616263646566";
  }

  private static <T> void check(WireCodec<T> codec, T message, String recorded) {
    Buffer written = Buffer.buffer();
    BusCodec<T> bus = new BusCodec<>(codec);
    bus.encodeToWire(written, message);
    assertThat(Hex.encode(written.getBytes())).as(codec.name()).isEqualTo(recorded);
    Buffer shifted = Buffer.buffer("xyz").appendBuffer(Buffer.buffer(Hex.decode(recorded)));
    assertThat(bus.decodeFromWire(3, shifted)).usingRecursiveComparison().isEqualTo(message);
    assertThat(bus.decodeFromWire(0, later(written, 1)))
        .usingRecursiveComparison()
        .isEqualTo(message);
    assertThatThrownBy(() -> bus.decodeFromWire(0, later(written, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of version " + (codec.version() + 2));
    for (int length = 0; length < written.length(); length++) {
      Buffer cut = written.getBuffer(0, length);
      assertThatThrownBy(() -> bus.decodeFromWire(0, cut))
          .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
    }
  }

  /** The message as later versions would write it, who have added something to its end. */
  private static Buffer later(Buffer written, int versions) {
    byte[] added = {1, 2, 3};
    Buffer later = written.copy().appendBytes(added);
    later.setInt(0, written.getInt(0) + added.length);
    later.setByte(Integer.BYTES, (byte) (written.getByte(Integer.BYTES) + versions));
    return later;
  }

  /** The fields of a job and of a solved block as they were before merged mining. */
  private static final String JOB_1 =
      "000000123456789a000000034c544300000006736372797074000cd140ab0000000000"
          + "0000000000000000000000000000000000000000000000000000200000001fffe0001d00ffff0000"
          + "00006553f100000000006553ed180000000201020000000103040800000020ab0000000000000000"
          + "0000000000000000000000000000000000000000000000010000000012a05f20000000070000018b"
          + "cfe5687b";

  private static final String SOLVED_1 =
      "000000123456789a000000034c5443000cd140ab000000000000000000000000000000"
          + "00000000000000000000000000000000000000020908000000010700000004616464720000000372"
          + "696740040000000000000000018bcfe5687b000000066e6f64652d31";

  /** "0123456789abcdef" in ASCII. */
  private static final String STORE_BYTES = "30313233343536373839616263646566";

  /** The fields of a journal's records as they were before there were stores. */
  private static final String RECORDS_1 =
      "000000066e6f64652d31"
          + "000000046a6f7572"
          + "0000000000000005"
          + "00000002"
          + "0000000000000009"
          + "0000000401020304";

  private static JournalRecords records(String store) {
    return new JournalRecords(store, "node-1", "jour", 5, 2, 9, new byte[] {1, 2, 3, 4});
  }

  private static final String HASH_BYTES = "ab" + "00".repeat(31);

  /** What version 3 of a job added. */
  private static final String JOB_3 =
      "00"
          + "0000000100000004444f4745"
          + HASH_BYTES
          + "00000062"
          + HASH_BYTES
          + "1e0ffff0004c4b4000000000000f4240400400000000000001"
          + "00000003000000020405";

  @Test
  void readsWhatTheVersionsBeforeWrote() {
    assertThat(read(new JobCodec(), "000000a001" + JOB_1))
        .usingRecursiveComparison()
        .isEqualTo(job(List.of()));
    assertThat(read(new JobCodec(), "000000a102" + JOB_1 + "00"))
        .usingRecursiveComparison()
        .isEqualTo(job(List.of()));
    assertThat(read(new JobCodec(), "0000011403" + JOB_1 + JOB_3))
        .usingRecursiveComparison()
        .isEqualTo(job(List.of(MERGED)));
    assertThat(read(new BlockReportCodec(), "0000007801" + REPORT_1))
        .isEqualTo(REPORT.withFees(BlockReport.UNKNOWN_FEES));
    assertThat(read(new JournalRecordsCodec(), "0000002f01" + RECORDS_1))
        .usingRecursiveComparison()
        .isEqualTo(records(""));
    assertThat(read(new BeatCodec(), "0000004b01" + beat1(1)))
        .isEqualTo(beat(Beat.State.LEADING, true));
    assertThat(read(new BeatCodec(), "0000004b01" + beat1(2)))
        .isEqualTo(beat(Beat.State.ENDED, true));
    assertThat(read(new SolvedBlockCodec(), "0000006801" + SOLVED_1))
        .usingRecursiveComparison()
        .isEqualTo(solved(null));
    assertThat(read(new SolvedBlockCodec(), "0000006902" + SOLVED_1 + "00"))
        .usingRecursiveComparison()
        .isEqualTo(solved(null));
  }

  private static <T> T read(WireCodec<T> codec, String recorded) {
    return new BusCodec<>(codec).decodeFromWire(0, Buffer.buffer(Hex.decode(recorded)));
  }

  @Test
  void readsAndWritesTheRecordedBytes() {
    check(new JobCodec(), JOB, "0000011c04" + JOB_1 + JOB_3 + "0000000000000077");
    check(
        new JobCodec(),
        job(List.of()),
        "000000ad04" + JOB_1 + "00" + "00000000" + "000000123456789a");
    check(
        new SolvedBlockCodec(),
        SOLVED,
        "0000009f03"
            + SOLVED_1
            + "01"
            + HASH_BYTES
            + "1e0ffff000000000000f42400100000001"
            + "06"
            + "00000001");
    check(
        new SolvedBlockCodec(),
        solved(null).forChain(7),
        "0000006d03" + SOLVED_1 + "00" + "00000007");
    check(new BlockReportCodec(), REPORT, "0000008002" + REPORT_1 + "0102030405060708");
    check(
        new StatusReportCodec(),
        STATUS,
        "0000003d01000000066e6f64652d310000000c7374726174756d5f33333333000000010000000773"
            + "74726174756d0000000000000005000000077b2261223a317d");
    check(
        new PushSignalCodec(),
        SIGNAL,
        "0000003b0100000003756470000000066e6f64652d310000018bcfe5687b01ab0000000000000000"
            + "0000000000000000000000000000000000000000000000");
    check(
        new PushSignalCodec(),
        new PushSignal("udp", Optional.empty(), "node-1", 1_700_000_000_123L),
        "0000001b0100000003756470000000066e6f64652d310000018bcfe5687b00");
    check(
        new JournalProgressCodec(),
        new JournalProgress(7, 6, 5),
        "00000019020000000000000007" + "0000000000000005" + "0000000000000006");
    check(
        new JournalPositionCodec(),
        new JournalPosition("0123456789abcdef", 7, 6),
        "000000250200000010" + STORE_BYTES + "0000000000000007" + "0000000000000006");
    check(
        new ReporterHereCodec(),
        new ReporterHere("ledger", "node-1", "0123456789abcdef"),
        "0000002901" + "000000066c6564676572" + "000000066e6f64652d31" + "00000010" + STORE_BYTES);
    check(
        new NodeHereCodec(),
        new NodeHere("node-1", 258, "[::1]:5"),
        "0000001e01" + "000000066e6f64652d31" + "0000000000000102" + "000000075b3a3a315d3a35");
    check(
        new JournalRecordsCodec(),
        records("0123456789abcdef"),
        "0000004302" + RECORDS_1 + "00000010" + STORE_BYTES);
    check(
        new WorkStateCodec(),
        new WorkState("LTC", "down"),
        "0000001001000000034c544300000004646f776e");
    check(new BeatCodec(), beat(Beat.State.LEADING, true), "0000004c02" + beat1(1) + "01");
    check(new BeatCodec(), beat(Beat.State.STANDBY, false), "0000004c02" + beat1(0) + "00");
    check(new BeatCodec(), beat(Beat.State.RESIGNED, true), "0000004c02" + beat1(2) + "01");
    check(new BeatCodec(), beat(Beat.State.ENDED, false), "0000004c02" + beat1(2) + "02");
    check(
        new PrefixClaimCodec(),
        new PrefixClaim("node-1", -2, 5, 8, -1, 17, 1_200_000),
        "0000002c01000000066e6f64652d31fffffffffffffffe0000000000000005"
            + "08ffffffff000000110000000000124f80");
    check(
        new PrefixGrantCodec(),
        new PrefixGrant(
            -3,
            new PrefixGrant.Place(false, 0, "edge"),
            new PrefixGrant.Place(true, 1_700_000_000_123L, ""),
            BitSet.valueOf(new long[] {0x101})),
        "0000002d01fffffffffffffffd"
            + "00000000000000000000000004"
            + "65646765"
            + "010000018bcfe5687b00000000"
            + "000000020101");
    check(
        new SessionNewsCodec(),
        new SessionNews("node-1", "LTC", List.of(new SessionNews.Session(-2, 2.5, 0x1fffe000))),
        "0000002a01000000066e6f64652d31000000034c544300000001"
            + "fffffffffffffffe40040000000000001fffe000");
    check(new HandOutCodec(), HAND_OUT, "0000001501000000123456789a000000000012d6870000000c");
  }
}
