package io.powerpool.cluster;

import static io.powerpool.cluster.ElectionNetwork.BEAT_TICKS;
import static io.powerpool.cluster.ElectionNetwork.CLOCK;
import static io.powerpool.cluster.ElectionNetwork.TICK_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.work.Job;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who leads when, whatever happens to links and processes. */
class ElectionTest {

  private final ElectionNetwork network = new ElectionNetwork();

  @Test
  void theFirstToStandLeadsAndOthersFollow() {
    network.start("a", "b", "c");
    network.run(3000);

    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
  }

  @Test
  void oneOfTheOthersTakesOverWithinTheTargetAfterADeath() {
    network.start("a", "b", "c");
    network.run(3000);
    network.stopped.add("a");

    assertThat(network.millisUntilLedBy("b", 2000)).isBetween(700L, 1200L);
    network.run(3000);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs.get(1)).isGreaterThan(network.epochs.get(0));
  }

  @Test
  void aFrozenLeaderThatComesBackGivesWayAsSoonAsItHearsOfItsSuccessor() {
    network.start("a", "b", "c");
    network.run(3000);
    network.stopped.add("a");
    network.run(20_000);
    network.stopped.remove("a");
    network.run(BEAT_TICKS * TICK_MILLIS);

    assertThat(network.leaders()).containsExactly("b");
    network.run(5000);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs).hasSize(2);
  }

  @Test
  void aLeaderThatStallsForAMomentStays() {
    network.start("a", "b");
    network.run(3000);
    network.stopped.add("a");
    network.run(700);
    network.stopped.remove("a");
    network.run(5000);

    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
  }

  @Test
  void aStandbyThatWasFrozenDoesNotDeposeALeaderThatItHasNotHeardMeanwhile() {
    network.start("a", "b");
    network.run(3000);
    network.stopped.add("b");
    network.run(10_000);
    network.stopped.remove("b");
    network.run(5000);

    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
  }

  @Test
  void aLeaderThatEndsIsReplacedAtOnce() {
    network.start("a", "b", "c");
    network.run(3000);
    network.nodes.get("a").end();
    network.beat("a");

    assertThat(network.millisUntilLedBy("b", 500)).isLessThanOrEqualTo(TICK_MILLIS);
    network.run(3000);
    assertThat(network.leaders()).containsExactly("b");
  }

  @Test
  void bothSidesOfASplitAreLedAndTheYoungerTermHoldsAfterwards() {
    network.start("a", "b", "c");
    network.run(3000);
    network.cut("a", "b");
    network.cut("a", "c");
    network.run(5000);
    assertThat(network.leaders()).containsExactlyInAnyOrder("a", "b");

    network.cuts.clear();
    network.run(1000);

    assertThat(network.leaders()).containsExactly("b");
    network.run(5000);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs).hasSize(2);
  }

  @Test
  void aClockAnHourAheadMakesNoDifferenceToThoseThatFollow() {
    network.clockAhead.put("a", 3_600_000L);
    network.start("a", "b");
    network.run(3000);
    network.stopped.add("a");
    network.run(3000);

    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs.get(1)).isGreaterThan(network.epochs.get(0));
  }

  @Test
  void termsThatBeginAtTheSameMomentDiffer() {
    network.start("a", "b", "c");
    network.cut("a", "b");
    network.cut("a", "c");
    network.cut("b", "c");
    network.run(3000);

    assertThat(network.epochs).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void whoIsConfiguredOtherwiseTakesOverOnlyIfNobodyElseDoes() {
    network.start("a");
    network.millis += 10;
    network.startAs("b", "other");
    network.millis += 10;
    network.start("c");
    network.run(3000);
    network.stopped.add("a");
    network.run(5000);
    assertThat(network.leaders()).containsExactly("c");

    // Now it is the only one there is: better its blocks than none.
    network.stopped.add("c");
    network.run(3000);
    assertThat(network.leaders()).containsExactly("b");
  }

  @Test
  void whoDoesNotSayHowItIsConfiguredIsNotTakenToDiffer() {
    network.start("a");
    network.startAs("b", "");
    network.start("c");
    network.run(3000);
    network.stopped.add("a");
    assertThat(network.millisUntilLedBy("b", 2000)).isBetween(700L, 1200L);
  }

  @Test
  void aCandidateThatIsStartedAfterItsClusterDiedBeginsALaterTerm() {
    Election late = new Election("LTC", List.of(), "a", 1, "", CLOCK + 9_000_000, CLOCK, 0);
    late.lead(CLOCK);

    assertThat(late.epoch()).isGreaterThan(CLOCK + 9_000_000);
  }

  @Test
  void aTermBeginsBehindTheIdsOfALongOneBefore() {
    network.start("a", "b");
    network.run(3000);
    long overrun = network.epochs.get(0) + 3_600_000;
    network.nodes.get("b").saw(overrun);
    network.stopped.add("a");
    network.run(3000);

    assertThat(network.epochs.get(1)).isGreaterThan(overrun);
  }

  @Test
  void whoGoesOutOfServiceIsReplacedAtOnceAndLeadsAgainOnlyIfNobodyElseCan() {
    network.start("a", "b");
    network.run(3000);
    network.leave("a");
    assertThat(network.millisUntilLedBy("b", 500)).isLessThanOrEqualTo(TICK_MILLIS);
    network.run(3000);

    network.stopped.add("b");
    assertThat(network.millisUntilLedBy("a", 2000)).isBetween(700L, 1200L);

    // A newcomer, and the one that was only frozen: each takes over at once.
    network.start("c");
    assertThat(network.millisUntilLedBy("c", 500)).isLessThanOrEqualTo(300L);
    network.stopped.remove("b");
    network.run(1000);
    network.stopped.add("c");
    assertThat(network.millisUntilLedBy("b", 2000)).isBetween(700L, 1200L);
    network.run(3000);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs).hasSize(5);
  }

  @Test
  void whoGoesOutOfServiceLeadsOnWhileNobodyElseCanMakeWork() {
    network.start("a", "b");
    network.unable.add("b");
    network.run(3000);
    network.leave("a");
    network.run(5000);
    assertThat(network.leaders()).containsExactly("a");

    network.start("c");
    assertThat(network.millisUntilLedBy("c", 500)).isLessThanOrEqualTo(300L);
    network.stopped.add("c");
    assertThat(network.millisUntilLedBy("a", 2000)).isPositive();
    network.nodes.get("a").end();
    network.beat("a");
    assertThat(network.millisUntilLedBy("b", 2000)).isLessThanOrEqualTo(1600L);
  }

  @Test
  void ofTwoThatGoOutOfServiceOneStillLeads() {
    network.start("a", "b");
    network.run(3000);
    network.leave("b");
    network.leave("a");
    network.run(10_000);
    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs).hasSize(1);
    network.stopped.add("a");
    assertThat(network.millisUntilLedBy("b", 2000)).isPositive();
  }

  @Test
  void anAbsurdClockLeadsOnlyWhereNobodyElseCanAndNeverNamesATermOfItsOwn() {
    network.clockAhead.put("a", Job.END_OF_TERMS);
    network.start("a", "b");
    network.run(3500);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.nodes.get("a").clockFault())
        .startsWith("the clock of node a says 2163-03-")
        .endsWith(
            "expected is a time before 2109-05-15T07:35:11.104Z: it leads LTC only if nobody else can");

    network.stopped.add("b");
    network.run(3000);
    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.epochs.get(1)).isBetween(network.epochs.get(0) + 1, CLOCK + 60_000);

    network.stopped.remove("b");
    network.run(4000);
    assertThat(network.leaders()).containsExactly("b");
    assertThat(network.epochs.get(2)).isGreaterThan(network.epochs.get(1));
  }

  @Test
  void anAbsurdEpochIsNotFollowed() {
    network.start("a", "b");
    network.run(3000);
    for (Beat.State state : Beat.State.values()) {
      Beat absurd = new Beat("LTC", List.of(), "x", 99, state, Job.END_OF_TERMS, 0, "same", true);
      network.nodes.get("a").onBeat(absurd, network.nanos());
      network.nodes.get("b").onBeat(absurd, network.nanos());
    }
    network.nodes.get("b").saw(Job.END_OF_TERMS);
    assertThat(network.leaders()).containsExactly("a");
    network.stopped.add("a");
    network.run(3000);
    assertThat(network.epochs.get(1)).isLessThan(CLOCK + 60_000);
  }
}
