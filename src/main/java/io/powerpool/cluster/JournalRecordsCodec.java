package io.powerpool.cluster;

final class JournalRecordsCodec implements WireCodec<JournalRecords> {

  @Override
  public String name() {
    return "journalrecords";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(JournalRecords records, WireWriter out) {
    out.text(records.node())
        .text(records.journalId())
        .i64(records.first())
        .i32(records.count())
        .i64(records.backlog())
        .bytes(records.bytes())
        .text(records.store());
  }

  @Override
  public JournalRecords read(int version, WireReader in) {
    String node = in.text();
    String journalId = in.text();
    long first = in.i64();
    int count = in.i32();
    long backlog = in.i64();
    byte[] bytes = in.bytes();
    return new JournalRecords(
        version < 2 ? "" : in.text(), node, journalId, first, count, backlog, bytes);
  }
}
