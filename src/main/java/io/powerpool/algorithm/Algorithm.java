package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;

/** A proof-of-work function. Immutable; the hashing itself is done by a {@link Hasher}. */
public interface Algorithm {

  /** The name in configuration, statistics and reports, in lower case: "sha256d", "scrypt". */
  String name();

  /**
   * The target of difficulty 1 as miners of this function count it. A coin may override it in its
   * configuration, for there is disagreement in the wild.
   */
  Target difficultyOne();

  /** Whether one hash takes so long that it must not run on an event loop. */
  boolean slow();

  /** A new hasher with its own scratch memory, for one thread at a time. */
  Hasher newHasher();
}
