package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.testing.Fixtures;
import io.powerpool.testing.TestCoins;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real templates in which every field in turn is missing or absurd: a template comes of it, or an
 * error that names the field.
 */
class TemplateFuzzTest {

  /** Of lists, the first so many elements are tried. */
  private static final int ELEMENTS = 2;

  private static final List<Object> ABSURD =
      Arrays.asList(
          null,
          true,
          0,
          -1,
          1.5,
          1e300,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          BigInteger.TWO.pow(200),
          "",
          "zz",
          "0",
          "-1",
          "\u0000\uffff",
          "ff".repeat(32),
          "00".repeat(100_000),
          new JsonObject(),
          new JsonObject().put("amount", 1),
          new JsonObject().put("a", new JsonObject().put("a", new JsonArray())),
          new JsonArray(),
          new JsonArray().addNull(),
          new JsonArray().add(new JsonArray().add(-1)),
          new JsonArray().add(new JsonObject()),
          new JsonArray().add("51"));

  @ParameterizedTest
  @CsvSource({
    "/litecoin/04_txs_legacy_and_depends_mweb_started.json, litecoin",
    "/litecoin/09_mweb_pegin_pegout_and_plain.json, litecoin",
    "/dash/gbt_testnet_813750.json, dash"
  })
  void everyFieldIsReadWithSuspicion(String file, String family) {
    Coin coin = TestCoins.coin(Map.of("family", family, "template_payments", payments(family)));
    JsonObject real = Fixtures.json(file).getJsonObject("gbt");
    add(real);
    int refused = 0;
    List<List<Object>> paths = new ArrayList<>();
    collect(real, List.of(), paths);
    assertThat(paths).hasSizeGreaterThan(30);
    for (List<Object> path : paths) {
      for (Object value : ABSURD) {
        refused += tell(coin, changed(real, path, value, false), path, value) ? 0 : 1;
      }
      refused += tell(coin, changed(real, path, null, true), path, "nothing") ? 0 : 1;
    }
    // The test is of use only while most of these are refused.
    assertThat(refused).isGreaterThan(paths.size() * 5);
  }

  /** Fields that other coins have, so that they are tried as well. */
  private static void add(JsonObject real) {
    JsonObject fund =
        new JsonObject()
            .put("addresses", JsonArray.of(TestCoins.address(1)))
            .put("minimumvalue", 5);
    real.put("coinbaseaux", new JsonObject().put("flags", "0102"));
    real.put("coinbasetxn", new JsonObject().put("minerfund", fund));
    real.put("payee", TestCoins.address(2)).put("payee_amount", 6);
  }

  private static List<Map<String, ?>> payments(String family) {
    List<Map<String, ?>> payments = new ArrayList<>();
    payments.add(Map.of("field", "coinbasetxn.minerfund"));
    payments.add(Map.of("field", "payee", "amount_field", "payee_amount"));
    if (family.equals("dash")) {
      payments.add(Map.of("field", "masternode"));
      payments.add(Map.of("field", "superblock"));
    }
    return payments;
  }

  /** Whether a job came of it; fails on anything but an error that names the field. */
  private static boolean tell(Coin coin, JsonObject gbt, List<Object> path, Object value) {
    String what = path + " = " + (value instanceof String text && text.length() > 80 ? "…" : value);
    try {
      BlockTemplate template = TemplateReader.read(gbt, coin.templatePayments());
      Job job = new JobFactory(coin, 1).create(template, true, 0);
      assertThat(job.reward()).as(what).isNotNegative();
      assertThat(coin.family().block(template, new byte[80], new byte[200])).isNotEmpty();
      return true;
    } catch (IllegalArgumentException e) {
      // What contradicts another field, or speaks for it, may be told by that one's name.
      assertThat(e.getMessage()).as(what).containsAnyOf(names(path));
      assertThat(e.getMessage()).as(what).hasSizeLessThan(400);
      return false;
    } catch (RuntimeException e) {
      return fail(what, e);
    }
  }

  private static String[] names(List<Object> path) {
    TreeSet<String> names = new TreeSet<>();
    path.stream().filter(String.class::isInstance).forEach(name -> names.add((String) name));
    if (names.contains("bits")) {
      names.add("target");
    }
    if (names.contains("txid")) {
      names.add("hash");
    }
    if (names.contains("payee_amount")) {
      names.add("payee pays");
    }
    if (names.contains("coinbasevalue")) {
      names.add("pays");
    }
    return names.toArray(new String[0]);
  }

  private static void collect(Object value, List<Object> path, List<List<Object>> paths) {
    if (!path.isEmpty()) {
      paths.add(path);
    }
    if (value instanceof JsonObject object) {
      object.forEach(entry -> collect(entry.getValue(), with(path, entry.getKey()), paths));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < Math.min(ELEMENTS, array.size()); i++) {
        collect(array.getValue(i), with(path, i), paths);
      }
    }
  }

  private static List<Object> with(List<Object> path, Object next) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(next);
    return longer;
  }

  private static JsonObject changed(
      JsonObject real, List<Object> path, Object value, boolean missing) {
    JsonObject copy = real.copy();
    Object parent = copy;
    for (Object step : path.subList(0, path.size() - 1)) {
      parent =
          parent instanceof JsonObject object
              ? object.getValue((String) step)
              : ((JsonArray) parent).getValue((int) step);
    }
    Object last = path.get(path.size() - 1);
    if (parent instanceof JsonObject object) {
      if (missing) {
        object.remove((String) last);
      } else {
        object.put((String) last, value);
      }
    } else if (parent instanceof JsonArray array) {
      if (missing) {
        array.remove((int) last);
      } else {
        array.set((int) last, value);
      }
    }
    return copy;
  }
}
