package io.powerpool.cluster;

final class ReporterHereCodec implements WireCodec<ReporterHere> {

  @Override
  public String name() {
    return "reporterhere";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(ReporterHere here, WireWriter out) {
    out.text(here.reporter()).text(here.node()).text(here.store());
  }

  @Override
  public ReporterHere read(int version, WireReader in) {
    return new ReporterHere(in.text(), in.text(), in.text());
  }
}
