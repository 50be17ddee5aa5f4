package io.powerpool.jobmanager.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.powerpool.algorithm.Scrypt;
import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Target;
import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxWork;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfitabilityTest {

  private static final Hash256 HASH = Hash256.ofDisplayHex("0".repeat(62) + "ab");
  private static final Target DIFFICULTY_ONE = new Sha256d().difficultyOne();

  /** Difficulty 65,536 / 16 = 4096, but for the bits that the short form leaves out. */
  private static final CompactBits BITS = CompactBits.ofHex("1c0ffff0");

  private static Job job(int height, List<MergedWork> merged) {
    return ExampleJobs.job("LTC", 1, 'a', false, height, BITS, 1_250_000_000L, merged);
  }

  private static double score(
      Target difficultyOne, Map<String, Integer> limits, Job job, Map<String, Price> prices) {
    return new Profitability(difficultyOne, limits)
        .score(job, currency -> Optional.ofNullable(prices.get(currency)));
  }

  @Test
  void isValueTimesPriceByDifficultyTimesRatioTimesAMillion() {
    double difficulty = new Profitability(DIFFICULTY_ONE, Map.of()).difficulty(BITS.toTarget());
    assertThat(difficulty).isEqualTo(16, within(1e-9));

    double score =
        score(DIFFICULTY_ONE, Map.of(), job(100, List.of()), Map.of("LTC", new Price(0.002, 1.1)));

    assertThat(score).isEqualTo(12.5 * 0.002 / 16 * 1.1 * 1e6, within(1e-6));
  }

  @Test
  void isNothingWithoutAPriceAndFromTheLastHeightOn() {
    Map<String, Price> price = Map.of("LTC", new Price(0.002, 1));
    Map<String, Integer> limit = Map.of("LTC", 100);

    assertThat(score(DIFFICULTY_ONE, Map.of(), job(99, List.of()), Map.of())).isZero();
    assertThat(score(DIFFICULTY_ONE, limit, job(99, List.of()), price)).isPositive();
    assertThat(score(DIFFICULTY_ONE, limit, job(100, List.of()), price)).isZero();
  }

  @Test
  void addsWhatMergedChainsAreWorth() {
    CompactBits easier = CompactBits.ofHex("1d00ffff");
    MergedWork doge =
        new MergedWork(
            new AuxOffer(
                "DOGE", new AuxWork(HASH, 98, HASH, easier, 7, 1_000_000_000_000L), 1, true),
            easier.toTarget(),
            0,
            new byte[0]);
    Job job = job(100, List.of(doge));
    Map<String, Price> both = Map.of("LTC", new Price(0.002, 1), "DOGE", new Price(1e-6, 0.5));

    double alone = score(DIFFICULTY_ONE, Map.of(), job, Map.of("LTC", new Price(0.002, 1)));
    double together = score(DIFFICULTY_ONE, Map.of(), job, both);

    assertThat(together - alone).isEqualTo(10_000 * 1e-6 / 1 * 0.5 * 1e6, within(1e-6));
  }

  @Test
  void allCoinsAreCountedWithOneDifficultyOneSoThatTheyCanBeCompared() {
    Map<String, Price> price = Map.of("LTC", new Price(0.002, 1));
    double hard = score(DIFFICULTY_ONE, Map.of(), job(1, List.of()), price);
    double easy =
        score(new Scrypt("scrypt", 1024).difficultyOne(), Map.of(), job(1, List.of()), price);

    assertThat(hard / easy).isEqualTo(65_536, within(1.0));
  }
}
