package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.testing.TestCoins;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TemplateReaderTest {

  @Test
  void readsARealTemplateWithExtensionBlock() {
    JsonObject json = fixture("09_mweb_pegin_pegout_and_plain");
    BlockTemplate template = TemplateReader.read(json, TestCoins.NO_PAYMENTS);
    assertThat(template.height()).isEqualTo(440);
    assertThat(template.previous()).hasToString(json.getString("previousblockhash"));
    assertThat(template.version()).isEqualTo(0x20000000);
    assertThat(template.bits()).hasToString("207fffff");
    assertThat(template.coinbaseValue()).isEqualTo(1_250_063_880L);
    assertThat(template.currentTime()).isEqualTo(1_795_352_156L);
    assertThat(template.minimumTime()).isEqualTo(1_795_352_138L);
    assertThat(template.coinbaseFlags()).isEmpty();
    assertThat(template.transactions()).hasSize(3);
    assertThat(template.transactions().get(0).id())
        .hasToString("01305098946a61ccd94ca9943bd0693cd99a649cbc1e9742e693f13a0f2ac08d");
    assertThat(Hex.encode(template.extensionBlock())).isEqualTo(json.getString("mweb"));
    assertThat(Hex.encode(template.witnessCommitment()))
        .isEqualTo(json.getString("default_witness_commitment"));
    assertThat(template.longPollId()).isEqualTo(json.getString("longpollid"));
  }

  @Test
  void readsOldTemplatesWithoutSegwit() {
    JsonObject json = fixture("04_txs_legacy_and_depends_mweb_started");
    json.remove("default_witness_commitment");
    json.remove("longpollid");
    json.remove("vbrequired");
    json.put("coinbaseaux", new JsonObject().put("flags", "062f503253482f").putNull("other"));
    for (Object transaction : json.getJsonArray("transactions")) {
      ((JsonObject) transaction).remove("txid");
    }
    BlockTemplate template = TemplateReader.read(json, TestCoins.NO_PAYMENTS);
    assertThat(template.witnessCommitment()).isNull();
    assertThat(template.longPollId()).isNull();
    assertThat(Hex.encode(template.coinbaseFlags())).isEqualTo("062f503253482f");
    assertThat(template.transactions().get(0).id())
        .hasToString(json.getJsonArray("transactions").getJsonObject(0).getString("hash"));
  }

  @Test
  void namesTheFieldThatIsMissingOrAbsurd() {
    for (String field :
        List.of(
            "height",
            "previousblockhash",
            "version",
            "bits",
            "curtime",
            "coinbasevalue",
            "transactions")) {
      JsonObject json = fixture("04_txs_legacy_and_depends_mweb_started");
      json.remove(field);
      assertFault(json, field);
    }
    assertFault(changed("height", -1), "height");
    assertFault(changed("height", 1.5), "height");
    assertFault(changed("coinbasevalue", -1), "coinbasevalue");
    assertFault(changed("previousblockhash", "00"), "previousblockhash");
    assertFault(changed("bits", "ff7fffff"), "bits");
    assertFault(changed("bits", "00000000"), "bits");
    assertFault(changed("target", "00".repeat(32)), "target");
    assertFault(changed("default_witness_commitment", "xy"), "default_witness_commitment");
    assertFault(
        changed("transactions", new JsonArray().add(new JsonObject().put("data", "00"))),
        "transactions[0]");
  }

  static JsonObject fixture(String name) {
    try (InputStream in =
        TemplateReaderTest.class.getResourceAsStream("/litecoin/" + name + ".json")) {
      return new JsonObject(Buffer.buffer(Objects.requireNonNull(in, name).readAllBytes()))
          .getJsonObject("gbt");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject changed(String field, Object value) {
    return fixture("04_txs_legacy_and_depends_mweb_started").put(field, value);
  }

  private static void assertFault(JsonObject json, String field) {
    assertThatThrownBy(() -> TemplateReader.read(json, TestCoins.NO_PAYMENTS))
        .as(field)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(field);
  }
}
