package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetargetTest {

  private static final DevChainOptions EVERY_THREE_SECONDS =
      DevChainOptions.regtest().withBlockInterval(Duration.ofSeconds(3), 1_000_000);

  private final Random random = new Random(7);

  /** Miners far slower and far faster than expected. */
  @ParameterizedTest
  @ValueSource(doubles = {1e5, 1e6, 1e7, 1e8, 1e9})
  void findsTheMinersSpeed(double hashesPerSecond) {
    double seconds = 1_800_000_000;
    BlockEntry tip = genesis(seconds);
    double start = seconds;
    double longest = 0;
    for (int height = 1; height <= 40; height++) {
      double took = solveSeconds(tip, hashesPerSecond);
      longest = Math.max(longest, took);
      seconds += took;
      tip = child(tip, seconds);
    }
    assertThat(longest).as("longest wait while learning").isLessThan(150);
    assertThat(seconds - start).as("40 blocks").isBetween(30.0, 400.0);

    double learned = seconds;
    for (int i = 0; i < 2_000; i++) {
      seconds += solveSeconds(tip, hashesPerSecond);
      tip = child(tip, seconds);
    }
    assertThat((seconds - learned) / 2_000).as("average interval").isBetween(2.7, 3.5);
  }

  @Test
  void survivesPauseAndLossOfMiners() {
    double seconds = 1_800_000_000;
    BlockEntry tip = genesis(seconds);
    for (int i = 0; i < 200; i++) {
      seconds += solveSeconds(tip, 5e6);
      tip = child(tip, seconds);
    }
    tip = child(tip, seconds + 86_400);
    double resumed = seconds + 86_400;
    seconds = resumed;
    for (int i = 0; i < 30; i++) {
      seconds += solveSeconds(tip, 5e6);
      tip = child(tip, seconds);
    }
    assertThat(seconds - resumed).as("30 blocks after a day's pause").isBetween(30.0, 200.0);
  }

  @Test
  void leavesFixedBitsAlone() {
    BlockEntry tip = genesis(1_800_000_000);
    for (int i = 0; i < 50; i++) {
      assertThat(Retarget.bitsAfter(tip, DevChainOptions.regtest()))
          .isEqualTo(new CompactBits(0x207fffff));
      tip =
          new BlockEntry(
              Hash256.ZERO, header(tip, tip.time() + 1, DevChainOptions.EASIEST_BITS), tip);
    }
  }

  private BlockEntry genesis(double seconds) {
    return new BlockEntry(
        Hash256.ZERO, header(null, (long) seconds, EVERY_THREE_SECONDS.firstBits()), null);
  }

  private static BlockEntry child(BlockEntry parent, double seconds) {
    long time = Math.max(parent.medianTime() + 1, (long) seconds);
    CompactBits bits = Retarget.bitsAfter(parent, EVERY_THREE_SECONDS);
    return new BlockEntry(Hash256.ZERO, header(parent, time, bits), parent);
  }

  private double solveSeconds(BlockEntry parent, double hashesPerSecond) {
    BigInteger target = Retarget.bitsAfter(parent, EVERY_THREE_SECONDS).toTarget().toBigInteger();
    double hashes = Math.scalb(1.0, 256) / target.doubleValue();
    return -Math.log(1 - random.nextDouble()) * hashes / hashesPerSecond;
  }

  private static BlockHeader header(BlockEntry parent, long time, CompactBits bits) {
    Hash256 previous = parent == null ? Hash256.ZERO : parent.hash();
    return new BlockHeader(4, previous, Hash256.ZERO, (int) time, bits, 0);
  }
}
