package io.powerpool.jobmanager;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.cluster.WireCodec;
import io.powerpool.cluster.WireReader;
import io.powerpool.cluster.WireWriter;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplatePayment;
import io.powerpool.coin.TemplateTransaction;
import java.util.ArrayList;
import java.util.List;

/**
 * The form in which a job's template is kept on disk: what a block is made of. What only says how
 * the job was to be made is gone: limits, signature operations. Version 1 had no payments and no
 * payload, version 2 no fees.
 */
final class TemplateCodec implements WireCodec<BlockTemplate> {

  @Override
  public String name() {
    return "template";
  }

  @Override
  public int version() {
    return 3;
  }

  @Override
  public void write(BlockTemplate template, WireWriter out) {
    out.i32(template.height())
        .hash(template.previous())
        .i32(template.version())
        .i32(template.versionRequired())
        .i32(template.bits().value())
        .i64(template.currentTime())
        .i64(template.minimumTime())
        .i64(template.coinbaseValue())
        .bytes(template.coinbaseFlags());
    out.i32(template.transactions().size());
    for (TemplateTransaction transaction : template.transactions()) {
      out.bytes(transaction.data()).hash(transaction.id()).i32(transaction.weight());
    }
    optional(template.witnessCommitment(), out);
    optional(template.extensionBlock(), out);
    out.i32(template.payments().size());
    for (TemplatePayment payment : template.payments()) {
      out.text(payment.field())
          .bytes(payment.script())
          .i64(payment.amount())
          .flag(payment.beside());
    }
    optional(template.coinbasePayload(), out);
    out.flag(template.longPollId() != null);
    if (template.longPollId() != null) {
      out.text(template.longPollId());
    }
    template.transactions().forEach(transaction -> out.i64(transaction.fee()));
  }

  @Override
  public BlockTemplate read(int version, WireReader in) {
    BlockTemplate template = withoutFees(version, in);
    return version < 3 ? template : template.withFees(fees(template.transactions().size(), in));
  }

  private static long[] fees(int count, WireReader in) {
    long[] fees = new long[count];
    for (int i = 0; i < count; i++) {
      fees[i] = in.i64();
    }
    return fees;
  }

  private static BlockTemplate withoutFees(int version, WireReader in) {
    return new BlockTemplate(
        in.i32(),
        in.hash(),
        in.i32(),
        in.i32(),
        new CompactBits(in.i32()),
        in.i64(),
        in.i64(),
        in.i64(),
        in.bytes(),
        transactions(in),
        optional(in),
        optional(in),
        version == 1 ? List.of() : payments(in),
        version == 1 ? null : optional(in),
        in.flag() ? in.text() : null,
        BlockLimits.NONE);
  }

  private static List<TemplateTransaction> transactions(WireReader in) {
    int count = in.i32();
    List<TemplateTransaction> transactions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      transactions.add(new TemplateTransaction(in.bytes(), in.hash(), in.i32()));
    }
    return transactions;
  }

  private static List<TemplatePayment> payments(WireReader in) {
    int count = in.i32();
    List<TemplatePayment> payments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      payments.add(new TemplatePayment(in.text(), in.bytes(), in.i64(), in.flag()));
    }
    return payments;
  }

  private static void optional(byte[] bytes, WireWriter out) {
    out.flag(bytes != null);
    if (bytes != null) {
      out.bytes(bytes);
    }
  }

  private static byte[] optional(WireReader in) {
    return in.flag() ? in.bytes() : null;
  }
}
