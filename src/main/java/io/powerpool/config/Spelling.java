package io.powerpool.config;

import java.util.Collection;
import java.util.Optional;

/** What somebody may have meant who wrote something else. */
final class Spelling {

  private Spelling() {}

  /** The known word that is most like this one; empty if none is like it. */
  static Optional<String> nearest(String word, Collection<String> known) {
    Optional<String> nearest = Optional.empty();
    int nearestDistance = Math.max(2, word.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(word, candidate);
      if (distance < nearestDistance) {
        nearest = Optional.of(candidate);
        nearestDistance = distance;
      }
    }
    return nearest;
  }

  /** How many letters must be changed, added or removed to make one word the other. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + change);
        diagonal = above;
      }
    }
    return row[other.length()];
  }
}
