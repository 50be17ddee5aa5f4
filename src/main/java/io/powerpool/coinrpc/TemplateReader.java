package io.powerpool.coinrpc;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplatePayments;
import io.powerpool.coin.TemplateTransaction;
import io.vertx.core.json.JsonArray;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the result of {@code getblocktemplate} into a {@link BlockTemplate}. A field that is
 * missing or absurd is an {@link IllegalArgumentException} that names it.
 */
final class TemplateReader {

  private static final long MOST_U32 = 0xffffffffL;

  private TemplateReader() {}

  /**
   * @param result as it came from the server
   * @param payments the fields that name outputs
   */
  static BlockTemplate read(Object result, TemplatePayments payments) {
    JsonFields template = JsonFields.of(result, "a template");
    return new BlockTemplate(
        (int) template.number("height", 0, Integer.MAX_VALUE),
        template.read("previousblockhash", Hash256::ofDisplayHex),
        (int) template.number("version", Integer.MIN_VALUE, MOST_U32),
        (int) template.number("vbrequired", 0, 0, MOST_U32),
        bits(template),
        template.number("curtime", 0, MOST_U32),
        template.number("mintime", 0, 0, MOST_U32),
        template.number("coinbasevalue", 0, Long.MAX_VALUE),
        template.object("coinbaseaux").map(TemplateReader::flags).orElse(new byte[0]),
        transactions(template),
        template.optionalBytes("default_witness_commitment").orElse(null),
        template.optionalBytes("mweb").orElse(null),
        PaymentReader.read(template, payments),
        payload(template),
        template.optionalText("longpollid").orElse(null),
        limits(template));
  }

  private static BlockLimits limits(JsonFields template) {
    return new BlockLimits(
        template.number("weightlimit", 0, 0, Long.MAX_VALUE),
        template.number("sizelimit", 0, 0, Long.MAX_VALUE),
        template.number("sigoplimit", 0, 0, Long.MAX_VALUE),
        parentsFirst(template.objects("transactions")));
  }

  /**
   * Bitcoin Cash, for one, orders transactions by their ids. Indices in {@code depends} begin at 1.
   */
  private static boolean parentsFirst(List<JsonFields> transactions) {
    for (int i = 0; i < transactions.size(); i++) {
      if (!(transactions.get(i).value("depends") instanceof JsonArray depends)) {
        return false;
      }
      for (Object parent : depends) {
        if (!(parent instanceof Integer number) || number > i) {
          return false;
        }
      }
    }
    return true;
  }

  /** The bits; they count, and a {@code target} beside them must be theirs. */
  private static CompactBits bits(JsonFields template) {
    CompactBits bits = template.read("bits", CompactBits::ofHex);
    Target target = template.read("bits", hex -> bits.toTarget());
    if (template.has("target") && !template.read("target", Target::ofHex).equals(target)) {
      throw JsonFields.fault("target", "that of bits " + bits, template.text("target"));
    }
    return bits;
  }

  /** The values of {@code coinbaseaux} one behind the other; their names are not data. */
  private static byte[] flags(JsonFields auxiliary) {
    ByteArrayOutputStream flags = new ByteArrayOutputStream();
    for (String name : auxiliary.names()) {
      auxiliary.optionalBytes(name).ifPresent(flags::writeBytes);
    }
    return flags.toByteArray();
  }

  /** Nodes of the Dash family send an empty text before the payload is active. */
  private static byte[] payload(JsonFields template) {
    return template
        .optionalBytes("coinbase_payload")
        .filter(payload -> payload.length > 0)
        .orElse(null);
  }

  private static List<TemplateTransaction> transactions(JsonFields template) {
    List<JsonFields> entries = template.objects("transactions");
    List<TemplateTransaction> transactions = new ArrayList<>(entries.size());
    for (JsonFields entry : entries) {
      // Servers without segwit have only "hash", which is the transaction id there.
      String id = entry.has("txid") || !entry.has("hash") ? "txid" : "hash";
      transactions.add(
          new TemplateTransaction(
              entry.read("data", Hex::decode),
              entry.read(id, Hash256::ofDisplayHex),
              (int) entry.number("weight", 0, 0, Integer.MAX_VALUE),
              entry.has("hash") ? entry.read("hash", Hash256::ofDisplayHex) : null,
              entry.number("fee", -1, Long.MIN_VALUE, Long.MAX_VALUE),
              (int) entry.number("sigops", -1, -1, Integer.MAX_VALUE)));
    }
    return transactions;
  }
}
