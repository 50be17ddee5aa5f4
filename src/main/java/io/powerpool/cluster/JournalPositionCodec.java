package io.powerpool.cluster;

final class JournalPositionCodec implements WireCodec<JournalPosition> {

  @Override
  public String name() {
    return "journalposition";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(JournalPosition position, WireWriter out) {
    out.text(position.store()).i64(position.next());
  }

  @Override
  public JournalPosition read(int version, WireReader in) {
    return new JournalPosition(in.text(), in.i64());
  }
}
