package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Candidates in one simulated network, whose links and processes are stopped at will. */
class ElectionTest {

  private static final long TICK_MILLIS = 50;
  private static final int BEAT_TICKS = 5;
  private static final long CLOCK = 1_700_000_000_000L;

  private final Map<String, Election> nodes = new HashMap<>();
  private final Map<String, Long> clockAhead = new HashMap<>();
  private final Set<String> stopped = new HashSet<>();
  private final Set<Set<String>> cuts = new HashSet<>();
  private final List<Long> epochs = new ArrayList<>();
  private long millis;

  @Test
  void theFirstToStandLeadsAndOthersFollow() {
    start("a", "b", "c");
    run(3000);

    assertThat(leaders()).containsExactly("a");
    assertThat(epochs).hasSize(1);
  }

  @Test
  void oneOfTheOthersTakesOverWithinTheTargetAfterADeath() {
    start("a", "b", "c");
    run(3000);
    stopped.add("a");

    assertThat(millisUntilLedBy("b", 2000)).isBetween(700L, 1200L);
    run(3000);
    assertThat(leaders()).containsExactly("b");
    assertThat(epochs.get(1)).isGreaterThan(epochs.get(0));
  }

  @Test
  void aFrozenLeaderThatComesBackGivesWayAsSoonAsItHearsOfItsSuccessor() {
    start("a", "b", "c");
    run(3000);
    stopped.add("a");
    run(20_000);
    stopped.remove("a");
    run(BEAT_TICKS * TICK_MILLIS);

    assertThat(leaders()).containsExactly("b");
    run(5000);
    assertThat(leaders()).containsExactly("b");
    assertThat(epochs).hasSize(2);
  }

  @Test
  void aLeaderThatStallsForAMomentStays() {
    start("a", "b");
    run(3000);
    stopped.add("a");
    run(700);
    stopped.remove("a");
    run(5000);

    assertThat(leaders()).containsExactly("a");
    assertThat(epochs).hasSize(1);
  }

  @Test
  void aStandbyThatWasFrozenDoesNotDeposeALeaderThatItHasNotHeardMeanwhile() {
    start("a", "b");
    run(3000);
    stopped.add("b");
    run(10_000);
    stopped.remove("b");
    run(5000);

    assertThat(leaders()).containsExactly("a");
    assertThat(epochs).hasSize(1);
  }

  @Test
  void aLeaderThatResignsIsReplacedAtOnce() {
    start("a", "b", "c");
    run(3000);
    nodes.get("a").resign();
    beat("a");

    assertThat(millisUntilLedBy("b", 500)).isLessThanOrEqualTo(TICK_MILLIS);
    run(3000);
    assertThat(leaders()).containsExactly("b");
  }

  @Test
  void bothSidesOfASplitAreLedAndTheYoungerTermHoldsAfterwards() {
    start("a", "b", "c");
    run(3000);
    cut("a", "b");
    cut("a", "c");
    run(5000);
    assertThat(leaders()).containsExactlyInAnyOrder("a", "b");

    cuts.clear();
    run(1000);

    assertThat(leaders()).containsExactly("b");
    run(5000);
    assertThat(leaders()).containsExactly("b");
    assertThat(epochs).hasSize(2);
  }

  @Test
  void aClockAnHourAheadMakesNoDifferenceToThoseThatFollow() {
    clockAhead.put("a", 3_600_000L);
    start("a", "b");
    run(3000);
    stopped.add("a");
    run(3000);

    assertThat(leaders()).containsExactly("b");
    assertThat(epochs.get(1)).isGreaterThan(epochs.get(0));
  }

  @Test
  void termsThatBeginAtTheSameMomentDiffer() {
    start("a", "b", "c");
    cut("a", "b");
    cut("a", "c");
    cut("b", "c");
    run(3000);

    assertThat(epochs).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void whoIsConfiguredOtherwiseTakesOverOnlyIfNobodyElseDoes() {
    start("a");
    millis += 10;
    startAs("b", "other");
    millis += 10;
    start("c");
    run(3000);
    stopped.add("a");
    run(5000);
    assertThat(leaders()).containsExactly("c");

    // Now it is the only one there is: better its blocks than none.
    stopped.add("c");
    run(3000);
    assertThat(leaders()).containsExactly("b");
  }

  @Test
  void aCandidateThatIsStartedAfterItsClusterDiedBeginsALaterTerm() {
    Election late = new Election("LTC", List.of(), "a", 1, "", CLOCK + 9_000_000, CLOCK, 0);
    late.lead(CLOCK);

    assertThat(late.epoch()).isGreaterThan(CLOCK + 9_000_000);
  }

  @Test
  void aTermBeginsBehindTheIdsOfALongOneBefore() {
    start("a", "b");
    run(3000);
    long overrun = epochs.get(0) + 3_600_000;
    nodes.get("b").saw(overrun);
    stopped.add("a");
    run(3000);

    assertThat(epochs.get(1)).isGreaterThan(overrun);
  }

  private void start(String... names) {
    for (String name : names) {
      startAs(name, "same");
    }
  }

  private void startAs(String name, String fingerprint) {
    nodes.put(
        name,
        // Names in the order of starting, as every clock agrees on in these tests.
        new Election(
            "LTC",
            List.of(),
            name,
            name.charAt(0),
            fingerprint,
            0,
            CLOCK + name.charAt(0),
            nanos()));
  }

  private void cut(String one, String other) {
    cuts.add(Set.of(one, other));
  }

  private void run(long forMillis) {
    for (long end = millis + forMillis; millis < end; ) {
      step();
    }
  }

  private long millisUntilLedBy(String name, long limitMillis) {
    long from = millis;
    while (!nodes.get(name).leads()) {
      assertThat(millis - from).isLessThan(limitMillis);
      step();
    }
    return millis - from;
  }

  private void step() {
    millis += TICK_MILLIS;
    for (String name : List.copyOf(nodes.keySet())) {
      if (stopped.contains(name)) {
        continue;
      }
      Election election = nodes.get(name);
      boolean led = election.leads();
      election.onTick(nanos(), CLOCK + millis + clockAhead.getOrDefault(name, 0L));
      boolean begins = election.leads() && !led;
      if (begins) {
        epochs.add(election.epoch());
      }
      if (begins || millis / TICK_MILLIS % BEAT_TICKS == 0) {
        beat(name);
      }
    }
  }

  private void beat(String from) {
    Beat beat = nodes.get(from).beat();
    nodes.forEach(
        (name, election) -> {
          boolean heard =
              !name.equals(from) && !stopped.contains(name) && !cuts.contains(Set.of(from, name));
          if (heard) {
            election.onBeat(beat, nanos());
          }
        });
  }

  private List<String> leaders() {
    return nodes.entrySet().stream()
        .filter(node -> !stopped.contains(node.getKey()) && node.getValue().leads())
        .map(Map.Entry::getKey)
        .toList();
  }

  private long nanos() {
    return millis * 1_000_000;
  }
}
