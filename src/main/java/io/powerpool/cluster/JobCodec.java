package io.powerpool.cluster;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import io.powerpool.work.Job;

/** Version 1 had no kind of transaction id. */
final class JobCodec implements WireCodec<Job> {

  @Override
  public String name() {
    return "job";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(Job job, WireWriter out) {
    out.i64(job.id())
        .text(job.currency())
        .text(job.algorithm())
        .i32(job.height())
        .hash(job.previous())
        .i32(job.version())
        .i32(job.versionMask())
        .i32(job.bits().value())
        .i64(job.time())
        .i64(job.minimumTime())
        .bytes(job.prefix())
        .bytes(job.suffix())
        .u8(job.extranonce1Size())
        .u8(job.extranonce2Size())
        .bytes(job.branch().toBytes())
        .flag(job.clean())
        .i64(job.reward())
        .i32(job.transactions())
        .i64(job.createdMillis())
        .flag(job.transactionId() == TransactionId.SHA256);
  }

  @Override
  public Job read(int version, WireReader in) {
    long id = in.i64();
    String currency = in.text();
    String algorithm = in.text();
    int height = in.i32();
    var previous = in.hash();
    int headerVersion = in.i32();
    int versionMask = in.i32();
    CompactBits bits = new CompactBits(in.i32());
    long time = in.i64();
    long minimumTime = in.i64();
    byte[] prefix = in.bytes();
    byte[] suffix = in.bytes();
    int extranonce1Size = in.u8();
    int extranonce2Size = in.u8();
    MerkleBranch branch = MerkleBranch.ofBytes(in.bytes());
    boolean clean = in.flag();
    long reward = in.i64();
    int transactions = in.i32();
    long createdMillis = in.i64();
    TransactionId transactionId =
        version > 1 && in.flag() ? TransactionId.SHA256 : TransactionId.SHA256D;
    return new Job(
        id,
        currency,
        algorithm,
        height,
        previous,
        headerVersion,
        versionMask,
        bits,
        bits.toTarget(),
        time,
        minimumTime,
        prefix,
        suffix,
        extranonce1Size,
        extranonce2Size,
        transactionId,
        branch,
        clean,
        reward,
        transactions,
        createdMillis);
  }
}
