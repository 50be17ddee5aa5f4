package io.powerpool.devchain;

/** A consensus rule that a block or transaction breaks. Routine, so without a stack trace. */
final class BrokenRule extends Exception {

  private static final long serialVersionUID = 1;

  private final boolean mutated;

  private BrokenRule(String reason, boolean mutated) {
    super(reason, null, false, false);
    this.mutated = mutated;
  }

  /** The block of this hash is bad for ever. */
  static BrokenRule of(String reason) {
    return new BrokenRule(reason, false);
  }

  /** This copy of the block is bad, but another with the same hash may be good. */
  static BrokenRule inThisCopy(String reason) {
    return new BrokenRule(reason, true);
  }

  static void check(boolean condition, String reason) throws BrokenRule {
    if (!condition) {
      throw of(reason);
    }
  }

  /** In the words of Bitcoin Core. */
  String reason() {
    return getMessage();
  }

  boolean isMutated() {
    return mutated;
  }
}
