package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.BlockFit;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.HeaderCheck;
import io.powerpool.testing.Fixtures;
import io.powerpool.testing.TestCoins;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Coinbases and blocks of the Dash family, against a real template and real blocks. */
class DashBlocksTest {

  private static final JsonObject FIXTURE = Fixtures.json("/dash/gbt_testnet_813750.json");

  @Test
  void buildsTheCoinbaseOfARealTemplate() {
    JsonObject expected = FIXTURE.getJsonObject("built_coinbase");
    Coin coin = TestCoins.coin(Map.of("family", "dash"));

    Job job = job(coin, template(coin, FIXTURE.getJsonObject("gbt")));

    assertThat(Hex.encode(job.prefix())).isEqualTo(expected.getString("coinb1"));
    assertThat(Hex.encode(job.suffix())).isEqualTo(expected.getString("coinb2"));
    assertThat(job.reward()).isEqualTo(expected.getLong("pool_value"));
    byte[] coinbase = new HeaderAssembler().coinbase(job, new byte[] {(byte) 0xf0, 0, 0, 0x0f}, 1);
    assertThat(Hash256.of(Sha256.twice(coinbase))).hasToString(expected.getString("txid"));
  }

  @ParameterizedTest
  @MethodSource("realCoinbases")
  void paysTheSameOutputsAsTheChain(JsonObject real) {
    JsonArray outputs = real.getJsonArray("outputs");
    JsonArray masternodes = new JsonArray();
    long value = 0;
    for (int i = 0; i < outputs.size(); i++) {
      JsonArray output = outputs.getJsonArray(i);
      value += output.getLong(0);
      if (i > 0) {
        masternodes.add(
            new JsonObject()
                .put("payee", "")
                .put("script", output.getString(1))
                .put("amount", output.getLong(0)));
      }
    }
    JsonObject gbt =
        FIXTURE
            .getJsonObject("gbt")
            .copy()
            .put("height", real.getJsonObject("payload_fields").getInteger("height"))
            .put("coinbasevalue", value)
            .put("masternode", masternodes)
            .put("coinbase_payload", real.getString("payload"));
    Coin coin = coinPaying(outputs.getJsonArray(0).getString(1));

    Job job = job(coin, template(coin, gbt));

    String whole = real.getString("hex");
    int scriptSig = whole.indexOf(real.getString("scriptSig"));
    String behind = whole.substring(scriptSig + real.getString("scriptSig").length());
    String payload = real.getString("payload");
    // Some pools count in the sequence and the lock time as well.
    int lockTime = behind.length() - payload.length() - 2 - 8;
    String counted =
        "ffffffff" + behind.substring(8, lockTime) + "00000000" + behind.substring(lockTime + 8);
    assertThat(Hex.encode(job.suffix())).isEqualTo(counted);
    assertThat(Hex.encode(job.prefix())).startsWith(whole.substring(0, scriptSig - 2));
    assertThat(Hash256.of(Sha256.twice(Hex.decode(whole)))).hasToString(real.getString("txid"));
  }

  static Stream<JsonObject> realCoinbases() {
    return Fixtures.json("/dash/coinbase_transactions.json").getJsonArray("coinbases").stream()
        .map(JsonObject.class::cast);
  }

  /** A header, the coinbase and two transactions, one of which has a payload itself. */
  @Test
  void writesTheBlockThatTheChainHas() {
    String block = Fixtures.text("/dash/block_106.hex");
    int coinbaseSize = 2 * 128;
    int commitmentSize = 2 * 342;
    String header = block.substring(0, 2 * BlockHeader.SIZE);
    String coinbase = block.substring(header.length() + 2, header.length() + 2 + coinbaseSize);
    String others = block.substring(header.length() + 2 + coinbaseSize);
    JsonArray transactions = new JsonArray();
    for (String data :
        List.of(others.substring(0, commitmentSize), others.substring(commitmentSize))) {
      Hash256 id = Hash256.of(Sha256.twice(Hex.decode(data)));
      transactions.add(new JsonObject().put("data", data).put("hash", id.toString()));
    }
    BlockHeader read = BlockHeader.read(Hex.decode(header), 0);
    JsonObject gbt =
        new JsonObject()
            .put("version", read.version())
            .put("previousblockhash", read.previous().toString())
            .put("bits", read.bits().toString())
            .put("curtime", read.time())
            .put("height", 106)
            .put("coinbasevalue", 500_000_000_226L)
            .put("transactions", transactions)
            .put("masternode", new JsonArray())
            .put("superblock", new JsonArray())
            .put("coinbase_payload", coinbase.substring(coinbaseSize - 2 * 38));
    Coin coin = coinPaying("76a91473483d35610ce83e45bae64ea88714dec7d41e9588ac");
    BlockTemplate template = template(coin, gbt);

    Job job = job(coin, template);

    assertThat(Hex.encode(job.suffix())).isEqualTo(coinbase.substring(2 * 46));
    Hash256 id = Hash256.of(Sha256.twice(Hex.decode(coinbase)));
    assertThat(job.branch().root(id)).isEqualTo(read.merkleRoot());
    // What block 107 names as its parent.
    Hash256 blockId =
        Hash256.of(Hex.decode("cfc988ba6d83e212dc73f0f46e241f90051f39e7372a796bffe2e9703fdb8d4f"));
    assertThat(HeaderCheck.idFault(coin, Hex.decode(header), blockId)).isEmpty();
    assertThat(HeaderCheck.work(coin, Hex.decode(header))).isEqualTo(HeaderCheck.Work.PROVEN);
    assertThat(Hex.encode(coin.family().block(template, Hex.decode(header), Hex.decode(coinbase))))
        .isEqualTo(block);
  }

  /** Neither the masternode's part nor the payload would be right any more. */
  @Test
  void leavesNothingOutOfABlockThatIsTooLarge() {
    JsonObject transaction =
        new JsonObject()
            .put("data", "00".repeat(100))
            .put("hash", "ab".repeat(32))
            .put("depends", new JsonArray())
            .put("fee", 10);
    JsonObject gbt =
        FIXTURE
            .getJsonObject("gbt")
            .copy()
            .put("sizelimit", 250)
            .put("transactions", JsonArray.of(transaction));
    Coin coin = TestCoins.coin(Map.of("family", "dash"));
    BlockTemplate large = template(coin, gbt);
    assertThat(BlockFit.fit(large, coin)).isSameAs(large);
    assertThat(BlockFit.excess(large, coin)).contains("250 are allowed");

    gbt.remove("coinbase_payload");
    BlockTemplate withoutPayload = template(coin, gbt);
    assertThat(BlockFit.fit(withoutPayload, coin)).isSameAs(withoutPayload);
    gbt.remove("masternode");
    assertThat(BlockFit.fit(template(coin, gbt), coin).transactions()).isEmpty();
  }

  @Test
  void hasAPlainCoinbaseBeforeThePayloadIsActive() {
    JsonObject gbt = FIXTURE.getJsonObject("gbt").copy().put("coinbase_payload", "");
    Coin coin = TestCoins.coin(Map.of("family", "dash"));
    Job job = job(coin, template(coin, gbt));
    assertThat(Hex.encode(job.prefix())).startsWith("01000000" + "01");
    assertThat(Hex.encode(job.suffix())).endsWith("88ac" + "00000000");
  }

  /** A coin without a tag whose blocks go to this pay-to-key-hash script. */
  private static Coin coinPaying(String script) {
    byte[] hash = Hex.decode(script.substring(6, 46));
    return TestCoins.coin(
        Map.of(
            "family",
            "dash",
            "algorithm",
            "x11",
            "block_id",
            "pow",
            "coinbase_tag",
            "",
            "pool_address",
            TestCoins.address(hash)));
  }

  private static BlockTemplate template(Coin coin, JsonObject gbt) {
    return TemplateReader.read(gbt, coin.templatePayments());
  }

  private static Job job(Coin coin, BlockTemplate template) {
    return new JobFactory(coin, 1).create(template, true, 0, 1, new byte[0]);
  }
}
