package io.powerpool.cluster;

import static io.powerpool.cluster.ElectionNetwork.TICK_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who leads while coin servers come and go, so that not all candidates can make work. */
class ElectionAbilityTest {

  private static final List<String> ALL = List.of("a", "b", "c");

  private final ElectionNetwork network = new ElectionNetwork();

  @Test
  void whoCanMakeNoWorkTakesOverOnlyIfNobodyIsHeardWhoCan() {
    begin();
    network.unable.add("b");
    network.run(500);
    network.stopped.add("a");
    assertThat(network.millisUntilLedBy("c", 2000)).isBetween(700L, 1200L);

    network.stopped.add("c");
    assertThat(network.millisUntilLedBy("b", 2000)).isBetween(700L, 1200L);
    assertThat(network.epochs).hasSize(3);
  }

  @Test
  void whoCanMakeNoWorkWaitsABitLongerForOneThatCouldAndFellSilent() {
    begin();
    network.unable.add("b");
    network.run(500);
    network.stopped.addAll(Set.of("a", "c"));
    assertThat(network.millisUntilLedBy("b", 2000)).isBetween(1200L, 1700L);
  }

  @Test
  void aLeaderThatMakesNoWorkIsReplacedByOneThatCanAndDoesNotTakeThePlaceBack() {
    begin();
    network.unable.add("a");
    assertThat(network.millisUntilLedBy("b", 5000)).isBetween(2950L, 3300L);
    assertThat(network.leaders()).containsExactly("b");

    network.unable.remove("a");
    network.run(60_000);
    assertThat(network.leaders()).containsExactly("b");

    // It has stayed a candidate, and the first in rank.
    network.stopped.add("b");
    assertThat(network.millisUntilLedBy("a", 2000)).isBetween(700L, 1200L);
  }

  @Test
  void aShortLackMovesNobody() {
    begin();
    for (int times = 0; times < 20; times++) {
      network.unable.add("a");
      network.run(2800);
      network.unable.remove("a");
      network.run(100);
    }
    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
  }

  @Test
  void whereAllHaveTheSameCoinServerNobodyMovesNorWhenItIsBack() {
    begin();
    network.unable.addAll(ALL);
    network.run(60_000);
    assertThat(network.leaders()).containsExactly("a");

    // The leader is the last to see it.
    network.unable.removeAll(Set.of("b", "c"));
    network.run(5000);
    network.unable.clear();
    network.run(60_000);
    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
  }

  @Test
  void aCoinServerThatComesAndGoesDoesNotTakeTheLead() {
    begin();
    for (int times = 0; times < 60; times++) {
      // Each has work while the others have none, for 5 s of 15.
      network.unable.addAll(ALL);
      network.unable.remove(ALL.get(times % 3));
      network.run(5000);
    }
    assertThat(network.epochs.size()).isLessThanOrEqualTo(2);
  }

  @Test
  void aNewLeaderHasTheTimeToGetItsFirstWork() {
    begin();
    network.unable.add("a");
    network.millisUntilLedBy("b", 5000);
    // It finds that its coin server answers, but gives no work; "c" has not looked yet.
    network.unable.add("b");
    assertThat(network.millisUntilLedBy("c", 5000)).isBetween(2950L, 3300L);
    network.unable.add("c");
    network.run(60_000);
    assertThat(network.leaders()).containsExactly("c");
    assertThat(network.epochs).hasSize(3);
  }

  @Test
  void anotherConfigurationIsPutUpWithOnlyAfterALongTime() {
    network.start("a", "b");
    network.millis += 10;
    network.startAs("c", "other");
    network.run(3000);
    network.unable.addAll(Set.of("a", "b"));
    for (int times = 0; times < 290; times++) {
      network.run(100);
      // It is back with work by itself at any moment: nobody takes the place, and nobody leaves it.
      assertThat(network.leaders()).containsExactly("a");
    }
    network.run(6000);
    assertThat(network.leaders()).containsExactly("c");
  }

  @Test
  void anotherConfigurationThatHasWorkIsBetterThanNobody() {
    network.start("a", "b");
    network.millis += 10;
    network.startAs("c", "other");
    network.run(3000);
    network.unable.add("b");
    network.run(1000);
    network.stopped.add("a");
    assertThat(network.millisUntilLedBy("c", 5000)).isLessThan(2500);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverHappensOneThatCanLeadsWhenItIsQuietAgain(long seed) {
    Random random = new Random(seed);
    begin();
    for (int times = 0; times < 200; times++) {
      String one = ALL.get(random.nextInt(3));
      String other = ALL.get(random.nextInt(3));
      switch (random.nextInt(5)) {
        case 0 -> toggle(network.unable, one);
        case 1 -> toggle(network.stopped, one);
        case 2 -> toggle(network.cuts, Set.of(one, one.equals(other) ? "nobody" : other));
        case 3 -> network.cuts.clear();
        default -> network.stopped.clear();
      }
      network.run(random.nextInt(8000));
      assertThat(network.epochs).doesNotHaveDuplicates();
    }
    network.cuts.clear();
    network.stopped.clear();
    network.unable.clear();
    network.unable.add(ALL.get(random.nextInt(3)));
    network.run(20_000);

    assertThat(network.leaders()).hasSize(1).doesNotContainAnyElementsOf(network.unable);
    int terms = network.epochs.size();
    network.run(60_000);
    assertThat(network.epochs).hasSize(terms);
  }

  /** Three candidates, the first of which leads. */
  private void begin() {
    network.start("a", "b", "c");
    network.run(3000);
    assertThat(network.leaders()).containsExactly("a");
    network.run(TICK_MILLIS);
  }

  private static <T> void toggle(Set<T> set, T element) {
    if (!set.remove(element)) {
      set.add(element);
    }
  }
}
