package io.powerpool.cluster;

final class JournalProgressCodec implements WireCodec<JournalProgress> {

  @Override
  public String name() {
    return "journalprogress";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(JournalProgress progress, WireWriter out) {
    out.i64(progress.next()).i64(progress.stored()).i64(progress.applied());
  }

  @Override
  public JournalProgress read(int version, WireReader in) {
    long next = in.i64();
    long stored = in.i64();
    // Version 1 knew no difference.
    return new JournalProgress(next, version >= 2 ? in.i64() : stored, stored);
  }
}
