package io.powerpool.cluster;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.merged.AuxProof;
import io.powerpool.share.SolvedBlock;
import io.powerpool.share.Worker;

/** Also the form in which a solved block is kept on disk until it is answered. */
public final class SolvedBlockCodec implements WireCodec<SolvedBlock> {

  @Override
  public String name() {
    return "solved";
  }

  @Override
  public int version() {
    return 3;
  }

  @Override
  public void write(SolvedBlock block, WireWriter out) {
    out.i64(block.jobId())
        .text(block.currency())
        .i32(block.height())
        .hash(block.hash())
        .bytes(block.header())
        .bytes(block.coinbase())
        .text(block.worker().address())
        .text(block.worker().name())
        .f64(block.difficulty())
        .i64(block.epochMillis())
        .text(block.node())
        .flag(block.isMerged());
    if (block.isMerged()) {
      AuxProof proof = block.proof();
      out.hash(proof.previous())
          .i32(proof.bits().value())
          .i64(proof.reward())
          .flag(proof.reported())
          .bytes(proof.auxPow());
    }
    out.i32(block.chain());
  }

  @Override
  public SolvedBlock read(int version, WireReader in) {
    SolvedBlock block = readBlock(version, in);
    return version > 2 ? block.forChain(in.i32()) : block;
  }

  private static SolvedBlock readBlock(int version, WireReader in) {
    return new SolvedBlock(
        in.i64(),
        in.text(),
        in.i32(),
        in.hash(),
        in.bytes(),
        in.bytes(),
        new Worker(in.text(), in.text()),
        in.f64(),
        in.i64(),
        in.text(),
        version > 1 && in.flag() ? readProof(in) : null);
  }

  private static AuxProof readProof(WireReader in) {
    return new AuxProof(in.hash(), new CompactBits(in.i32()), in.i64(), in.flag(), in.bytes());
  }
}
