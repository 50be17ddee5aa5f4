package io.powerpool.algorithm;

/** Computes proof-of-work hashes with scratch memory of its own. Not thread safe. */
public interface Hasher {

  /** Bytes in a block header. */
  int HEADER_SIZE = 80;

  /** Bytes in a hash. */
  int HASH_SIZE = 32;

  /**
   * Hashes the 80 bytes at {@code from} and writes the 32 bytes of the hash, in internal
   * (little-endian) order, at {@code to}.
   */
  void hash(byte[] header, int from, byte[] sink, int to);

  /**
   * How many headers {@link #hashAll} computes together for the price that makes it worth while.
   */
  default int batchSize() {
    return 1;
  }

  /**
   * Hashes {@code count} headers of 80 bytes that lie one behind the other, and writes the hashes
   * of 32 bytes one behind the other.
   */
  default void hashAll(byte[] headers, int count, byte[] sink) {
    for (int i = 0; i < count; i++) {
      hash(headers, i * HEADER_SIZE, sink, i * HASH_SIZE);
    }
  }
}
