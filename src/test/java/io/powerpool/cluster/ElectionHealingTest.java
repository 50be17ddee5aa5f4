package io.powerpool.cluster;

import static io.powerpool.cluster.ElectionNetwork.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.work.Job;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether everybody takes the jobs of the one who leads, whoever led before and is gone. */
class ElectionHealingTest {

  private static final List<String> ALL = List.of("a", "b", "c", "s", "t");

  private final ElectionNetwork network = new ElectionNetwork();

  @Test
  void aPortThatHasJobsOfADeadLeaderGetsThoseOfTheOneThatHasNeverHeardOfIt() {
    split();
    network.stopped.add("b");
    network.run(3000);

    network.cuts.clear();
    network.run(5000);

    assertThat(network.leaders()).containsExactly("a");
    assertThat(network.works("s", "a")).isTrue();
    assertThat(network.epochs).hasSize(3);
    network.run(600_000);
    assertThat(network.epochs).hasSize(3);
  }

  @Test
  void aLeaderThatDiesAsTheSplitHealsIsSucceededToo() {
    split();
    network.cuts.clear();
    network.stopped.add("b");
    network.run(8000);

    assertThat(network.works("s", "a")).isTrue();
  }

  @Test
  void aNewcomerLeadsAboveTheTermOfADeadOneWhoseClockWasAnHourAhead() {
    network.clockAhead.put("a", 3_600_000L);
    network.start("a");
    network.port("s");
    network.run(5000);
    assertThat(network.works("s", "a")).isTrue();
    network.stopped.add("a");
    // Its first second falls between two repetitions.
    network.run(4000 - network.millis % 2000);
    network.start("b");
    network.run(1000);
    network.cut("b", "s");
    network.run(1500);
    network.cuts.clear();
    network.run(6000);

    assertThat(network.works("s", "b")).isTrue();
    assertThat(network.epochs.get(network.epochs.size() - 1)).isGreaterThan(CLOCK + 3_600_000);
  }

  @Test
  void twoLeadersThatAPortHearsButNotEachOtherDoNotOutbidEachOther() {
    network.start("a", "b");
    network.port("s");
    network.run(3000);
    network.cut("a", "b");
    network.run(600_000);
    assertThat(network.leaders()).containsExactly("a", "b");
    assertThat(network.epochs).hasSize(2);
    assertThat(network.works("s", "b")).isTrue();

    network.stopped.add("b");
    network.run(10_000);
    assertThat(network.works("s", "a")).isTrue();
    assertThat(network.epochs).hasSize(3);
  }

  /** Each knows of the other by what somebody repeats who hears but one of them. */
  @Test
  void twoLeadersThatHearOfEachOthersJobsOnlyOutbidEachOtherEverMoreRarely() {
    network.start("a", "b");
    network.port("s");
    network.port("t");
    network.run(3000);
    network.cut("a", "b");
    network.cut("a", "t");
    network.cut("b", "s");
    network.run(3_600_000);
    int terms = network.epochs.size();
    assertThat(terms).isBetween(4, 30);
    network.run(3_600_000);
    assertThat(network.epochs.size() - terms).isLessThanOrEqualTo(4);

    network.cuts.clear();
    network.run(3000);
    assertThat(network.leaders()).hasSize(1);
  }

  @Test
  void aJobThatIsHeardOfOnceOrOfATermThatCannotBeMovesNobody() {
    network.start("a");
    network.run(3000);
    long epoch = network.nodes.get("a").epoch();
    network.nodes.get("a").onLaterJob(epoch + 5000, network.nanos());
    network.run(60_000);
    assertThat(network.nodes.get("a").epoch()).isEqualTo(epoch);
    for (int times = 0; times < 10; times++) {
      network.nodes.get("a").onLaterJob(Job.END_OF_TERMS, network.nanos());
      network.run(2000);
    }
    assertThat(network.epochs).allMatch(Job::isPossibleTerm);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whateverHappensAllPortsHaveJobsOfTheLeaderWhenItIsQuietAgain(long seed) {
    Random random = new Random(seed);
    network.start("a", "b", "c");
    network.port("s");
    network.port("t");
    for (String name : List.of("a", "b", "c")) {
      network.clockAhead.put(name, (long) random.nextInt(7_200_000));
    }
    for (int times = 0; times < 100; times++) {
      String one = ALL.get(random.nextInt(5));
      String other = ALL.get(random.nextInt(5));
      switch (random.nextInt(6)) {
        case 0 -> toggle(network.stopped, ALL.get(random.nextInt(3)));
        case 1, 2 -> toggle(network.cuts, Set.of(one, one.equals(other) ? "nobody" : other));
        case 3 -> network.cuts.clear();
        case 4 -> network.stopped.clear();
        // It has forgotten all that it had heard.
        default -> network.start(ALL.get(random.nextInt(3)));
      }
      network.run(random.nextInt(8000));
    }
    network.cuts.clear();
    network.stopped.clear();
    network.stopped.add(ALL.get(random.nextInt(3)));
    // The patience of one that has begun some terms by itself has grown.
    network.run(120_000);

    assertThat(network.leaders()).hasSize(1);
    String leader = network.leaders().get(0);
    assertThat(network.works("s", leader)).isTrue();
    assertThat(network.works("t", leader)).isTrue();
    int terms = network.epochs.size();
    network.run(600_000);
    assertThat(network.epochs).hasSize(terms);
  }

  /** The leader on one side, its successor and a port on the other. */
  private void split() {
    network.start("a", "b");
    network.port("s");
    network.run(3000);
    network.cut("a", "b");
    network.cut("a", "s");
    network.run(5000);
    assertThat(network.leaders()).containsExactly("a", "b");
    assertThat(network.works("s", "b")).isTrue();
  }

  private static <T> void toggle(Set<T> set, T element) {
    if (!set.remove(element)) {
      set.add(element);
    }
  }
}
