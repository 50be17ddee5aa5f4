package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.work.Job;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeadersTest {

  private final AtomicLong nanos = new AtomicLong();
  private final Leaders leaders = new Leaders(nanos::get);

  @Test
  void theHighestEpochLeadsAlsoMergedCoins() {
    hear("a", Beat.State.LEADING, 5);
    hear("b", Beat.State.LEADING, 6);
    hear("c", Beat.State.STANDBY, 6);

    assertThat(leaders.leader("LTC").map(Beat::node)).contains("b");
    assertThat(leaders.leader("DOGE").map(Beat::node)).contains("b");
    assertThat(leaders.leader("BTC")).isEmpty();
    assertThat(leaders.candidates("DOGE")).extracting(Beat::node).containsOnly("a", "b", "c");
  }

  @Test
  void aSilentLeaderIsKnownUntilThereIsAnother() {
    hear("a", Beat.State.LEADING, 5);
    pass(10);
    assertThat(leaders.leader("LTC").map(Beat::node)).contains("a");
    assertThat(leaders.candidates()).isEmpty();

    hear("b", Beat.State.LEADING, 6);
    hear("b", Beat.State.RESIGNED, 6);
    assertThat(leaders.leader("LTC")).isEmpty();
    // It may have to lead again, so what candidates are asked in advance it is asked too.
    assertThat(leaders.candidates()).extracting(Beat::node).containsOnly("b");
    hear("b", Beat.State.ENDED, 6);
    assertThat(leaders.candidates()).isEmpty();
  }

  /** As after a split, when the one with the higher epoch has died where nobody else heard it. */
  @Test
  void aLeaderThatIsHeardGoesBeforeOneThatIsLongSilent() {
    hear("a", Beat.State.LEADING, 5);
    hear("b", Beat.State.LEADING, 6);
    assertThat(leaders.isContested("LTC")).isTrue();
    pass(9);
    hear("a", Beat.State.LEADING, 5);
    assertThat(leaders.isContested("LTC")).isFalse();
    assertThat(leaders.leader("LTC").map(Beat::node)).contains("b");
    pass(1);
    assertThat(leaders.leader("LTC").map(Beat::node)).contains("a");

    pass(3600);
    assertThat(leaders.leader("LTC").map(Beat::node)).contains("b");
  }

  /** A job manager that is started over and over again is another candidate each time. */
  @Test
  void whoDoesNotLeadAndIsGoneIsForgotten() {
    for (int start = 0; start < 100; start++) {
      hear(start, Beat.State.STANDBY);
      pass(2);
    }
    assertThat(leaders.remembered()).isLessThanOrEqualTo(31);
    hear("a", Beat.State.LEADING, 5);
    pass(61);
    hear("b", Beat.State.STANDBY, 5);
    assertThat(leaders.remembered()).isEqualTo(2);
    assertThat(leaders.leader("LTC").map(Beat::node)).contains("a");
  }

  @Test
  void whoMakesUpCandidatesDoesNotFillTheMemory() {
    for (int name = 0; name < 5000; name++) {
      hear(name, Beat.State.LEADING);
    }
    assertThat(leaders.remembered()).isEqualTo(1000);
    pass(1);
    hear("a", Beat.State.STANDBY, 5);
    assertThat(leaders.candidates("LTC")).extracting(Beat::node).contains("a");
  }

  @Test
  void aLeaderOfManyJobsStaysTheirMaker() {
    long epoch = 1_700_000_000_000L;
    long year = 365L * 24 * 3600 * 1000;
    long tenJobsASecond = year / 100 / 4096;
    assertThat(Leaders.isOfTerm(epoch, epoch + tenJobsASecond, epoch + year)).isTrue();

    long successor = epoch + year;
    assertThat(Leaders.isOfTerm(epoch, successor, successor + 10)).isFalse();
    assertThat(Leaders.isOfTerm(epoch, epoch + 900, epoch + 910)).isFalse();
    assertThat(Leaders.isOfTerm(successor, epoch, epoch)).isFalse();
  }

  @Test
  void whoNamesAnEpochThatCannotBeIsNoLeaderAndNoCandidate() {
    hear("a", Beat.State.LEADING, 5);
    hear("b", Beat.State.LEADING, Job.END_OF_TERMS);
    hear("c", Beat.State.STANDBY, -1);

    assertThat(leaders.leader("LTC").map(Beat::node)).contains("a");
    assertThat(leaders.candidates()).extracting(Beat::node).containsOnly("a");
  }

  @Test
  void whoHeardBeatsAndHearsNotEvenItsOwnIsDeaf() {
    assertThat(leaders.isDeaf()).isFalse();
    pass(60);
    assertThat(leaders.isDeaf()).as("nobody has beaten yet").isFalse();
    hear("a", Beat.State.STANDBY, 0);
    pass(3);
    assertThat(leaders.isDeaf()).isFalse();
    pass(2);
    assertThat(leaders.isDeaf()).isTrue();
    hear("a", Beat.State.STANDBY, 0);
    assertThat(leaders.isDeaf()).isFalse();
  }

  private void hear(String node, Beat.State state, long epoch) {
    leaders.onBeat(
        new Beat("LTC", List.of("DOGE"), node, node.charAt(0), state, epoch, 0, "", true));
  }

  private void hear(long process, Beat.State state) {
    leaders.onBeat(new Beat("LTC", List.of(), "n", process, state, 7, 0, "", true));
  }

  private void pass(int seconds) {
    nanos.addAndGet(seconds * 1_000_000_000L);
  }
}
