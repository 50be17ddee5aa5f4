package io.powerpool.bitcoin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {

  /** Blocks of a real node, before MWEB changed Litecoin's format. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "01_height2_empty",
        "02_height17_empty",
        "03_txs_before_mweb",
        "04_txs_legacy_and_depends_mweb_started",
        "05_height288_mweb_locked_in",
        "06_height431_last_before_mweb"
      })
  void readsRealBlocks(String name) throws IOException {
    JsonObject fixture = litecoin(name + ".json");
    JsonObject expected = fixture.getJsonObject("getblock_verbose");
    byte[] bytes = Hex.decode(fixture.getString("block"));

    Block block = Block.decode(bytes);

    assertThat(block.toBytes()).isEqualTo(bytes);
    assertThat(block.header().id()).hasToString(fixture.getString("block_hash"));
    assertThat(block.size()).isEqualTo(expected.getInteger("size"));
    assertThat(block.strippedSize()).isEqualTo(expected.getInteger("strippedsize"));
    assertThat(block.weight()).isEqualTo(expected.getInteger("weight"));
    assertThat(block.transactions().stream().map(tx -> tx.txid().toString()).toList())
        .isEqualTo(expected.getJsonArray("tx").getList());
    assertThat(block.transactions().get(0).isCoinbase()).isTrue();
    JsonArray offered = fixture.getJsonObject("gbt").getJsonArray("transactions");
    for (int i = 0; i < offered.size(); i++) {
      Transaction transaction = block.transactions().get(i + 1);
      JsonObject entry = offered.getJsonObject(i);
      assertThat(transaction.wtxid()).hasToString(entry.getString("hash"));
      assertThat(transaction.weight()).isEqualTo(entry.getInteger("weight"));
      assertThat(transaction.hasWitness())
          .isEqualTo(!entry.getString("hash").equals(entry.getString("txid")));
    }
  }

  @Test
  void noticesEveryTruncation() throws IOException {
    byte[] bytes =
        Hex.decode(litecoin("04_txs_legacy_and_depends_mweb_started.json").getString("block"));
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> Block.decode(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a witness flag, and then no witness
        "02000000000101000000000000000000000000000000000000000000000000000000000000000000000000"
            + "00ffffffff000000000000",
        // Litecoin's flag for MWEB
        "02000000000800" + "00" + "0000000000",
        // a count that could be written shorter, and one beyond all bounds
        "02000000fd0100",
        "02000000fffffffffffffffffff",
        "02000000feffffffff",
      })
  void refusesWhatNodesRefuse(String hex) {
    assertThatThrownBy(() -> Transaction.read(new ByteSource(Hex.decode(hex))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JsonObject litecoin(String name) throws IOException {
    try (InputStream in = BlockTest.class.getResourceAsStream("/litecoin/" + name)) {
      return new JsonObject(Buffer.buffer(in.readAllBytes()));
    }
  }
}
