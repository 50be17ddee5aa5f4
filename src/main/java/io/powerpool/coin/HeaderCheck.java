package io.powerpool.coin;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Sha256;

/** Compares headers of a chain with what a coin's definition makes of them. */
public final class HeaderCheck {

  /** What a header says about the coin's proof-of-work function. */
  public enum Work {
    /** Its hash meets its bits. */
    PROVEN,
    /** Its hash misses its bits. */
    MISSED,
    /** It was mined with another function of the coin, or as a part of another chain. */
    ELSEWHERE
  }

  /** "Has an AuxPoW": the work was done on the header of another chain. */
  private static final int AUXPOW_FLAG = 0x100;

  private HeaderCheck() {}

  /**
   * What is wrong with the coin's {@code block_id} or {@code algorithm}, in words; empty if nothing
   * is.
   *
   * @param id what the coin's server calls this header
   */
  public static String idFault(Coin coin, byte[] header, Hash256 id) {
    boolean byWork = coin.blockId() == BlockId.POW;
    Hash256 workHash = powHash(coin, header);
    Hash256 doubleHash = Hash256.of(Sha256.twice(header));
    if ((byWork ? workHash : doubleHash).equals(id)) {
      return "";
    }
    if ((byWork ? doubleHash : workHash).equals(id)) {
      return byWork
          ? "block_id is pow, but the server names its blocks by their double SHA-256: sha256d"
          : "block_id is sha256d, but the server names its blocks by their proof of work: pow";
    }
    return String.format(
        "algorithm is %s, but the server calls a block %s whose hash by it is %s, and whose double"
            + " SHA-256 is %s",
        coin.algorithm().name(), id, workHash, doubleHash);
  }

  /** Whether a header proves work by the coin's function. */
  public static Work work(Coin coin, byte[] header) {
    BlockHeader read = BlockHeader.read(header, 0);
    AlgorithmBits ours = coin.algorithmBits();
    boolean merged = (read.version() & AUXPOW_FLAG & ~ours.mask()) != 0;
    if (merged || !ours.areIn(read.version())) {
      return Work.ELSEWHERE;
    }
    byte[] hash = new byte[Hash256.SIZE];
    powHash(coin, header).write(hash, 0);
    return read.bits().toTarget().isMetBy(hash, 0) ? Work.PROVEN : Work.MISSED;
  }

  private static Hash256 powHash(Coin coin, byte[] header) {
    byte[] hash = new byte[Hash256.SIZE];
    coin.algorithm().newHasher().hash(header, 0, hash, 0);
    return Hash256.of(hash);
  }
}
