package io.powerpool.cluster;

import io.powerpool.share.BlockOutcome;
import io.powerpool.share.BlockReport;
import io.powerpool.share.Worker;

/** Version 1 had no fees. */
final class BlockReportCodec implements WireCodec<BlockReport> {

  @Override
  public String name() {
    return "blockreport";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(BlockReport report, WireWriter out) {
    out.i64(report.epochMillis())
        .text(report.coin())
        .text(report.algorithm())
        .i32(report.height())
        .hash(report.hash())
        .text(report.worker().address())
        .text(report.worker().name())
        .i64(report.reward())
        .text(report.bits())
        .f64(report.networkDifficulty())
        .u8(report.outcome().code())
        .text(report.reason())
        .i64(report.fees());
  }

  @Override
  public BlockReport read(int version, WireReader in) {
    return new BlockReport(
        in.i64(),
        in.text(),
        in.text(),
        in.i32(),
        in.hash(),
        new Worker(in.text(), in.text()),
        in.i64(),
        in.text(),
        in.f64(),
        BlockOutcome.ofCode((byte) in.u8()),
        in.text(),
        version == 1 ? BlockReport.UNKNOWN_FEES : in.i64());
  }
}
