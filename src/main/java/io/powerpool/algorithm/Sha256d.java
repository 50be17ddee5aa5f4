package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

  /** The platform's SHA-256, which HotSpot replaces by the processor's own instructions. */
  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static final class Sha256dHasher implements Hasher {

    private final MessageDigest sha256 = newSha256();
    private final byte[] once = new byte[HASH_SIZE];

    @Override
    public void hash(byte[] header, int from, byte[] sink, int to) {
      // Checked first: a digest that fails half way would carry its input into the next hash.
      Objects.checkFromIndexSize(from, HEADER_SIZE, header.length);
      Objects.checkFromIndexSize(to, HASH_SIZE, sink.length);
      try {
        sha256.update(header, from, HEADER_SIZE);
        sha256.digest(once, 0, HASH_SIZE);
        sha256.update(once, 0, HASH_SIZE);
        sha256.digest(sink, to, HASH_SIZE);
      } catch (DigestException e) {
        throw new AssertionError("the sizes were checked", e);
      }
    }
  }
}
