package io.powerpool.cluster;

final class TemplateCopyCodec implements WireCodec<TemplateCopy> {

  @Override
  public String name() {
    return "template";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(TemplateCopy copy, WireWriter out) {
    out.i64(copy.jobId()).bytes(copy.bytes());
  }

  @Override
  public TemplateCopy read(int version, WireReader in) {
    return new TemplateCopy(in.i64(), in.bytes());
  }
}
