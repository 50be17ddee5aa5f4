package io.powerpool.cluster;

final class JournalProgressCodec implements WireCodec<JournalProgress> {

  @Override
  public String name() {
    return "journalprogress";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(JournalProgress progress, WireWriter out) {
    out.i64(progress.next()).i64(progress.stored());
  }

  @Override
  public JournalProgress read(int version, WireReader in) {
    return new JournalProgress(in.i64(), in.i64());
  }
}
