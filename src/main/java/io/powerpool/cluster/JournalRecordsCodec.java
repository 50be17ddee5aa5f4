package io.powerpool.cluster;

final class JournalRecordsCodec implements WireCodec<JournalRecords> {

  @Override
  public String name() {
    return "journalrecords";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(JournalRecords records, WireWriter out) {
    out.text(records.node())
        .text(records.journalId())
        .i64(records.first())
        .i32(records.count())
        .i64(records.backlog())
        .bytes(records.bytes());
  }

  @Override
  public JournalRecords read(int version, WireReader in) {
    return new JournalRecords(in.text(), in.text(), in.i64(), in.i32(), in.i64(), in.bytes());
  }
}
