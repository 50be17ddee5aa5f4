package io.powerpool.algorithm;

import io.powerpool.algorithm.digest.Digest;
import io.powerpool.bitcoin.Target;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * One hash function of the header, or several, each of the whole result of the one before; the
 * proof-of-work hash is the first 32 bytes of the last result. Fast enough for an event loop.
 */
final class DigestChain implements Algorithm {

  private final String name;
  private final Target difficultyOne;
  private final List<Supplier<Digest>> stages;

  /**
   * @param name the name in configuration and reports
   * @param difficultyOne the target of difficulty 1
   * @param stages make the functions in their order, the first of which takes a header
   */
  DigestChain(String name, Target difficultyOne, List<Supplier<Digest>> stages) {
    this.name = name;
    this.difficultyOne = difficultyOne;
    this.stages = List.copyOf(stages);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Target difficultyOne() {
    return difficultyOne;
  }

  @Override
  public boolean slow() {
    return false;
  }

  @Override
  public Hasher newHasher() {
    return new ChainHasher(stages.stream().map(Supplier::get).toArray(Digest[]::new));
  }

  @Override
  public String toString() {
    return name;
  }

  private static final class ChainHasher implements Hasher {

    private static final int LARGEST_RESULT = 64;

    private final Digest[] stages;
    private final byte[] result = new byte[LARGEST_RESULT];

    ChainHasher(Digest[] stages) {
      this.stages = stages;
    }

    @Override
    public void hash(byte[] header, int from, byte[] sink, int to) {
      Objects.checkFromIndexSize(from, HEADER_SIZE, header.length);
      Objects.checkFromIndexSize(to, HASH_SIZE, sink.length);
      stages[0].digest(header, from, HEADER_SIZE, result, 0);
      for (int i = 1; i < stages.length; i++) {
        stages[i].digest(result, 0, stages[i - 1].size(), result, 0);
      }
      System.arraycopy(result, 0, sink, to, HASH_SIZE);
    }
  }
}
