package io.powerpool.cluster;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxWork;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.Job;
import java.util.ArrayList;
import java.util.List;

/**
 * Version 1 had no kind of transaction id, version 2 no merged chains, version 3 no id of the
 * template.
 */
final class JobCodec implements WireCodec<Job> {

  @Override
  public String name() {
    return "job";
  }

  @Override
  public int version() {
    return 4;
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
        .flag(job.transactionId() == TransactionId.SHA256)
        .i32(job.merged().size());
    job.merged().forEach(work -> write(work, out));
    out.i64(job.templateId());
  }

  private static void write(MergedWork merged, WireWriter out) {
    AuxWork work = merged.work();
    out.text(merged.currency())
        .hash(work.hash())
        .i32(work.chainId())
        .hash(work.previous())
        .i32(work.bits().value())
        .i32(work.height())
        .i64(work.value())
        .f64(merged.offer().difficulty())
        .flag(merged.offer().reported())
        .i32(merged.slot())
        .bytes(merged.branch());
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
    List<MergedWork> merged = version > 2 ? readMerged(in) : List.of();
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
        createdMillis,
        merged,
        version > 3 ? in.i64() : id);
  }

  private static List<MergedWork> readMerged(WireReader in) {
    List<MergedWork> merged = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      String currency = in.text();
      AuxWork work =
          new AuxWork(
              in.hash(), in.i32(), in.hash(), new CompactBits(in.i32()), in.i32(), in.i64());
      AuxOffer offer = new AuxOffer(currency, work, in.f64(), in.flag());
      merged.add(new MergedWork(offer, work.bits().toTarget(), in.i32(), in.bytes()));
    }
    return merged;
  }
}
