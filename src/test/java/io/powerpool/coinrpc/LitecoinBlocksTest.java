package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Address;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.stratum.v1.JobLine;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From the template to the block, byte for byte, for ten blocks that a real litecoind accepted:
 * before and after MWEB, with legacy, segwit, dependent, peg-in and peg-out transactions.
 */
class LitecoinBlocksTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01_height2_empty",
        "02_height17_empty",
        "03_txs_before_mweb",
        "04_txs_legacy_and_depends_mweb_started",
        "05_height288_mweb_locked_in",
        "06_height431_last_before_mweb",
        "07_height432_first_mweb_pegin",
        "08_mweb_active_hogex_only",
        "09_mweb_pegin_pegout_and_plain",
        "10_mweb_next_hogex_only"
      })
  void buildsTheJobTheHeaderAndTheBlockThatLitecoindAccepted(String name) throws IOException {
    JsonObject fixture = fixture(name);
    JsonObject stratum = fixture.getJsonObject("stratum");
    Coin coin = coin();
    BlockTemplate template =
        TemplateReader.read(fixture.getJsonObject("gbt"), coin.templatePayments());

    Job job = new JobFactory(coin, 1).create(template, true, 0, 1, new byte[0]);

    JobFactory factory = new JobFactory(coin, 1);
    assertThat(factory.create(template, true, 0).prefix())
        .as("two jobs of one template must not lead to one header")
        .isNotEqualTo(factory.create(template, true, 0).prefix());

    assertThat(notified(job)).isEqualTo(expected(stratum.getJsonObject("job"), job));

    byte[] extranonce1 = Hex.decode(stratum.getString("extranonce1"));
    long extranonce2 = Long.parseLong(stratum.getString("extranonce2"), 16);
    HeaderAssembler assembler = new HeaderAssembler();
    byte[] header =
        assembler.assemble(
            job,
            extranonce1,
            extranonce2,
            Long.parseLong(stratum.getString("ntime"), 16),
            Integer.parseUnsignedInt(stratum.getString("nonce"), 16),
            // Bits under the mask are cleared in the job; the fixture's miner rolled none.
            template.version());
    assertThat(Hex.encode(header)).isEqualTo(fixture.getString("header"));
    assertThat(Hash256.of(Sha256.twice(header))).hasToString(fixture.getString("block_hash"));
    Hasher hasher = coin.algorithm().newHasher();
    byte[] hash = new byte[32];
    hasher.hash(header, 0, hash, 0);
    assertThat(Hash256.of(hash)).hasToString(fixture.getString("pow_hash"));
    assertThat(job.networkTarget().isMetBy(hash, 0)).isTrue();

    byte[] coinbase = assembler.coinbase(job, extranonce1, extranonce2);
    assertThat(Hex.encode(coinbase)).isEqualTo(fixture.getString("coinbase_stripped"));
    assertThat(Hex.encode(coin.family().block(template, header, coinbase)))
        .isEqualTo(fixture.getString("block"));
  }

  private static JsonArray notified(Job job) {
    byte[] line = new byte[new JobLine(job, true).shared().readableBytes()];
    new JobLine(job, true).shared().readBytes(line);
    String text = new String(line, StandardCharsets.UTF_8);
    assertThat(text).endsWith("]}\n");
    JsonArray params = new JsonObject(text).getJsonArray("params");
    params.remove(0);
    return params;
  }

  private static JsonArray expected(JsonObject fixture, Job job) {
    return JsonArray.of(
        fixture.getString("prevhash"),
        fixture.getString("coinb1"),
        fixture.getString("coinb2"),
        fixture.getJsonArray("merkle_branch"),
        Hex.ofInt(Integer.parseUnsignedInt(fixture.getString("version"), 16) & ~job.versionMask()),
        fixture.getString("nbits"),
        fixture.getString("ntime"),
        fixture.getBoolean("clean_jobs"));
  }

  static Coin coin() {
    Faults faults = new Faults();
    byte[] program = Hex.decode("0102030405060708090a0b0c0d0e0f1011121314");
    String address =
        Address.payToWitness(0, program, new AddressFormat(List.of(), List.of(), "rltc", ""));
    Coin coin =
        Coin.from(
                "LTC",
                Section.root(
                    Map.of(
                        "family", "litecoin",
                        "algorithm", "scrypt",
                        "network", "regtest",
                        "networks", Map.of("regtest", Map.of("bech32", "rltc")),
                        "pool_address", address,
                        "coinbase_tag", "/rehearsal/",
                        "extranonce2_size", 4),
                    faults))
            .orElseThrow(() -> new AssertionError(faults.found().toString()));
    faults.throwIfAny();
    return coin;
  }

  static JsonObject fixture(String name) throws IOException {
    try (InputStream file =
        LitecoinBlocksTest.class.getResourceAsStream("/litecoin/" + name + ".json")) {
      return new JsonObject(Buffer.buffer(file.readAllBytes()));
    }
  }
}
