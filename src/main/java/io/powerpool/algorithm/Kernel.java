package io.powerpool.algorithm;

/**
 * Hashes a fixed number of headers in the time of a few, each in its own lanes of the processor's
 * vectors, or one with its words in them. Has scratch memory of its own. Not thread safe.
 */
public interface Kernel {

  /** How many headers it hashes in one go. */
  int lanes();

  /**
   * Hashes 1 to {@link #lanes} headers of 80 bytes that lie one behind the other from {@code from}
   * on, and writes their hashes of 32 bytes one behind the other from {@code to} on. Takes the same
   * time for any count.
   */
  void hash(byte[] headers, int from, int count, byte[] sink, int to);
}
