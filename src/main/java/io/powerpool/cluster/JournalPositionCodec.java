package io.powerpool.cluster;

final class JournalPositionCodec implements WireCodec<JournalPosition> {

  @Override
  public String name() {
    return "journalposition";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(JournalPosition position, WireWriter out) {
    out.text(position.store()).i64(position.next()).i64(position.stored());
  }

  @Override
  public JournalPosition read(int version, WireReader in) {
    String store = in.text();
    long next = in.i64();
    // Version 1 knew no difference.
    return new JournalPosition(store, next, version >= 2 ? in.i64() : next);
  }
}
