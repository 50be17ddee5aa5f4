package io.powerpool.compute;

/**
 * Hears what became of one header that a {@link ComputePool} accepted: exactly one of the methods
 * is called, once, on the executor that was given with the header.
 */
public interface HashCallback {

  /** The 32 bytes of the hash in internal (little-endian) order, for the callee to keep. */
  void onHash(byte[] hash);

  /** The hash could not be computed: out of memory or a fault in the hasher, never a bad header. */
  void onFailure(Throwable cause);
}
