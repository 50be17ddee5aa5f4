package io.powerpool.work;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.Sha256;
import io.powerpool.coin.TransactionId;
import java.util.Arrays;

/**
 * Puts block headers together from a job and a miner's numbers, in memory that is used again and
 * again. One per event loop; not thread safe. The results stay valid until the next call.
 *
 * <p>The coinbase is hashed from its start: a saved state after the constant first part would spare
 * one or two of some forty compressions, and cloning it costs more than that.
 */
public final class HeaderAssembler {

  private final Sha256 sha256 = new Sha256();
  private final byte[] header = new byte[BlockHeader.SIZE];
  private final byte[] pair = new byte[64];
  private byte[] coinbase = new byte[512];

  /**
   * The 80 bytes of the header.
   *
   * @param extranonce1 the pool's part, as many bytes as the job says
   * @param extranonce2 the miner's part, in the last bytes of a big-endian number
   * @param version the whole version, rolled bits in place
   */
  public byte[] assemble(
      Job job, byte[] extranonce1, long extranonce2, long time, int nonce, int version) {
    int length = fillCoinbase(job, extranonce1, extranonce2);
    if (job.transactionId() == TransactionId.SHA256) {
      sha256.single(coinbase, 0, length, pair, 0);
    } else {
      sha256.twice(coinbase, 0, length, pair, 0);
    }
    job.branch().fold(pair, sha256);
    u32(0, version);
    job.previous().write(header, 4);
    System.arraycopy(pair, 0, header, 36, 32);
    u32(68, (int) time);
    u32(72, job.bits().value());
    u32(76, nonce);
    return header;
  }

  /** A copy of the coinbase, without witness data, of the last header. */
  public byte[] coinbase(Job job, byte[] extranonce1, long extranonce2) {
    int length = fillCoinbase(job, extranonce1, extranonce2);
    return Arrays.copyOf(coinbase, length);
  }

  private int fillCoinbase(Job job, byte[] extranonce1, long extranonce2) {
    int length = job.coinbaseSize();
    if (coinbase.length < length) {
      coinbase = new byte[Math.max(length, coinbase.length * 2)];
    }
    int at = job.prefix().length;
    System.arraycopy(job.prefix(), 0, coinbase, 0, at);
    System.arraycopy(extranonce1, 0, coinbase, at, job.extranonce1Size());
    at += job.extranonce1Size();
    for (int shift = 8 * (job.extranonce2Size() - 1); shift >= 0; shift -= 8) {
      coinbase[at++] = (byte) (extranonce2 >>> shift);
    }
    System.arraycopy(job.suffix(), 0, coinbase, at, job.suffix().length);
    return length;
  }

  private void u32(int at, int value) {
    header[at] = (byte) value;
    header[at + 1] = (byte) (value >>> 8);
    header[at + 2] = (byte) (value >>> 16);
    header[at + 3] = (byte) (value >>> 24);
  }
}
