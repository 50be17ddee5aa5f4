package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TemplatePayment;
import io.powerpool.testing.Fixtures;
import io.powerpool.testing.TestCoins;
import io.powerpool.work.JobFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Outputs that templates demand, in the shapes of many nodes. */
class PaymentReaderTest {

  private static final Coin DASH = TestCoins.coin(Map.of("family", "dash"));
  private static final String ADDRESS = TestCoins.address(0x22);
  private static final String SCRIPT = "76a914" + "22".repeat(20) + "88ac";

  @Test
  void paysTheCreditPoolByItsScript() {
    JsonObject pool = new JsonObject().put("payee", "").put("script", "6a").put("amount", 7);
    assertPaid(
        DASH,
        of("masternode", JsonArray.of(pool, entry("script", SCRIPT, 8))),
        "masternode[0] 7 6a",
        "masternode[1] 8 " + SCRIPT);
  }

  @Test
  void paysBudgets() {
    assertPaid(
        DASH, of("superblock", JsonArray.of(entry("script", "51", 9))), "superblock[0] 9 51");
  }

  @Test
  void readsTheFormsOfOldNodes() {
    assertPaid(DASH, of("masternode", entry("payee", ADDRESS, 5)), "masternode 5 " + SCRIPT);
    assertPaid(DASH, of("masternode", new JsonObject()));
    assertPaid(DASH, of("payee", ADDRESS).put("payee_amount", 6), "payee 6 " + SCRIPT);
    // Before the payments began.
    assertPaid(DASH, of("payee", "").put("payee_amount", ""));
    // A fifth of 1801475949.
    assertPaid(DASH, of("payee", ADDRESS), "payee 360295189 " + SCRIPT);
  }

  @Test
  void readsWhateverFieldsACoinNames() {
    Coin fund = coin(Map.of("field", "coinbasetxn.minerfund"));
    JsonObject minerFund =
        new JsonObject().put("addresses", JsonArray.of(ADDRESS, "x")).put("minimumvalue", 3);
    assertPaid(
        fund,
        of("coinbasetxn", new JsonObject().put("minerfund", minerFund)),
        "coinbasetxn.minerfund 3 " + SCRIPT);
    assertPaid(fund, of("coinbasetxn", new JsonObject()));

    Coin staking = coin(Map.of("field", "coinbasetxn.stakingrewards"));
    JsonObject reward =
        new JsonObject()
            .put("payoutscript", new JsonObject().put("hex", "52"))
            .put("minimumvalue", 4);
    assertPaid(
        staking,
        of("coinbasetxn", new JsonObject().put("stakingrewards", reward)),
        "coinbasetxn.stakingrewards 4 52");

    Coin developer = coin(Map.of("field", "coinbasedevreward", "beside", true));
    JsonObject development = new JsonObject().put("value", 5).put("scriptpubkey", "53");
    assertPaid(developer, of("coinbasedevreward", development), "coinbasedevreward 5 53 beside");

    Coin donating = coin(Map.of("field", "donation_payee", "amount_field", "donation_amount"));
    assertPaid(
        donating,
        of("donation_payee", ADDRESS).put("donation_amount", 6),
        "donation_payee 6 " + SCRIPT);
  }

  @Test
  void takesTheAmountsOutOfTheValueOrLeavesThemBesideIt() {
    JsonObject gbt = of("founder", entry("script", "51", 75)).put("coinbasevalue", 100);
    assertThat(pool(coin(Map.of("field", "founder")), gbt)).isEqualTo(25);
    assertThat(pool(coin(Map.of("field", "founder", "beside", true)), gbt)).isEqualTo(100);
    assertThat(pool(coin(Map.of("field", "something_else")), gbt)).isEqualTo(100);
    assertThatThrownBy(
            () -> pool(coin(Map.of("field", "founder")), gbt.copy().put("coinbasevalue", 74)))
        .hasMessageContaining("founder pays 75")
        .hasMessageContaining("coinbasevalue 74");
  }

  @Test
  void paysWhatTheDefinitionSaysInTheseBlocks() {
    // The template's height is 813750 and its value 1801475949.
    Coin coin =
        TestCoins.coin(
            Map.of(
                "fixed_payments",
                List.of(
                    Map.of("address", ADDRESS, "percent", 2.5, "to_height", 813_750),
                    Map.of("script", "51", "amount", 70, "from_height", 813_750, "beside", true),
                    Map.of("script", "52", "amount", 80, "from_height", 813_751),
                    Map.of("script", "53", "amount", 90, "to_height", 813_749),
                    Map.of("address", "xyz", "amount", 90, "network", "testnet"))));
    assertPaid(
        coin,
        of("founder", ""),
        "fixed_payments[0] 45036898 " + SCRIPT,
        "fixed_payments[1] 70 51 beside");
    assertThat(pool(coin, of("founder", ""))).isEqualTo(1_801_475_949L - 45_036_898);
  }

  @Test
  void refusesFixedPaymentsThatSayTooLittleOrTooMuch() {
    assertFixedFault(Map.of("address", "xyz", "amount", 1), "fixed_payments[0].address");
    assertFixedFault(Map.of("script", "5", "amount", 1), "fixed_payments[0].script");
    assertFixedFault(Map.of("amount", 1), "fixed_payments[0].address");
    assertFixedFault(
        Map.of("script", "51", "address", ADDRESS, "amount", 1), "fixed_payments[0].address");
    assertFixedFault(Map.of("script", "51"), "fixed_payments[0].amount");
    assertFixedFault(Map.of("script", "51", "amount", 1, "percent", 1), "fixed_payments[0].amount");
    assertFixedFault(
        Map.of("script", "51", "amount", 1, "from_height", 2, "to_height", 1),
        "fixed_payments[0].to_height");
  }

  private static void assertFixedFault(Map<String, ?> payment, String key) {
    assertThatThrownBy(() -> TestCoins.coin(Map.of("fixed_payments", List.of(payment))))
        .hasMessageContaining(key);
  }

  @Test
  void namesWhatIsWrong() {
    assertFault(of("masternode", 5), "masternode must be an object");
    assertFault(of("masternode", JsonArray.of(1)), "masternode[0] must be an object, was 1");
    assertFault(
        of("masternode", JsonArray.of(new JsonObject().put("script", "51"))),
        "masternode[0].amount must be a whole number");
    assertFault(of("masternode", entry("script", "51", -1)), "masternode.amount");
    assertFault(of("masternode", entry("script", "5", 1)), "masternode.script");
    assertFault(of("masternode", entry("payee", "", 1)), "masternode must be paid to a script");
    assertFault(of("masternode", entry("payee", "yabc", 1)), "masternode.payee: address 'yabc'");
    assertFault(of("payee", "yabc"), "payee: address 'yabc'");
    assertFault(of("payee", ADDRESS).put("payee_amount", "x"), "payee_amount must be");
    Coin donating = coin(Map.of("field", "donation_payee", "amount_field", "donation_amount"));
    assertThatThrownBy(() -> read(donating, of("donation_payee", ADDRESS)))
        .hasMessageContaining("donation_amount must be the amount for donation_payee");
  }

  private static JsonObject entry(String key, String payee, long amount) {
    return new JsonObject().put(key, payee).put("amount", amount);
  }

  /** The real template without its own payments, and with this field. */
  private static JsonObject of(String field, Object value) {
    JsonObject gbt = Fixtures.json("/dash/gbt_testnet_813750.json").getJsonObject("gbt");
    gbt.remove("masternode");
    gbt.remove("superblock");
    return gbt.put(field, value);
  }

  private static Coin coin(Map<String, ?> payment) {
    return TestCoins.coin(Map.of("template_payments", List.of(payment)));
  }

  private static BlockTemplate read(Coin coin, JsonObject gbt) {
    return TemplateReader.read(gbt, coin.templatePayments());
  }

  private static long pool(Coin coin, JsonObject gbt) {
    return new JobFactory(coin, 1).create(read(coin, gbt), true, 0).reward();
  }

  private static void assertPaid(Coin coin, JsonObject gbt, String... expected) {
    assertThat(read(coin, gbt).payments().stream().map(PaymentReaderTest::words))
        .containsExactly(expected);
  }

  private static String words(TemplatePayment payment) {
    return payment.field()
        + " "
        + payment.amount()
        + " "
        + Hex.encode(payment.script())
        + (payment.beside() ? " beside" : "");
  }

  private static void assertFault(JsonObject gbt, String message) {
    assertThatThrownBy(() -> read(DASH, gbt))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
