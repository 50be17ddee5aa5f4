package io.powerpool.difficulty;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.difficulty.MinerSimulation.Result;
import io.powerpool.difficulty.MinerSimulation.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Simulated miners of every size, under our rule (with free difficulties, and with doubling tiers)
 * and two peers'. Prints one table; its columns:
 *
 * <ul>
 *   <li>seconds until the difficulty came within a factor of 2 of the ideal, to stay there for two
 *       minutes: of half the miners, of nine in ten; how many never got there;
 *   <li>from a quarter of an hour later on: mean and spread of the natural logarithm of ideal /
 *       actual difficulty (0.1 is 10 %; with doubling tiers a miner may be 0.35 off for good), and
 *       changes per hour;
 *   <li>shares received until the difficulty came near (nine in ten had fewer), the most in one
 *       second.
 * </ul>
 *
 * <p>Miners start at difficulty 128 and do 1 kH/s to 1 PH/s, each decade of it, both where
 * difficulty 1 is 2^32 hashes (SHA-256d) and 2^16 (scrypt): ideals from 7·10^-7 to 5·10^10. No more
 * than 1,000 shares a second get through a connection, and every message takes 100 ms.
 */
class VardiffSimulationTest {

  private static final double TARGET = 20 / 60.0;
  private static final double START = 128;
  private static final double HOUR = 3600;
  private static final double BAND = 2;
  private static final int MINERS_PER_RATE = 5;
  private static final int MINERS_PER_EVENT = 64;

  private enum Situation {
    FAR_TOO_HARD("start, 10x or more too hard"),
    ABOUT_RIGHT("start, less than 10x off"),
    FAR_TOO_EASY("start, 10x or more too easy"),
    TEN_TIMES("after 1 h: rate x 10"),
    THREE_TIMES("after 1 h: rate x 3"),
    A_THIRD("after 1 h: rate / 3"),
    A_TENTH("after 1 h: rate / 10"),
    RETURN("after 1 h: stops for 10 min"),
    BURSTS("shares come every 5 s only"),
    BATCHES("shares come every 30 s only"),
    BATCHES_TEN_TIMES("the same, rate x 10 after 1 h"),
    BATCHES_A_THIRD("the same, rate / 3 after 1 h"),
    MINUTES("shares come every 60 s only");

    private final String text;

    Situation(String text) {
      this.text = text;
    }
  }

  private record Contender(String name, double target, Supplier<DifficultyRule> rule) {}

  /** Figures over all miners of one situation. */
  private record Figures(
      double median,
      double ninth,
      long never,
      int miners,
      double bias,
      double spread,
      double changesPerHour,
      double shares,
      int peak) {

    static Figures of(List<Result> results) {
      double[] seconds =
          sorted(
              results.stream()
                  .mapToDouble(r -> r.secondsToConverge)
                  .map(s -> Double.isNaN(s) ? Double.POSITIVE_INFINITY : s));
      double[] shares = sorted(results.stream().mapToDouble(r -> r.sharesToConverge));
      double time = results.stream().mapToDouble(r -> r.secondsAfter).sum();
      double bias = results.stream().mapToDouble(r -> r.sumLogAfter).sum() / time;
      double square = results.stream().mapToDouble(r -> r.sumSquareLogAfter).sum() / time;
      double changes = results.stream().mapToDouble(r -> r.changesAfter).sum();
      return new Figures(
          seconds[seconds.length / 2],
          seconds[seconds.length * 9 / 10],
          DoubleStream.of(seconds).filter(Double::isInfinite).count(),
          seconds.length,
          bias,
          Math.sqrt(square - bias * bias),
          changes / time * HOUR,
          shares[shares.length * 9 / 10],
          results.stream()
              .map(r -> r.mostSharesInASecond)
              .max(Comparator.naturalOrder())
              .orElseThrow());
    }

    private static double[] sorted(DoubleStream values) {
      return values.sorted().toArray();
    }
  }

  private static final DifficultyTiers FREE = DifficultyTiers.between(1e-9, 1e15);
  private static final DifficultyTiers DOUBLING = DifficultyTiers.doubling(0x1p-30, 0x1p50);

  private static final Contender OURS =
      new Contender(
          "PowerPool, free",
          TARGET,
          () -> DifficultyRule.powerpool(VardiffOptions.DEFAULT.withTiers(FREE), START));
  private static final Contender TIERED =
      new Contender(
          "PowerPool, tiers",
          TARGET,
          () -> DifficultyRule.powerpool(VardiffOptions.DEFAULT.withTiers(DOUBLING), START));
  private static final Contender CKPOOL =
      new Contender(
          "ckpool",
          DifficultyRule.Ckpool.SHARES_PER_SECOND,
          () -> new DifficultyRule.Ckpool(START));
  private static final Contender NOMP =
      new Contender("NOMP", TARGET, () -> new DifficultyRule.Nomp(START, 1e-9, 1e15));

  private static final Map<Situation, Figures> ours = new EnumMap<>(Situation.class);
  private static final Map<Situation, Figures> tiered = new EnumMap<>(Situation.class);
  private static final Map<Situation, Figures> ckpool = new EnumMap<>(Situation.class);
  private static final Map<Situation, Figures> nomp = new EnumMap<>(Situation.class);

  @BeforeAll
  static void simulate() {
    System.out.printf(
        "%-29s %-17s %7s %7s %7s | %6s %6s %9s | %8s %8s%n",
        "situation",
        "rule",
        "50 % s",
        "90 % s",
        "never",
        "bias",
        "spread",
        "changes/h",
        "shares",
        "peak/s");
    for (Situation situation : Situation.values()) {
      ours.put(situation, figures(situation, OURS));
      tiered.put(situation, figures(situation, TIERED));
      ckpool.put(situation, figures(situation, CKPOOL));
      nomp.put(situation, figures(situation, NOMP));
    }
  }

  /** Whatever a miner's size, it gets near its difficulty, and soon. */
  @Test
  void everyMinerConverges() {
    for (Situation situation : Situation.values()) {
      assertThat(ours.get(situation).never()).as(situation.text).isZero();
      assertThat(tiered.get(situation).never()).as(situation.text).isZero();
    }
    for (Map<Situation, Figures> rule : List.of(ours, tiered)) {
      assertThat(rule.get(Situation.FAR_TOO_EASY).median()).isLessThan(30);
      assertThat(rule.get(Situation.FAR_TOO_EASY).ninth()).isLessThan(150);
      assertThat(rule.get(Situation.ABOUT_RIGHT).ninth()).isLessThan(240);
      // Eight orders of magnitude downward, in bounded steps, each after a proof of silence.
      assertThat(rule.get(Situation.FAR_TOO_HARD).ninth()).isLessThan(360);
    }
  }

  /** A settled miner that changes its rate is followed within minutes: the faster, the sooner. */
  @Test
  void settledMinersAreFollowed() {
    for (Map<Situation, Figures> rule : List.of(ours, tiered)) {
      assertThat(rule.get(Situation.TEN_TIMES).median()).isLessThan(30);
      assertThat(rule.get(Situation.THREE_TIMES).median()).isLessThan(90);
      // With tiers it is to be proven that the miner is nearer to the next one.
      assertThat(rule.get(Situation.A_THIRD).median()).isLessThan(rule == tiered ? 360 : 180);
      assertThat(rule.get(Situation.A_TENTH).median()).isLessThan(180);
      assertThat(rule.get(Situation.RETURN).median()).isLessThan(60);
      assertThat(rule.get(Situation.BATCHES_TEN_TIMES).median()).isLessThan(120);
      assertThat(rule.get(Situation.BATCHES_A_THIRD).median())
          .isLessThan(rule == tiered ? 600 : 300);
    }
  }

  /** In the steady state the share rate is right, and the difficulty is left alone. */
  @Test
  void settledMinersAreNotDisturbed() {
    for (Situation situation : Situation.values()) {
      Figures free = ours.get(situation);
      assertThat(Math.abs(free.bias())).as(situation.text).isLessThan(0.05);
      assertThat(free.spread()).as(situation.text).isLessThan(0.15);
      assertThat(free.changesPerHour()).as(situation.text).isLessThan(0.7);
      Figures tiers = tiered.get(situation);
      assertThat(tiers.spread()).as(situation.text).isLessThan(0.35);
      assertThat(tiers.changesPerHour()).as(situation.text).isLessThan(0.2);
    }
  }

  /** A connection that is a million times too easy floods us for about a second. */
  @Test
  void floodsAreShort() {
    for (Map<Situation, Figures> rule : List.of(ours, tiered)) {
      assertThat(rule.get(Situation.FAR_TOO_EASY).shares()).isLessThan(2000);
      assertThat(rule.get(Situation.RETURN).peak()).isLessThan(150);
    }
  }

  /** Where the peers are good, we are not far behind; where they are not, we are. */
  @Test
  void comparesWellWithThePeers() {
    assertThat(ckpool.get(Situation.FAR_TOO_HARD).never()).isPositive();
    assertThat(nomp.get(Situation.FAR_TOO_HARD).never()).isPositive();
    assertThat(nomp.get(Situation.FAR_TOO_EASY).shares())
        .isGreaterThan(20 * ours.get(Situation.FAR_TOO_EASY).shares());
    for (Situation situation : List.of(Situation.ABOUT_RIGHT, Situation.FAR_TOO_EASY)) {
      assertThat(ours.get(situation).spread()).isLessThan(ckpool.get(situation).spread());
      assertThat(ours.get(situation).changesPerHour())
          .isLessThan(ckpool.get(situation).changesPerHour())
          .isLessThan(nomp.get(situation).changesPerHour());
    }
    for (Situation situation :
        List.of(Situation.TEN_TIMES, Situation.A_TENTH, Situation.FAR_TOO_EASY)) {
      assertThat(ours.get(situation).median()).isLessThan(nomp.get(situation).median());
    }
  }

  /** A miner exactly between two tiers is left on one of them. */
  @Test
  void aMinerBetweenTwoTiersDoesNotFlap() {
    int changes = 0;
    double hours = 0;
    for (int seed = 0; seed < MINERS_PER_EVENT; seed++) {
      double ideal = 1024 * Math.sqrt(2);
      Result result =
          new MinerSimulation(ideal * TARGET, List.of(), 0.1, 0, 0, 4 * HOUR, ideal)
              .run(TIERED.rule.get(), new Random(seed), BAND);
      changes += result.changesAfter;
      hours += result.secondsAfter / HOUR;
    }
    assertThat(changes / hours).isLessThan(0.1);
  }

  private static Figures figures(Situation situation, Contender contender) {
    List<Result> results =
        switch (situation) {
          case FAR_TOO_HARD -> starts(contender, 0, 0.1);
          case ABOUT_RIGHT -> starts(contender, 0.1, 10);
          case FAR_TOO_EASY -> starts(contender, 10, 1e300);
          case TEN_TIMES -> events(contender, 10, 0, new Step(HOUR, 10));
          case THREE_TIMES -> events(contender, 3, 0, new Step(HOUR, 3));
          case A_THIRD -> events(contender, 1 / 3.0, 0, new Step(HOUR, 1 / 3.0));
          case A_TENTH -> events(contender, 0.1, 0, new Step(HOUR, 0.1));
          case RETURN -> events(contender, 1, 0, new Step(HOUR - 600, 0), new Step(HOUR, 1));
          case BURSTS -> events(contender, 1, 5, new Step(HOUR, 1));
          case BATCHES -> events(contender, 1, 30, new Step(HOUR, 1));
          case BATCHES_TEN_TIMES -> events(contender, 10, 30, new Step(HOUR, 10));
          case BATCHES_A_THIRD -> events(contender, 1 / 3.0, 30, new Step(HOUR, 1 / 3.0));
          case MINUTES -> events(contender, 1, 60, new Step(HOUR, 1));
        };
    Figures figures = Figures.of(results);
    System.out.printf(
        Locale.ROOT,
        "%-29s %-17s %7.0f %7.0f %3d/%3d | %+6.2f %6.2f %9.2f | %8.0f %8d%n",
        situation.text,
        contender.name,
        figures.median,
        figures.ninth,
        figures.never,
        figures.miners,
        figures.bias,
        figures.spread,
        figures.changesPerHour,
        figures.shares,
        figures.peak);
    return figures;
  }

  /** Miners of all sizes whose ideal is {@code from} to {@code to} times the first difficulty. */
  private static List<Result> starts(Contender contender, double from, double to) {
    List<Result> results = new ArrayList<>();
    for (double hashesOfOne : new double[] {0x1p32, 0x1p16}) {
      for (int decade = 3; decade <= 15; decade++) {
        double work = Math.pow(10, decade) / hashesOfOne;
        double ideal = work / contender.target;
        if (ideal / START >= from && ideal / START < to) {
          for (int seed = 0; seed < MINERS_PER_RATE; seed++) {
            results.add(
                new MinerSimulation(work, List.of(), 0.1, 0, 0, 2 * HOUR, ideal)
                    .run(contender.rule.get(), new Random(decade * 1000 + seed), BAND));
          }
        }
      }
    }
    return results;
  }

  /** Miners spread over one octave, watched from the end of the first hour on. */
  private static List<Result> events(
      Contender contender, double factor, double batch, Step... steps) {
    List<Result> results = new ArrayList<>();
    for (int seed = 0; seed < MINERS_PER_EVENT; seed++) {
      double work = 1000 * TARGET * Math.pow(2, seed / (double) MINERS_PER_EVENT);
      results.add(
          new MinerSimulation(
                  work,
                  List.of(steps),
                  0.1,
                  batch,
                  HOUR,
                  3 * HOUR,
                  work * factor / contender.target)
              .run(contender.rule.get(), new Random(seed), BAND));
    }
    return results;
  }
}
