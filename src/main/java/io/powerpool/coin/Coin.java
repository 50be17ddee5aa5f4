package io.powerpool.coin;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.bitcoin.Target;
import java.util.List;

/**
 * A configured currency: what the pool mines and how.
 *
 * @param currency the key in configuration and statistics, as "LTC"
 * @param name for people, as "Litecoin"
 * @param difficultyOne the target of difficulty 1 for this coin's miners
 * @param templateRules what {@code getblocktemplate} must be asked with
 * @param blockId which hash names a block
 * @param versionMask the header version bits that miners may roll (BIP 320)
 * @param payouts who is paid, in the order of the outputs; percentages sum to 100
 * @param tag text in the coinbase script; may be empty
 * @param extranonce1Size bytes that the pool gives to a connection, 2 to 8
 * @param extranonce2Size bytes that the miner counts with, 2 to 8
 */
public record Coin(
    String currency,
    String name,
    CoinFamily family,
    Algorithm algorithm,
    Target difficultyOne,
    List<String> templateRules,
    BlockId blockId,
    int versionMask,
    List<Payout> payouts,
    String tag,
    int extranonce1Size,
    int extranonce2Size) {

  /** The general-purpose bits that BIP 320 leaves to miners. */
  public static final int BIP320_MASK = 0x1fffe000;

  public Coin {
    templateRules = List.copyOf(templateRules);
    payouts = List.copyOf(payouts);
  }

  /** Bytes of both extranonces together. */
  public int extranonceSize() {
    return extranonce1Size + extranonce2Size;
  }

  /** Hashes that a share of difficulty 1 takes on average: 2^256 / (difficultyOne + 1). */
  public double hashesPerDifficultyOne() {
    return Math.pow(2, 256) / (difficultyOne.toBigInteger().doubleValue() + 1);
  }
}
