package io.powerpool.algorithm.digest;

/**
 * One of two functions, as bit 3 of the input's first byte says: what Quark has in three places.
 */
public final class EitherDigest implements Digest {

  private final Digest ifSet;
  private final Digest otherwise;

  /**
   * @param ifSet takes inputs with the bit set
   * @param otherwise takes the others; its results are of the same size
   */
  public EitherDigest(Digest ifSet, Digest otherwise) {
    this.ifSet = ifSet;
    this.otherwise = otherwise;
  }

  @Override
  public int size() {
    return ifSet.size();
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    ((source[from] & 8) != 0 ? ifSet : otherwise).digest(source, from, length, sink, to);
  }
}
