package io.powerpool.cluster;

final class HandOutCodec implements WireCodec<HandOut> {

  @Override
  public String name() {
    return "handout";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(HandOut handOut, WireWriter out) {
    out.i64(handOut.jobId()).i64(handOut.nanos()).i32(handOut.miners());
  }

  @Override
  public HandOut read(int version, WireReader in) {
    return new HandOut(in.i64(), in.i64(), in.i32());
  }
}
