package io.powerpool.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderAssemblerTest {

  /**
   * The first block of Groestlcoin, whose merkle root is the only transaction's id: coinbase, root,
   * time, bits and nonce of groestlcoin src/chainparams.cpp.
   */
  @Test
  void hashesTheCoinbaseOnceForCoinsWhoseTransactionsAreNamedSo() {
    String coinbase =
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff3a04ffff"
            + "001d0104325072657373757265206d75737420626520707574206f6e20566c6164696d697220507574"
            + "696e206f766572204372696d6561ffffffff010000000000000000434104678afdb0fe554827196"
            + "7f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c"
            + "384df7ba0b8d578a4c702b6bf11d5fac00000000";
    byte[] extranonce1 = Hex.decode(coinbase.substring(100, 104));
    long extranonce2 = Long.parseLong(coinbase.substring(104, 108), 16);
    Job job =
        new Job(
            1,
            "GRS",
            "sha256d",
            0,
            Hash256.ZERO,
            112,
            0,
            CompactBits.ofHex("1e0fffff"),
            CompactBits.ofHex("1e0fffff").toTarget(),
            1_395_342_829L,
            0,
            Hex.decode(coinbase.substring(0, 100)),
            Hex.decode(coinbase.substring(108)),
            2,
            2,
            TransactionId.SHA256,
            MerkleBranch.of(List.of()),
            true,
            0,
            0,
            0,
            List.of());

    byte[] header =
        new HeaderAssembler()
            .assemble(job, extranonce1, extranonce2, job.time(), 220_035, job.version());

    assertThat(BlockHeader.read(header, 0).merkleRoot())
        .hasToString("3ce968df58f9c8a752306c4b7264afab93149dbc578bd08a42c446caaa6628bb");
  }
}
