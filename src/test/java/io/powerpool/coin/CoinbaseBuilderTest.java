package io.powerpool.coin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Transaction;
import io.powerpool.testing.TestCoins;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoinbaseBuilderTest {

  /** Nothing but what must be: 91 bytes. */
  private static final Map<String, ?> SMALL =
      Map.of(
          "family",
          "bitcoin-cash",
          "coinbase_tag",
          "",
          "extranonce1_size",
          2,
          "extranonce2_size",
          2);

  @Test
  void isNotSmallerThanBitcoinCashAllows() {
    Transaction padded = coinbase(template(1, ""), TestCoins.coin(SMALL));
    assertThat(padded.bytes()).hasSize(100);
    assertThat(padded.inputs().get(0).script())
        .asHexString()
        .isEqualTo("51" + "0400000000" + "00".repeat(9));
    Transaction larger = coinbase(template(1, "01020304050607"), TestCoins.coin(SMALL));
    assertThat(larger.bytes()).hasSize(100);
    Transaction large = coinbase(template(1, "0102030405060708090a0b"), TestCoins.coin(SMALL));
    assertThat(large.bytes()).hasSize(102);
  }

  @Test
  void tellsHowMuchOfTheScriptIsTheServersOwn() {
    Coin coin = TestCoins.coin(Map.of("coinbase_tag", "x".repeat(50)));
    assertThatThrownBy(() -> coinbase(template(840_000, "00".repeat(50)), coin))
        .hasMessageContaining("coinbase_tag")
        .hasMessageContaining("coinbaseaux takes 50");
  }

  private static Transaction coinbase(BlockTemplate template, Coin coin) {
    CoinbaseParts parts = coin.family().coinbase(template, coin, new byte[0]);
    String hex =
        Hex.encode(parts.prefix())
            + "00".repeat(coin.extranonceSize())
            + Hex.encode(parts.suffix());
    return Transaction.read(new ByteSource(Hex.decode(hex)));
  }

  private static BlockTemplate template(int height, String flags) {
    return new BlockTemplate(
        height,
        Hash256.ZERO,
        0x20000000,
        0,
        CompactBits.ofHex("1d00ffff"),
        1_700_000_000L,
        0,
        5_000_000_000L,
        Hex.decode(flags),
        List.of(),
        null,
        null,
        List.of(),
        null,
        null,
        BlockLimits.NONE);
  }
}
