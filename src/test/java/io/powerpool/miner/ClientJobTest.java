package io.powerpool.miner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against blocks that litecoind has accepted; see src/test/resources/litecoin/README.txt. */
class ClientJobTest {

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
  void assemblesTheHeaderOfARealBlock(String name) throws IOException {
    JsonObject fixture = fixture(name);
    JsonObject stratum = fixture.getJsonObject("stratum");
    ClientJob job = ClientJob.from(notify(stratum.getJsonObject("job")));
    byte[] extranonce1 = Hex.decode(stratum.getString("extranonce1"));
    byte[] extranonce2 = Hex.decode(stratum.getString("extranonce2"));

    byte[] header =
        job.header(
            extranonce1,
            extranonce2,
            Integer.parseUnsignedInt(stratum.getString("ntime"), 16),
            Integer.parseUnsignedInt(stratum.getString("nonce"), 16));

    assertThat(Hex.encode(job.coinbase(extranonce1, extranonce2)))
        .isEqualTo(fixture.getString("coinbase_stripped"));
    assertThat(Hex.encode(header)).isEqualTo(fixture.getString("header"));
    assertThat(job.previousHash())
        .hasToString(fixture.getJsonObject("gbt").getString("previousblockhash"));
    byte[] hash = new byte[Hash256.SIZE];
    Algorithms.byName("scrypt").newHasher().hash(header, 0, hash, 0);
    assertThat(Hash256.of(hash)).hasToString(fixture.getString("pow_hash"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"1\",\"00\",\"\",\"\",[],\"20000000\",\"207fffff\",\"6b02e5fc\",true]",
        "[1,2,3,4,5,6,7,8,9]",
        "[\"1\",null,\"\",\"\",[],\"20000000\",\"207fffff\",\"6b02e5fc\",true]"
      })
  void refusesWhatIsNoJob(String params) {
    assertThatThrownBy(() -> ClientJob.from(new JsonArray(params)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static JsonObject fixture(String name) throws IOException {
    try (var in = ClientJobTest.class.getResourceAsStream("/litecoin/" + name + ".json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The parameters of the notification that carries this job. */
  static JsonArray notify(JsonObject job) {
    return new JsonArray()
        .add(job.getString("job_id"))
        .add(job.getString("prevhash"))
        .add(job.getString("coinb1"))
        .add(job.getString("coinb2"))
        .add(job.getJsonArray("merkle_branch"))
        .add(job.getString("version"))
        .add(job.getString("nbits"))
        .add(job.getString("ntime"))
        .add(job.getBoolean("clean_jobs"));
  }
}
