package io.powerpool.cluster;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;

final class StatusReportCodec implements WireCodec<StatusReport> {

  @Override
  public String name() {
    return "status";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(StatusReport report, WireWriter out) {
    out.text(report.node())
        .text(report.component())
        .i32(report.instance())
        .text(report.type())
        .i64(report.epochMillis())
        .bytes(report.body().toBuffer().getBytes());
  }

  @Override
  public StatusReport read(int version, WireReader in) {
    return new StatusReport(
        in.text(),
        in.text(),
        in.i32(),
        in.text(),
        in.i64(),
        new JsonObject(Buffer.buffer(in.bytes())));
  }
}
