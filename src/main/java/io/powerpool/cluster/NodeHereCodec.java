package io.powerpool.cluster;

final class NodeHereCodec implements WireCodec<NodeHere> {

  @Override
  public String name() {
    return "nodehere";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(NodeHere here, WireWriter out) {
    out.text(here.node()).i64(here.process()).text(here.address());
  }

  @Override
  public NodeHere read(int version, WireReader in) {
    return new NodeHere(in.text(), in.i64(), in.text());
  }
}
