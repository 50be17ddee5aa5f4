package io.powerpool.coin;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.HeaderCheck.Work;
import io.powerpool.testing.Fixtures;
import io.powerpool.testing.TestCoins;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeaderCheckTest {

  private static final byte[] LITECOIN_20000 = Hex.decode(Fixtures.LITECOIN_20000);

  private static final Hash256 ID = Hash256.of(Sha256.twice(LITECOIN_20000));
  private static final Hash256 WORK =
      Hash256.ofDisplayHex("000000010f3a68cae10585dea46116e5298a83458bd05ab2169829a84ff3ef1e");

  @Test
  void agreesWithTheRightDefinition() {
    Coin litecoin = coin("scrypt", "sha256d");
    assertThat(HeaderCheck.idFault(litecoin, LITECOIN_20000, ID)).isEmpty();
    assertThat(HeaderCheck.work(litecoin, LITECOIN_20000)).isEqualTo(Work.PROVEN);
    assertThat(HeaderCheck.idFault(coin("scrypt", "pow"), LITECOIN_20000, WORK)).isEmpty();
  }

  @Test
  void tellsWhatIsWrong() {
    assertThat(HeaderCheck.idFault(coin("scrypt", "pow"), LITECOIN_20000, ID))
        .contains("block_id is pow")
        .endsWith("sha256d");
    assertThat(HeaderCheck.idFault(coin("scrypt", "sha256d"), LITECOIN_20000, WORK))
        .contains("block_id is sha256d")
        .endsWith("pow");
    assertThat(HeaderCheck.idFault(coin("x11", "pow"), LITECOIN_20000, WORK))
        .contains("algorithm is x11")
        .contains(WORK.toString());
    assertThat(HeaderCheck.work(coin("x11", "pow"), LITECOIN_20000)).isEqualTo(Work.MISSED);
  }

  @Test
  void leavesOutHeadersOfMergedMining() {
    byte[] merged = LITECOIN_20000.clone();
    merged[1] = 1;
    assertThat(HeaderCheck.work(coin("scrypt", "sha256d"), merged)).isEqualTo(Work.ELSEWHERE);
  }

  @Test
  void leavesOutHeadersOfTheCoinsOtherFunctions() {
    // DigiByte's block 4394891 (algorithm/pow-vectors.txt), mined with SHA-256d.
    byte[] header =
        Hex.decode(
            "0202002022ef7a046f358918ee82e173234eaf0cd8f14af31d72e77d259a3961dc51e1e0f46da368193aad41d"
                + "42a0ad8a52ce01ef31c026e8f608f15d95caf1cc2bbcf92e26c035907657c19df0db344");
    assertThat(HeaderCheck.work(digiByte("sha256d", "00000200"), header)).isEqualTo(Work.PROVEN);
    assertThat(HeaderCheck.work(digiByte("scrypt", "00000200"), header)).isEqualTo(Work.MISSED);
    assertThat(HeaderCheck.work(digiByte("scrypt", "00000000"), header)).isEqualTo(Work.ELSEWHERE);
  }

  private static Coin digiByte(String algorithm, String bits) {
    return TestCoins.coin(
        Map.of(
            "algorithm",
            algorithm,
            "version_algorithm_mask",
            "00000f00",
            "version_algorithm",
            bits));
  }

  private static Coin coin(String algorithm, String blockId) {
    return TestCoins.coin(Map.of("algorithm", algorithm, "block_id", blockId));
  }
}
