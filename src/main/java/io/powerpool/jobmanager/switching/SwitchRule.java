package io.powerpool.jobmanager.switching;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of several coins to mine. At once where the best is worth more than the present one by the
 * margin, or where the present one has no live work; otherwise when the present one has a new block
 * and its miners drop their work anyway. So coins that are worth about the same do not take turns
 * all the time.
 */
final class SwitchRule {

  /**
   * To mine another coin.
   *
   * @param to the coin
   * @param reason in words
   */
  record Switch(String to, String reason) {}

  private final double margin;

  /**
   * @param margin by which factor another coin must be worth more to be mined at once; at least 1
   */
  SwitchRule(double margin) {
    this.margin = margin;
  }

  /**
   * Decides.
   *
   * @param current the coin that is mined, or null before the first
   * @param scores of all coins, those preferred at the same score first
   * @param live the coins that have live work
   * @param flush whether the present coin has a new block just now
   */
  Optional<Switch> decide(
      String current, Map<String, Double> scores, Set<String> live, boolean flush) {
    Optional<String> best = best(current, scores, live);
    if (best.isEmpty() || best.get().equals(current)) {
      return Optional.empty();
    }
    if (current == null) {
      return switchTo(best, "the first with live work, or the best of these");
    }
    if (!live.contains(current)) {
      return switchTo(best, current + " has no live work or is beyond its last height");
    }
    double mine = scores.get(current);
    double others = scores.get(best.get());
    if (others > mine * margin) {
      return switchTo(best, "worth more by the margin");
    }
    return flush && others > mine
        ? switchTo(best, "worth more, and " + current + " has a new block")
        : Optional.empty();
  }

  /** The coin that would be mined from the next block on; null if there is none. */
  String next(String current, Map<String, Double> scores, Set<String> live) {
    return best(current, scores, live).orElse(current);
  }

  /**
   * The live coins that may be mined: not those that are over, also where no coin is worth anything
   * at present, unless there are no others.
   */
  static Set<String> minable(Set<String> live, Predicate<String> isOver) {
    Set<String> minable = new LinkedHashSet<>(live);
    minable.removeIf(isOver);
    return minable.isEmpty() ? live : minable;
  }

  private static Optional<Switch> switchTo(Optional<String> best, String reason) {
    return best.map(coin -> new Switch(coin, reason));
  }

  /** The live coin that is worth most; at the same score the present one, then the first. */
  private static Optional<String> best(
      String current, Map<String, Double> scores, Set<String> live) {
    String best = current != null && live.contains(current) ? current : null;
    for (Map.Entry<String, Double> entry : scores.entrySet()) {
      boolean better = best == null || entry.getValue() > scores.get(best);
      if (better && live.contains(entry.getKey())) {
        best = entry.getKey();
      }
    }
    return Optional.ofNullable(best);
  }
}
