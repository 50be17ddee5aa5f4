package io.powerpool.jobmanager.switching;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.jobmanager.switching.SwitchRule.Switch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SwitchRuleTest {

  private static final Set<String> ALL = Set.of("A", "B", "C");

  private final SwitchRule rule = new SwitchRule(1.2);

  private static Map<String, Double> scores(double a, double b, double c) {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("A", a);
    scores.put("B", b);
    scores.put("C", c);
    return scores;
  }

  private String decide(
      String current, Map<String, Double> scores, Set<String> live, boolean flush) {
    Optional<Switch> decision = rule.decide(current, scores, live, flush);
    return decision.map(Switch::to).orElse("stay");
  }

  @Test
  void beginsWithTheBestThatIsLive() {
    assertThat(decide(null, scores(1, 2, 3), ALL, false)).isEqualTo("C");
    assertThat(decide(null, scores(1, 2, 3), Set.of("A", "B"), false)).isEqualTo("B");
    assertThat(decide(null, scores(0, 0, 0), ALL, false)).isEqualTo("A");
    assertThat(decide(null, scores(1, 2, 3), Set.of(), false)).isEqualTo("stay");
  }

  @Test
  void goesAtOnceOnlyBeyondTheMargin() {
    assertThat(decide("A", scores(10, 12, 0), ALL, false)).isEqualTo("stay");
    assertThat(decide("A", scores(10, 12.01, 0), ALL, false)).isEqualTo("B");
    assertThat(decide("A", scores(10, 13, 14), ALL, false)).isEqualTo("C");
    assertThat(decide("A", scores(0, 0.001, 0), ALL, false)).isEqualTo("B");
  }

  @Test
  void goesWithinTheMarginWhenMinersDropTheirWorkAnyway() {
    assertThat(decide("A", scores(10, 10.01, 0), ALL, true)).isEqualTo("B");
    assertThat(decide("A", scores(10, 10, 10), ALL, true)).isEqualTo("stay");
    assertThat(decide("A", scores(0, 0, 0), ALL, true)).isEqualTo("stay");
    assertThat(rule.next("A", scores(10, 10.01, 0), ALL)).isEqualTo("B");
    assertThat(rule.next("A", scores(10, 10, 0), ALL)).isEqualTo("A");
  }

  @Test
  void leavesACoinThatIsOverThoughNoneIsWorthAnything() {
    Set<String> minable = SwitchRule.minable(Set.of("A", "B"), "A"::equals);
    assertThat(decide("A", scores(0, 0, 0), minable, false)).isEqualTo("B");
    assertThat(decide(null, scores(0, 0, 0), minable, false)).isEqualTo("B");
    assertThat(SwitchRule.minable(Set.of("A"), "A"::equals)).containsExactly("A");
  }

  @Test
  void goesNeverWhereThereIsNoLiveWork() {
    assertThat(decide("A", scores(1, 100, 2), Set.of("A", "C"), false)).isEqualTo("C");
    assertThat(decide("A", scores(1, 100, 0), Set.of("A", "C"), true)).isEqualTo("stay");
  }

  @Test
  void leavesACoinWithoutLiveWorkAtOnceAndStaysWhereThereIsNoOther() {
    assertThat(decide("A", scores(100, 1, 2), Set.of("B", "C"), false)).isEqualTo("C");
    assertThat(decide("A", scores(100, 0, 0), Set.of("B"), false)).isEqualTo("B");
    assertThat(decide("A", scores(100, 1, 2), Set.of(), true)).isEqualTo("stay");
    assertThat(rule.next("A", scores(100, 1, 2), Set.of())).isEqualTo("A");
  }

  @Test
  void coinsThatTakeTurnsAtBeingALittleBetterDoNotMakeMinersGoToAndFro() {
    String current = "A";
    int switches = 0;
    for (int i = 0; i < 100; i++) {
      double swing = i % 2 == 0 ? 0.95 : 1.05;
      String next = decide(current, scores(10, 10 * swing, 0), ALL, false);
      if (!next.equals("stay")) {
        current = next;
        switches++;
      }
    }
    assertThat(switches).isZero();
  }
}
