package io.powerpool.coin;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a coin server offers to mine on: the answer of {@code getblocktemplate} (BIP 22, 23, 145).
 * Byte arrays are shared, not copied; nobody changes them.
 *
 * @param height of the block to build
 * @param previous the parent's block id
 * @param version of the header, with the bits that the node signals
 * @param versionRequired the bits that must stay as given ({@code vbrequired})
 * @param currentTime the node's time, in seconds since 1970
 * @param minimumTime the smallest time the block may have
 * @param coinbaseValue what the outputs of the coinbase may sum to, in the smallest unit
 * @param coinbaseFlags bytes that the node wants in the coinbase script; may be empty
 * @param transactions all others than the coinbase, in block order
 * @param witnessCommitment the whole script of the commitment output, or null without segwit
 * @param extensionBlock Litecoin's MWEB bytes, or null
 * @param payments outputs that the coinbase must have beside the pool's, in this order
 * @param coinbasePayload what follows the lock time of the coinbase (DIP 4), or null
 * @param longPollId what to send back for a long poll, or null if the node has none
 * @param limits what a block must not exceed
 */
public record BlockTemplate(
    int height,
    Hash256 previous,
    int version,
    int versionRequired,
    CompactBits bits,
    long currentTime,
    long minimumTime,
    long coinbaseValue,
    byte[] coinbaseFlags,
    List<TemplateTransaction> transactions,
    byte[] witnessCommitment,
    byte[] extensionBlock,
    List<TemplatePayment> payments,
    byte[] coinbasePayload,
    String longPollId,
    BlockLimits limits) {

  public BlockTemplate {
    transactions = List.copyOf(transactions);
    payments = List.copyOf(payments);
  }

  /**
   * What its transactions pay to whoever finds the block, in the smallest unit; -1 if the node does
   * not tell it of every one.
   */
  public long fees() {
    long sum = 0;
    for (TemplateTransaction transaction : transactions) {
      if (transaction.fee() < 0) {
        return -1;
      }
      sum += transaction.fee();
    }
    return sum;
  }

  /** Whether miners would gain nothing from a job of the other, which is on the same parent. */
  public boolean isSameWorkAs(BlockTemplate other) {
    return coinbaseValue == other.coinbaseValue
        && bits.equals(other.bits)
        && version == other.version
        && height == other.height
        && Arrays.equals(coinbasePayload, other.coinbasePayload)
        && samePayments(payments, other.payments)
        && transactions.size() == other.transactions.size()
        && ids(this).equals(ids(other));
  }

  private static boolean samePayments(List<TemplatePayment> one, List<TemplatePayment> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (one.get(i).amount() != other.get(i).amount()
          || !Arrays.equals(one.get(i).script(), other.get(i).script())) {
        return false;
      }
    }
    return true;
  }

  private static List<Hash256> ids(BlockTemplate template) {
    return template.transactions.stream().map(TemplateTransaction::id).toList();
  }

  /**
   * The same where each transaction has this fee.
   *
   * @param fees as many as there are transactions, in their order
   */
  public BlockTemplate withFees(long[] fees) {
    List<TemplateTransaction> paying = new ArrayList<>(fees.length);
    for (int i = 0; i < fees.length; i++) {
      TemplateTransaction one = transactions.get(i);
      paying.add(
          new TemplateTransaction(
              one.data(), one.id(), one.weight(), one.witnessId(), fees[i], one.sigops()));
    }
    return with(paying, coinbaseValue, witnessCommitment);
  }

  /** The same with other bytes for the coinbase script. */
  public BlockTemplate withCoinbaseFlags(byte[] flags) {
    return new BlockTemplate(
        height,
        previous,
        version,
        versionRequired,
        bits,
        currentTime,
        minimumTime,
        coinbaseValue,
        flags,
        transactions,
        witnessCommitment,
        extensionBlock,
        payments,
        coinbasePayload,
        longPollId,
        limits);
  }

  /** The same with other transactions and what depends on them. */
  BlockTemplate with(List<TemplateTransaction> others, long value, byte[] commitment) {
    return new BlockTemplate(
        height,
        previous,
        version,
        versionRequired,
        bits,
        currentTime,
        minimumTime,
        value,
        coinbaseFlags,
        others,
        commitment,
        extensionBlock,
        payments,
        coinbasePayload,
        longPollId,
        limits);
  }
}
