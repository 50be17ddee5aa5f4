package io.powerpool.algorithm;

import java.util.List;
import java.util.stream.Collectors;

/** The proof-of-work functions that the pool knows. */
public final class Algorithms {

  private static final List<Algorithm> ALL =
      List.of(new Sha256d(), new Scrypt("scrypt", 1024), new Scrypt("scryptn", 2048));

  private Algorithms() {}

  /** Every function, in the order in which they are shown. */
  public static List<Algorithm> all() {
    return ALL;
  }

  /**
   * The function of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the known names
   */
  public static Algorithm byName(String name) {
    for (Algorithm algorithm : ALL) {
      if (algorithm.name().equals(name)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException(
        "no algorithm is called '"
            + name
            + "', known are "
            + ALL.stream().map(Algorithm::name).collect(Collectors.joining(", ")));
  }
}
