package io.powerpool.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

  private static final AddressFormat BITCOIN = new AddressFormat(List.of(0), List.of(5), "bc", "");
  private static final AddressFormat BITCOIN_TESTNET =
      new AddressFormat(List.of(111), List.of(196), "tb", "");
  private static final AddressFormat LITECOIN_REGTEST =
      new AddressFormat(List.of(111), List.of(58, 196), "rltc", "");
  private static final AddressFormat DOGECOIN = new AddressFormat(List.of(30), List.of(22), "", "");
  private static final AddressFormat BITCOIN_CASH =
      new AddressFormat(List.of(0), List.of(5), "", "bitcoincash");

  private static final byte[] HASH = Hex.decode("000102030405060708090a0b0c0d0e0f10111213");

  @Test
  void readsWhatItWrites() {
    Random random = new Random(1);
    for (AddressFormat format :
        List.of(BITCOIN, BITCOIN_TESTNET, LITECOIN_REGTEST, DOGECOIN, BITCOIN_CASH)) {
      for (int i = 0; i < 50; i++) {
        byte[] hash = new byte[20];
        random.nextBytes(hash);
        // Leading zeros are where base58 goes wrong.
        Arrays.fill(hash, 0, i % 5, (byte) 0);
        assertThat(Address.script(Address.payToKeyHash(hash, format), format))
            .isEqualTo(Script.payToKeyHash(hash));
      }
    }
    byte[] program = new byte[32];
    random.nextBytes(program);
    for (int version = 0; version <= 16; version++) {
      assertThat(
              Address.script(
                  Address.payToWitness(version, program, LITECOIN_REGTEST), LITECOIN_REGTEST))
          .isEqualTo(Script.payToWitness(version, program));
    }
    String cash = CashAddr.payToKeyHash(HASH, "bitcoincash");
    assertThat(Address.script(cash, BITCOIN_CASH)).isEqualTo(Script.payToKeyHash(HASH));
    assertThat(Address.script(cash.substring(cash.indexOf(':') + 1), BITCOIN_CASH))
        .isEqualTo(Script.payToKeyHash(HASH));
    assertThat(Address.script(cash.toUpperCase(Locale.ROOT), BITCOIN_CASH))
        .isEqualTo(Script.payToKeyHash(HASH));
  }

  /** The most famous address of all: the output of Bitcoin's first block. */
  @Test
  void readsTheGenesisAddress() {
    assertThat(Address.script("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", BITCOIN))
        .isEqualTo(Script.payToKeyHash(Hex.decode("62e907b15cbf27d5425399ebf6f0fb50ebb88f18")));
  }

  @Test
  void noticesEveryChangedCharacter() {
    Random random = new Random(2);
    String characters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0OIl :";
    byte[] program = new byte[32];
    random.nextBytes(program);
    for (String address :
        List.of(
            Address.payToKeyHash(HASH, LITECOIN_REGTEST),
            Address.payToWitness(0, program, LITECOIN_REGTEST),
            Address.payToWitness(1, program, LITECOIN_REGTEST))) {
      for (int i = 0; i < 2_000; i++) {
        StringBuilder changed = new StringBuilder(address);
        for (int j = 0; j <= i % 4; j++) {
          changed.setCharAt(
              random.nextInt(changed.length()),
              characters.charAt(random.nextInt(characters.length())));
        }
        if (!changed.toString().equals(address)) {
          assertRefused(changed.toString(), LITECOIN_REGTEST);
        }
      }
      assertRefused(address.substring(1), LITECOIN_REGTEST);
      assertRefused(address.substring(0, address.length() - 1), LITECOIN_REGTEST);
      assertRefused(address + "1", LITECOIN_REGTEST);
    }
    String cash = CashAddr.payToKeyHash(HASH, "bitcoincash");
    for (int i = 0; i < 2_000; i++) {
      StringBuilder changed = new StringBuilder(cash);
      changed.setCharAt(
          random.nextInt(changed.length()), characters.charAt(random.nextInt(characters.length())));
      if (!changed.toString().equals(cash)) {
        assertRefused(changed.toString(), BITCOIN_CASH);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    // of another network or coin
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, another network: version 0",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7, another network: bech32 prefix 'tb'",
    "bitcoincash:qr6m7j9njldwwzlg9v7v53unlr4jkmx6eylep8ekg2, CashAddr",
    // Litecoin's confidential addresses, whatever their checksum
    "tmweb1qqd7zehux4akdvvwg3c0y7w0g3rt7mt7d7wvpst9zm6jwj3fjt6drwq5x8y4z, MWEB",
    "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmc, MWEB",
    // shapes
    "'', empty",
    "x, too short",
    "rltc1, too short",
    "rltc1qqqqqqqqqqqq, checksum",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb, checksum",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfN0, not a base58 character",
    "rltc1QQQQQQQQ, mixes upper and lower case",
  })
  void saysWhatIsWrong(String address, String reason) {
    assertThatThrownBy(() -> Address.script(address, LITECOIN_REGTEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + address + "'")
        .hasMessageContaining(reason);
  }

  @Test
  void namesWhatItExpectedInstead() {
    assertThatThrownBy(() -> Address.script("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", DOGECOIN))
        .hasMessage(
            "address '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa': is of another network: version 0,"
                + " expected base58 version 30 or 22");
    assertThat(LITECOIN_REGTEST).hasToString("base58 version 111 or 58 or 196, or bech32 'rltc1…'");
    assertThat(BITCOIN_CASH).hasToString("base58 version 0 or 5, or CashAddr 'bitcoincash:…'");
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 100_000, 1_000_000})
  void refusesHugeTextsQuickly(int length) {
    for (String unit : List.of("z", "1", "q", "rltc1q", "é", ":")) {
      assertRefused(unit.repeat(length), LITECOIN_REGTEST);
      assertRefused(unit.repeat(length), BITCOIN_CASH);
    }
  }

  @Test
  void readsPublishedWitnessAddresses() throws IOException {
    JsonObject vectors = thirdParty("segwit_bip350.json");
    List<JsonObject> valid = objects(vectors, "valid");
    assertThat(valid).hasSizeGreaterThan(5);
    for (JsonObject vector : valid) {
      AddressFormat format = new AddressFormat(List.of(), List.of(), vector.getString("hrp"), "");
      assertThat(Hex.encode(Address.script(vector.getString("address"), format)))
          .isEqualTo(vector.getString("scriptPubKey"));
    }
    List<JsonObject> invalid = objects(vectors, "invalid_for_bc_or_tb");
    assertThat(invalid).hasSizeGreaterThan(10);
    for (JsonObject vector : invalid) {
      assertRefused(vector.getString("address"), BITCOIN);
      assertRefused(vector.getString("address"), BITCOIN_TESTNET);
    }
  }

  @Test
  void readsPublishedCashAddresses() throws IOException {
    JsonObject vectors = thirdParty("cashaddr.json");
    int payable = 0;
    for (JsonObject vector : objects(vectors, "decode")) {
      AddressFormat format =
          new AddressFormat(List.of(0), List.of(5), "", vector.getString("prefix"));
      byte[] hash = Hex.decode(vector.getString("hash"));
      boolean toScript = vector.getInteger("type") % 2 == 1;
      String address = vector.getString("address");
      if (vector.getInteger("type") < 4 && (hash.length == 20 || (toScript && hash.length == 32))) {
        payable++;
        assertThat(Address.script(address, format))
            .isEqualTo(toScript ? Script.payToScriptHash(hash) : Script.payToKeyHash(hash));
      } else {
        assertThatThrownBy(() -> Address.script(address, format))
            .hasMessageContaining("has no output script");
      }
    }
    assertThat(payable).isGreaterThan(10);
    JsonArray broken = vectors.getJsonArray("checksum_invalid");
    for (int i = 0; i < broken.size(); i++) {
      assertRefused(broken.getString(i), new AddressFormat(List.of(0), List.of(), "", "prefix"));
      assertRefused(
          broken.getString(i), new AddressFormat(List.of(0), List.of(), "", "bitcoincash"));
    }
    JsonArray sound = vectors.getJsonArray("checksum_valid");
    for (int i = 0; i < sound.size(); i++) {
      String address = sound.getString(i);
      String prefix = Base32.lowerCase(address.substring(0, address.lastIndexOf(':')));
      assertThatThrownBy(
              () -> Address.script(address, new AddressFormat(List.of(0), List.of(), "", prefix)))
          .as("sound checksum, no sound content: %s", address)
          .message()
          .doesNotContain("checksum");
    }
  }

  private static void assertRefused(String address, AddressFormat format) {
    assertThatThrownBy(() -> Address.script(address, format))
        .as(address.length() > 100 ? "a long one" : address)
        .isExactlyInstanceOf(AddressException.class)
        .satisfies(e -> assertThat(e.getMessage()).startsWith("address '").hasSizeLessThan(600));
  }

  private static JsonObject thirdParty(String name) throws IOException {
    Path file = Path.of("..", "shared", "fixtures", "third-party", "address", name);
    Assumptions.assumeTrue(
        Files.exists(file), () -> "skipped: the published vectors " + file + " are not here");
    return new JsonObject(Buffer.buffer(Files.readAllBytes(file)));
  }

  private static List<JsonObject> objects(JsonObject vectors, String key) {
    List<JsonObject> result = new ArrayList<>();
    JsonArray array = vectors.getJsonArray(key);
    for (int i = 0; i < array.size(); i++) {
      result.add(array.getJsonObject(i));
    }
    return result;
  }
}
