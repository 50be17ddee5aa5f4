package io.powerpool.coin;

import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * A short word for all of a coin's configuration that decides which blocks are made of it and what
 * its shares count. Two nodes of a cluster with different ones must not take over from each other
 * unnoticed. Names for people, hash rates shown, servers and intervals may differ.
 *
 * <p>The same in every process and every version: properties are written one by one below, and a
 * property that is added later is written only where it is not as if it did not exist.
 */
public final class CoinFingerprint {

  /** Of the hash of all properties. */
  private static final int BYTES = 8;

  private final StringBuilder properties = new StringBuilder("1\n");

  private CoinFingerprint() {}

  /**
   * The word of a coin: 16 hexadecimal digits.
   *
   * @param merged the coins that are mined together with it, in any order
   */
  public static String of(Coin coin, Collection<Coin> merged) {
    CoinFingerprint fingerprint = new CoinFingerprint();
    fingerprint.add(coin);
    merged.stream()
        .map(CoinFingerprint::alone)
        .sorted()
        .forEach(auxiliary -> fingerprint.add("merged", auxiliary));
    return fingerprint.word();
  }

  /**
   * The word of coins that are mined in turn.
   *
   * @param coins the words of the coins by their keys; goes through them in the order configured
   */
  public static String ofGroup(Map<String, String> coins) {
    CoinFingerprint fingerprint = new CoinFingerprint();
    coins.forEach(fingerprint::add);
    return fingerprint.word();
  }

  private static String alone(Coin coin) {
    CoinFingerprint fingerprint = new CoinFingerprint();
    fingerprint.add(coin);
    return fingerprint.word();
  }

  private void add(Coin coin) {
    add("currency", coin.currency());
    add("family", coin.family().name());
    add("algorithm", coin.algorithm().name());
    add("difficulty_one", coin.difficultyOne().toString());
    coin.templateRules().stream().sorted().forEach(rule -> add("rule", rule));
    add("gbt_algorithm", coin.templateAlgorithm());
    add("block_id", coin.blockId().name());
    add("transaction_id", coin.transactionId().name());
    add("version_algorithm_mask", Hex.ofInt(coin.algorithmBits().mask()));
    add("version_algorithm", Hex.ofInt(coin.algorithmBits().value()));
    add("version_mask", Hex.ofInt(coin.versionMask()));
    for (Payout payout : coin.payouts()) {
      add("payout", Hex.encode(payout.script()));
      add("percent", payout.percent());
    }
    for (PaymentField field : coin.templatePayments().fields()) {
      add("field", field.path());
      add("amount_field", field.amountField());
      add("percent", field.percent());
      add("beside", Boolean.toString(field.beside()));
    }
    for (FixedPayment payment : coin.templatePayments().fixed()) {
      add("fixed", Hex.encode(payment.script()));
      add("amount", Long.toString(payment.amount()));
      add("percent", payment.percent());
      add("from_height", Integer.toString(payment.fromHeight()));
      add("to_height", Integer.toString(payment.toHeight()));
      add("beside", Boolean.toString(payment.beside()));
    }
    add(coin.templatePayments().addresses());
    add("coinbase_tag", coin.tag());
    add("extranonce1_size", Integer.toString(coin.extranonce1Size()));
    add("extranonce2_size", Integer.toString(coin.extranonce2Size()));
  }

  /** They tell networks apart, and what a template's addresses are paid to. */
  private void add(AddressFormat addresses) {
    addresses.keyHashVersions().forEach(version -> add("p2pkh", version.toString()));
    addresses.scriptHashVersions().forEach(version -> add("p2sh", version.toString()));
    add("bech32", addresses.bech32Prefix());
    add("cashaddr", addresses.cashAddrPrefix());
  }

  /** Its bits: Java's digits for a number have changed between versions. */
  private void add(String key, double value) {
    add(key, Long.toHexString(Double.doubleToLongBits(value)));
  }

  /** With its length, so that no two lists of properties make one text. */
  private void add(String key, String value) {
    properties.append(key).append(' ').append(value.length()).append(' ').append(value);
    properties.append('\n');
  }

  private String word() {
    byte[] hash = Sha256.single(properties.toString().getBytes(StandardCharsets.UTF_8));
    return Hex.encode(Arrays.copyOf(hash, BYTES));
  }
}
