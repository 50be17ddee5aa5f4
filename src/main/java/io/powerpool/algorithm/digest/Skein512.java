package io.powerpool.algorithm.digest;

import java.util.Arrays;

/**
 * Skein-512 with a result of 256 or 512 bits, a finalist of the SHA-3 competition. Takes 32, 64 or
 * 80 bytes.
 *
 * <p>Source: Ferguson, Lucks, Schneier, Whiting, Bellare, Kohno, Callas, Walker, "The Skein hash
 * function family", version 1.3.
 */
public final class Skein512 implements Digest {

  /** Bytes and words in a block. */
  private static final int BLOCK_SIZE = 64;

  private static final int WORDS = BLOCK_SIZE / Long.BYTES;

  /** Groups of four rounds, after each of which a part of the key is added. */
  private static final int GROUPS = 18;

  /** C240, whose exclusive or with the key's words is one more word of the key. */
  private static final long PARITY = 0x1bd11bdaa9fc1a22L;

  /** Flags and types in the second word of a tweak. */
  private static final long FIRST = 1L << 62;

  private static final long FINAL = 1L << 63;
  private static final long CONFIGURATION = 4L << 56;
  private static final long MESSAGE = 48L << 56;
  private static final long OUTPUT = 63L << 56;

  private final int size;

  /** What the key is after the configuration of a plain hash with so many bits. */
  private final long[] initial;

  private final long[] block = new long[WORDS];

  /** The key, with the word of parity, again and again: a part begins one word after the last. */
  private final long[] key = new long[GROUPS + WORDS + 1];

  /** The same for the tweak. */
  private final long[] tweak = new long[6];

  private Skein512(int size) {
    this.size = size;
    // The schema "SHA3" and its version 1; the bits of the result.
    block[0] = 0x133414853L;
    block[1] = (long) size * Byte.SIZE;
    absorb(32, FIRST | FINAL | CONFIGURATION);
    this.initial = Arrays.copyOf(key, WORDS);
  }

  /** With a result of 32 bytes. */
  public static Skein512 of256() {
    return new Skein512(32);
  }

  /** With a result of 64 bytes. */
  public static Skein512 of512() {
    return new Skein512(64);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, size, length == 32 || length == 64 || length == 80);
    System.arraycopy(initial, 0, key, 0, WORDS);
    int first = Math.min(length, BLOCK_SIZE) / Long.BYTES;
    Words.readLittle(source, from, block, first);
    if (length > BLOCK_SIZE) {
      absorb(BLOCK_SIZE, FIRST | MESSAGE);
      int left = (length - BLOCK_SIZE) / Long.BYTES;
      Words.readLittle(source, from + BLOCK_SIZE, block, left);
      Words.pad(block, left, 0);
      absorb(length, FINAL | MESSAGE);
    } else {
      Arrays.fill(block, first, WORDS, 0);
      absorb(length, FIRST | FINAL | MESSAGE);
    }
    Arrays.fill(block, 0);
    absorb(Long.BYTES, FIRST | FINAL | OUTPUT);
    Words.writeLittle(key, 0, size / Long.BYTES, sink, to);
  }

  /**
   * The block encrypted by Threefish, with itself added, becomes the key.
   *
   * @param position bytes of input up to the end of the block
   * @param type flags and type
   */
  private void absorb(long position, long type) {
    long[] k = key;
    k[WORDS] = k[0] ^ k[1] ^ k[2] ^ k[3] ^ k[4] ^ k[5] ^ k[6] ^ k[7] ^ PARITY;
    System.arraycopy(k, 0, k, WORDS + 1, WORDS + 1);
    System.arraycopy(k, 0, k, 2 * (WORDS + 1), WORDS + 1);
    long[] t = tweak;
    t[0] = position;
    t[1] = type;
    t[2] = position ^ type;
    System.arraycopy(t, 0, t, 3, 3);
    encrypt(block, k, t);
  }

  /** Writes the result over the key's first words. */
  private static void encrypt(long[] m, long[] k, long[] t) {
    long p0 = m[0] + k[0];
    long p1 = m[1] + k[1];
    long p2 = m[2] + k[2];
    long p3 = m[3] + k[3];
    long p4 = m[4] + k[4];
    long p5 = m[5] + k[5] + t[0];
    long p6 = m[6] + k[6] + t[1];
    long p7 = m[7] + k[7];
    for (int s = 0, at = 0; s < GROUPS; s += 2, at = at == 0 ? 2 : at - 1) {
      p0 += p1;
      p1 = Long.rotateLeft(p1, 46) ^ p0;
      p2 += p3;
      p3 = Long.rotateLeft(p3, 36) ^ p2;
      p4 += p5;
      p5 = Long.rotateLeft(p5, 19) ^ p4;
      p6 += p7;
      p7 = Long.rotateLeft(p7, 37) ^ p6;
      p2 += p1;
      p1 = Long.rotateLeft(p1, 33) ^ p2;
      p4 += p7;
      p7 = Long.rotateLeft(p7, 27) ^ p4;
      p6 += p5;
      p5 = Long.rotateLeft(p5, 14) ^ p6;
      p0 += p3;
      p3 = Long.rotateLeft(p3, 42) ^ p0;
      p4 += p1;
      p1 = Long.rotateLeft(p1, 17) ^ p4;
      p6 += p3;
      p3 = Long.rotateLeft(p3, 49) ^ p6;
      p0 += p5;
      p5 = Long.rotateLeft(p5, 36) ^ p0;
      p2 += p7;
      p7 = Long.rotateLeft(p7, 39) ^ p2;
      p6 += p1;
      p1 = Long.rotateLeft(p1, 44) ^ p6;
      p0 += p7;
      p7 = Long.rotateLeft(p7, 9) ^ p0;
      p2 += p5;
      p5 = Long.rotateLeft(p5, 54) ^ p2;
      p4 += p3;
      p3 = Long.rotateLeft(p3, 56) ^ p4;
      p0 += k[s + 1];
      p1 += k[s + 2];
      p2 += k[s + 3];
      p3 += k[s + 4];
      p4 += k[s + 5];
      p5 += k[s + 6] + t[at + 1];
      p6 += k[s + 7] + t[at + 2];
      p7 += k[s + 8] + s + 1;
      p0 += p1;
      p1 = Long.rotateLeft(p1, 39) ^ p0;
      p2 += p3;
      p3 = Long.rotateLeft(p3, 30) ^ p2;
      p4 += p5;
      p5 = Long.rotateLeft(p5, 34) ^ p4;
      p6 += p7;
      p7 = Long.rotateLeft(p7, 24) ^ p6;
      p2 += p1;
      p1 = Long.rotateLeft(p1, 13) ^ p2;
      p4 += p7;
      p7 = Long.rotateLeft(p7, 50) ^ p4;
      p6 += p5;
      p5 = Long.rotateLeft(p5, 10) ^ p6;
      p0 += p3;
      p3 = Long.rotateLeft(p3, 17) ^ p0;
      p4 += p1;
      p1 = Long.rotateLeft(p1, 25) ^ p4;
      p6 += p3;
      p3 = Long.rotateLeft(p3, 29) ^ p6;
      p0 += p5;
      p5 = Long.rotateLeft(p5, 39) ^ p0;
      p2 += p7;
      p7 = Long.rotateLeft(p7, 43) ^ p2;
      p6 += p1;
      p1 = Long.rotateLeft(p1, 8) ^ p6;
      p0 += p7;
      p7 = Long.rotateLeft(p7, 35) ^ p0;
      p2 += p5;
      p5 = Long.rotateLeft(p5, 56) ^ p2;
      p4 += p3;
      p3 = Long.rotateLeft(p3, 22) ^ p4;
      p0 += k[s + 2];
      p1 += k[s + 3];
      p2 += k[s + 4];
      p3 += k[s + 5];
      p4 += k[s + 6];
      p5 += k[s + 7] + t[at + 2];
      p6 += k[s + 8] + t[at + 3];
      p7 += k[s + 9] + s + 2;
    }
    k[0] = m[0] ^ p0;
    k[1] = m[1] ^ p1;
    k[2] = m[2] ^ p2;
    k[3] = m[3] ^ p3;
    k[4] = m[4] ^ p4;
    k[5] = m[5] ^ p5;
    k[6] = m[6] ^ p6;
    k[7] = m[7] ^ p7;
  }
}
