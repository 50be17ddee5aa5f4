package io.powerpool.algorithm;

import io.powerpool.bitcoin.Sha256;
import io.powerpool.bitcoin.Target;
import java.util.Objects;

/** SHA-256 of the SHA-256 of the header: Bitcoin and its relatives. */
public final class Sha256d implements Algorithm {

  /** 2^32 hashes per share of difficulty 1: the maximum target of Bitcoin's main chain. */
  private static final Target DIFFICULTY_ONE =
      Target.ofHex("00000000ffff0000000000000000000000000000000000000000000000000000");

  @Override
  public String name() {
    return "sha256d";
  }

  @Override
  public Target difficultyOne() {
    return DIFFICULTY_ONE;
  }

  @Override
  public boolean slow() {
    return false;
  }

  @Override
  public Hasher newHasher() {
    return new Sha256dHasher();
  }

  @Override
  public String toString() {
    return name();
  }

  private static final class Sha256dHasher implements Hasher {

    private final Sha256 sha256 = new Sha256();

    @Override
    public void hash(byte[] header, int from, byte[] sink, int to) {
      // Checked first: a digest that fails half way would carry its input into the next hash.
      Objects.checkFromIndexSize(from, HEADER_SIZE, header.length);
      Objects.checkFromIndexSize(to, HASH_SIZE, sink.length);
      sha256.twice(header, from, HEADER_SIZE, sink, to);
    }
  }
}
