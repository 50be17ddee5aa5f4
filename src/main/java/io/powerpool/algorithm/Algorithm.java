package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.util.Optional;

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

  /**
   * Finds out whether this machine is faster when it hashes several headers at once, or one with
   * vectors; until then hashers do not. Takes up to some seconds of one core the first time, so not
   * for an event loop, and none after that.
   *
   * @return what was found, in words for the log; empty for functions that know but one way
   */
  default Optional<String> prepare() {
    return Optional.empty();
  }

  /**
   * Whether {@link #prepare} may make a single hash faster, and so pays where headers are hashed
   * one by one.
   */
  default boolean preparesSingleHash() {
    return false;
  }
}
