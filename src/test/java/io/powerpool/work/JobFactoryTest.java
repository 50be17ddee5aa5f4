package io.powerpool.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.testing.TestCoins;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobFactoryTest {

  private static final Map<String, ?> SCRYPT_OF_SEVERAL =
      Map.of(
          "algorithm",
          "scrypt",
          "version_mask",
          "1fffff00",
          "version_algorithm_mask",
          "00000f00",
          "version_algorithm",
          "00000400");

  @Test
  void leavesTheBitsOfTheAlgorithmAloneAndThoseThatAreRequired() {
    Coin coin = TestCoins.coin(SCRYPT_OF_SEVERAL);
    Job job = new JobFactory(coin, 1).create(template(0x20006402, 0x4000), true, 0);
    assertThat(job.versionMask()).isEqualTo(0x1fffb000);
    assertThat(job.version()).isEqualTo(0x20004402);
    assertThat(coin.versionMask()).as("what miners are told").isEqualTo(0x1ffff000);
  }

  @Test
  void refusesATemplateForAnotherAlgorithm() {
    Coin coin = TestCoins.coin(SCRYPT_OF_SEVERAL);
    assertThatThrownBy(() -> new JobFactory(coin, 1).create(template(0x20000202, 0), true, 0))
        .hasMessageContaining("version 20000202")
        .hasMessageContaining("bits under 00000f00 must be 00000400");
    assertThatThrownBy(
            () ->
                TestCoins.coin(
                    Map.of("version_algorithm_mask", "00000f00", "version_algorithm", "00001000")))
        .hasMessageContaining("version_algorithm")
        .hasMessageContaining("00000f00");
  }

  private static BlockTemplate template(int version, int required) {
    return new BlockTemplate(
        1,
        Hash256.ZERO,
        version,
        required,
        CompactBits.ofHex("1d00ffff"),
        1_700_000_000L,
        0,
        5_000_000_000L,
        new byte[0],
        List.of(),
        null,
        null,
        List.of(),
        null,
        null,
        BlockLimits.NONE);
  }
}
