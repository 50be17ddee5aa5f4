package io.powerpool.algorithm.digest;

import io.powerpool.bitcoin.Sha256;

/** SHA-256, with which some proof-of-work functions end. Takes 64 bytes. */
public final class Sha256Digest implements Digest {

  private static final int SIZE = 32;

  private final Sha256 sha256 = new Sha256();

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    // Checked first: a digest that fails half way would carry its input into the next hash.
    Words.check(source, from, length, sink, to, SIZE, length == 64);
    sha256.single(source, from, length, sink, to);
  }
}
