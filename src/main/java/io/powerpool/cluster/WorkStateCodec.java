package io.powerpool.cluster;

final class WorkStateCodec implements WireCodec<WorkState> {

  @Override
  public String name() {
    return "workstate";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(WorkState state, WireWriter out) {
    out.text(state.currency()).text(state.trouble());
  }

  @Override
  public WorkState read(int version, WireReader in) {
    return new WorkState(in.text(), in.text());
  }
}
