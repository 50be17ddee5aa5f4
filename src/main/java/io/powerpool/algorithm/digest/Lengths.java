package io.powerpool.algorithm.digest;

/** What inputs the digests take. */
final class Lengths {

  private Lengths() {}

  /**
   * Refuses any length but this one.
   *
   * @throws IllegalArgumentException naming both
   */
  static void check(int length, int expected) {
    if (length != expected) {
      throw new IllegalArgumentException("takes " + expected + " bytes, was given " + length);
    }
  }

  /**
   * Refuses any length but these two.
   *
   * @throws IllegalArgumentException naming all three
   */
  static void check(int length, int expected, int other) {
    if (length != expected && length != other) {
      throw new IllegalArgumentException(
          "takes " + expected + " or " + other + " bytes, was given " + length);
    }
  }
}
