package io.powerpool.algorithm;

/** Hashes one header in the time of one: another way to do so, with vectors. */
final class SingleKernel implements Kernel {

  private final Hasher hasher;

  SingleKernel(Hasher hasher) {
    this.hasher = hasher;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void hash(byte[] headers, int from, int count, byte[] sink, int to) {
    hasher.hash(headers, from, sink, to);
  }
}
