package io.powerpool.work;

import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.CoinbaseOutputs;
import io.powerpool.coin.CoinbaseParts;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.merged.AuxCommitment;
import io.powerpool.merged.MergedWork;
import java.util.List;

/** Makes the jobs of one coin for one term of its job manager. One owner; not thread safe. */
public final class JobFactory {

  private static final int TERM_BITS = 43;
  private static final int MARK_SIZE = 6;

  private final Coin coin;
  private final long term;
  private long sequence;

  /**
   * @param term grows with every job manager of the coin, so that job ids never repeat; its
   *     beginning in milliseconds since 1970, at most 43 bits
   */
  public JobFactory(Coin coin, long term) {
    if (term < 0 || term >= 1L << TERM_BITS) {
      throw new IllegalArgumentException("a term has at most 43 bits, was " + term);
    }
    this.coin = coin;
    this.term = term;
  }

  /**
   * A job for the template.
   *
   * @param merged the work of auxiliary chains that the template's flags commit to
   * @param clean whether miners are to drop what they have: the parent is another, as a rule
   * @param nowMillis when the template arrived, in milliseconds since 1970
   * @throws IllegalArgumentException if the template is for another proof-of-work function, its
   *     bits are no valid target or no coinbase can be built
   */
  public Job create(
      BlockTemplate template, List<MergedWork> merged, boolean clean, long nowMillis) {
    sequence++;
    long id = (term << Job.SEQUENCE_BITS) + sequence;
    // Two jobs of one template must not lead to one header: its share would count twice.
    return create(template, merged, clean, nowMillis, id, mark(id));
  }

  /** A job of a coin that is mined alone. */
  public Job create(BlockTemplate template, boolean clean, long nowMillis) {
    return create(template, List.of(), clean, nowMillis);
  }

  /**
   * A job with this id and mark.
   *
   * @param mark goes into the coinbase; may be empty where nobody compares jobs
   */
  public Job create(BlockTemplate template, boolean clean, long nowMillis, long id, byte[] mark) {
    return create(template, List.of(), clean, nowMillis, id, mark);
  }

  private Job create(
      BlockTemplate template,
      List<MergedWork> merged,
      boolean clean,
      long nowMillis,
      long id,
      byte[] mark) {
    if (!coin.algorithmBits().areIn(template.version())) {
      throw new IllegalArgumentException(
          String.format(
              "version %08x is not for algorithm %s: its bits under %08x must be %08x (gbt_algorithm)",
              template.version(),
              coin.algorithm().name(),
              coin.algorithmBits().mask(),
              coin.algorithmBits().value()));
    }
    CoinbaseParts coinbase = coin.family().coinbase(template, coin, mark);
    if (!merged.isEmpty() && AuxCommitment.occurrences(coinbase.prefix()) != 1) {
      // By chance once in billions of jobs, unless it is in the flags that the node wants.
      throw new IllegalArgumentException(
          "the mark of merged mining must be in the coinbase script once, found "
              + AuxCommitment.occurrences(coinbase.prefix())
              + " times");
    }
    int versionMask = coin.versionMask() & ~template.versionRequired();
    return new Job(
        id,
        coin.currency(),
        coin.algorithm().name(),
        template.height(),
        template.previous(),
        // Firmware disagrees on how to combine rolled bits (or, xor, replace); all agree on zeros.
        template.version() & ~versionMask,
        versionMask,
        template.bits(),
        template.bits().toTarget(),
        Math.max(template.currentTime(), template.minimumTime()),
        template.minimumTime(),
        coinbase.prefix(),
        coinbase.suffix(),
        coin.extranonce1Size(),
        coin.extranonce2Size(),
        coin.transactionId(),
        MerkleBranch.of(template.transactions().stream().map(TemplateTransaction::id).toList()),
        clean,
        CoinbaseOutputs.poolValue(template),
        template.transactions().size(),
        nowMillis,
        merged);
  }

  /** The low bits of the id, big-endian: they repeat after half a year of milliseconds. */
  private static byte[] mark(long id) {
    byte[] mark = new byte[MARK_SIZE];
    for (int i = 0; i < MARK_SIZE; i++) {
      mark[i] = (byte) (id >>> (8 * (MARK_SIZE - 1 - i)));
    }
    return mark;
  }
}
