package io.powerpool.jobmanager.switching;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.Job;
import java.util.List;

/** Jobs of which only matters what switching looks at. */
final class ExampleJobs {

  private static final CompactBits BITS = CompactBits.ofHex("1d00ffff");

  private ExampleJobs() {}

  /**
   * A job.
   *
   * @param parent names the block that it builds on, a hexadecimal digit
   */
  static Job job(String coin, long id, char parent, boolean clean) {
    return job(coin, id, parent, clean, 100, BITS, 5_000_000_000L, List.of());
  }

  static Job job(
      String coin,
      long id,
      char parent,
      boolean clean,
      int height,
      CompactBits bits,
      long reward,
      List<MergedWork> merged) {
    return new Job(
        id,
        coin,
        "sha256d",
        height,
        Hash256.ofDisplayHex(String.valueOf(parent).repeat(64)),
        0,
        0,
        bits,
        bits.toTarget(),
        0,
        0,
        new byte[0],
        new byte[0],
        4,
        4,
        TransactionId.SHA256D,
        MerkleBranch.of(List.of()),
        clean,
        reward,
        0,
        0,
        merged);
  }
}
