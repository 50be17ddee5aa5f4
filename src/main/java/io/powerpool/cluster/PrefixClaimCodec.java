package io.powerpool.cluster;

final class PrefixClaimCodec implements WireCodec<PrefixClaim> {

  @Override
  public String name() {
    return "prefixclaim";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(PrefixClaim claim, WireWriter out) {
    out.text(claim.node())
        .i64(claim.process())
        .i64(claim.sequence())
        .u8(claim.bits())
        .i32(claim.held())
        .i32(claim.wish())
        .i64(claim.restMillis());
  }

  @Override
  public PrefixClaim read(int version, WireReader in) {
    return new PrefixClaim(in.text(), in.i64(), in.i64(), in.u8(), in.i32(), in.i32(), in.i64());
  }
}
