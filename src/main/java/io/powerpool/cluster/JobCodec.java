package io.powerpool.cluster;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.work.Job;

final class JobCodec implements WireCodec<Job> {

  @Override
  public String name() {
    return "job";
  }

  @Override
  public int version() {
    return 1;
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
        .i64(job.createdMillis());
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
        in.i64(),
        in.i64(),
        in.bytes(),
        in.bytes(),
        in.u8(),
        in.u8(),
        MerkleBranch.ofBytes(in.bytes()),
        in.flag(),
        in.i64(),
        in.i32(),
        in.i64());
  }
}
