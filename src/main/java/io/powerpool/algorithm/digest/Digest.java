package io.powerpool.algorithm.digest;

/** A hash function for short inputs, with scratch memory of its own. Not thread safe. */
public interface Digest {

  /** Bytes in the result: 32 or 64. */
  int size();

  /**
   * Hashes the {@code length} bytes at {@code from} and writes the {@link #size} bytes of the
   * result at {@code to}. Source and sink may be one array, and overlap in it: the result is
   * written last.
   *
   * @throws IllegalArgumentException if this is no length that the class says it takes
   * @throws IndexOutOfBoundsException if either array is too short
   */
  void digest(byte[] source, int from, int length, byte[] sink, int to);
}
