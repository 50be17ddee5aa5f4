package io.powerpool.coinrpc;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplateTransaction;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Turns the result of {@code getblocktemplate} into a {@link BlockTemplate}. A field that is
 * missing or absurd is an {@link IllegalArgumentException} that names it.
 */
final class TemplateReader {

  private TemplateReader() {}

  static BlockTemplate read(Object result) {
    if (!(result instanceof JsonObject json)) {
      throw new IllegalArgumentException("a template is an object");
    }
    CompactBits bits = field("bits", () -> CompactBits.ofHex(text(json, "bits")));
    Target target = field("bits", bits::toTarget);
    String given = json.getString("target");
    if (given != null && !field("target", () -> Target.ofHex(given)).equals(target)) {
      throw new IllegalArgumentException("target " + given + " is not that of bits " + bits);
    }
    return new BlockTemplate(
        (int) number(json, "height", 0, Integer.MAX_VALUE),
        field("previousblockhash", () -> Hash256.ofDisplayHex(text(json, "previousblockhash"))),
        (int) number(json, "version", Integer.MIN_VALUE, 0xffffffffL),
        json.containsKey("vbrequired") ? (int) number(json, "vbrequired", 0, 0xffffffffL) : 0,
        bits,
        number(json, "curtime", 0, 0xffffffffL),
        json.containsKey("mintime") ? number(json, "mintime", 0, 0xffffffffL) : 0,
        number(json, "coinbasevalue", 0, Long.MAX_VALUE),
        flags(json.getJsonObject("coinbaseaux")),
        transactions(json.getJsonArray("transactions")),
        optionalBytes(json, "default_witness_commitment"),
        optionalBytes(json, "mweb"),
        json.getString("longpollid"),
        new BlockLimits(
            optional(json, "weightlimit"),
            optional(json, "sizelimit"),
            optional(json, "sigoplimit"),
            parentsFirst(json.getJsonArray("transactions"))));
  }

  private static long optional(JsonObject json, String key) {
    return json.getValue(key) == null ? 0 : number(json, key, 0, Long.MAX_VALUE);
  }

  /**
   * Bitcoin Cash, for one, orders transactions by their ids. Indices in {@code depends} begin at 1.
   */
  private static boolean parentsFirst(JsonArray transactions) {
    for (int i = 0; i < transactions.size(); i++) {
      JsonArray depends = transactions.getJsonObject(i).getJsonArray("depends");
      if (depends == null) {
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

  /** The values of {@code coinbaseaux} one behind the other; their names are not data. */
  private static byte[] flags(JsonObject auxiliary) {
    ByteArrayOutputStream flags = new ByteArrayOutputStream();
    if (auxiliary != null) {
      for (String name : auxiliary.fieldNames()) {
        String value = auxiliary.getString(name);
        if (value != null) {
          flags.writeBytes(field("coinbaseaux." + name, () -> Hex.decode(value)));
        }
      }
    }
    return flags.toByteArray();
  }

  private static List<TemplateTransaction> transactions(JsonArray array) {
    if (array == null) {
      throw new IllegalArgumentException("transactions is missing");
    }
    List<TemplateTransaction> transactions = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      JsonObject transaction = array.getJsonObject(i);
      String place = "transactions[" + i + "]";
      // Servers without segwit have only "hash", which is the transaction id there.
      String id = transaction.getString("txid", transaction.getString("hash"));
      String data = transaction.getString("data");
      if (id == null || data == null) {
        throw new IllegalArgumentException(place + " lacks txid or data");
      }
      transactions.add(
          new TemplateTransaction(
              field(place + ".data", () -> Hex.decode(data)),
              field(place + ".txid", () -> Hash256.ofDisplayHex(id)),
              transaction.getInteger("weight", 0),
              witnessId(transaction, place),
              transaction.getLong("fee", -1L),
              transaction.getInteger("sigops", -1)));
    }
    return transactions;
  }

  private static Hash256 witnessId(JsonObject transaction, String place) {
    String id = transaction.getString("hash");
    return id == null ? null : field(place + ".hash", () -> Hash256.ofDisplayHex(id));
  }

  private static byte[] optionalBytes(JsonObject json, String key) {
    String value = json.getString(key);
    return value == null ? null : field(key, () -> Hex.decode(value));
  }

  private static String text(JsonObject json, String key) {
    if (json.getValue(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException(key + " must be a text, was " + json.getValue(key));
  }

  private static long number(JsonObject json, String key, long min, long max) {
    Object value = json.getValue(key);
    if (!(value instanceof Integer || value instanceof Long)
        || ((Number) value).longValue() < min
        || ((Number) value).longValue() > max) {
      throw new IllegalArgumentException(
          key + " must be a whole number from " + min + " to " + max + ", was " + value);
    }
    return ((Number) value).longValue();
  }

  private static <T> T field(String name, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
  }
}
