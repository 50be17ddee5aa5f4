package io.powerpool.jobmanager.switching;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.merged.MergedWork;
import io.powerpool.testing.TestJob;
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
    return new TestJob(id)
        .coin(coin, "sha256d")
        .height(height)
        .parent(parent)
        .bits(bits)
        .clean(clean)
        .reward(reward)
        .merged(merged)
        .make();
  }
}
