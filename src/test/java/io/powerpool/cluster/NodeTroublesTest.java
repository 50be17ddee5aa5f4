package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeTroublesTest {

  private static final String TWO = "10.0.0.2:7000";
  private static final String THREE = "10.0.0.3:7000";

  private final NodeTroubles troubles = new NodeTroubles(new NodeHere("edge", 1, "10.0.0.1:7000"));

  @Test
  void tellsOfAllThatIsWrongUntilItIsOver() {
    troubles.onHere(new NodeHere("edge", 2, TWO), seconds(0));
    assertThat(troubles.of(Set.of(TWO, THREE), seconds(0)))
        .singleElement()
        .asString()
        .startsWith("another node at " + TWO + " has the name edge");

    troubles.onHere(new NodeHere("edge", 2, TWO), seconds(16));
    assertThat(troubles.of(Set.of(TWO, THREE), seconds(16)))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("another node at " + TWO),
            second ->
                assertThat(second)
                    .startsWith(
                        "the node at "
                            + THREE
                            + " is in the cluster, but node edge hears nothing"));

    troubles.onHere(new NodeHere("three", 3, THREE), seconds(20));
    assertThat(troubles.of(Set.of(TWO, THREE), seconds(24))).isEmpty();
  }

  @Test
  void tellsOfEachOtherNodeOfItsName() {
    troubles.onHere(new NodeHere("edge", 2, TWO), seconds(0));
    troubles.onHere(new NodeHere("edge", 3, THREE), seconds(0));
    assertThat(troubles.of(Set.of(TWO, THREE), seconds(1))).hasSize(2);
  }

  @Test
  void hearsItselfAndOthersOfOtherNamesWithoutTrouble() {
    troubles.onHere(new NodeHere("edge", 1, "10.0.0.1:7000"), seconds(0));
    troubles.onHere(new NodeHere("two", 2, TWO), seconds(0));
    assertThat(troubles.of(Set.of(TWO), seconds(1))).isEmpty();
  }

  @Test
  void givesANodeThatJoinsTimeAndForgetsOneThatHasLeft() {
    assertThat(troubles.of(Set.of(TWO), seconds(0))).isEmpty();
    assertThat(troubles.of(Set.of(TWO), seconds(15))).isEmpty();
    assertThat(troubles.of(Set.of(TWO), seconds(16))).hasSize(1);
    assertThat(troubles.of(Set.of(), seconds(17))).isEmpty();
    assertThat(troubles.of(Set.of(TWO), seconds(18))).isEmpty();
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
