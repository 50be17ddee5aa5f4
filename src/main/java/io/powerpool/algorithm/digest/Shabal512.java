package io.powerpool.algorithm.digest;

/**
 * Shabal-512, a candidate of the SHA-3 competition's second round. Takes 64 bytes.
 *
 * <p>Source: Bresson, Canteaut, Chevallier-Mames, Clavier, Fuhr, Gouget, Icart, Misarsky,
 * Naya-Plasencia, Paillier, Pornin, Reinhard, Thuillet, Videau, "Shabal, a submission to NIST's
 * cryptographic hash algorithm competition", 2008. What shift registers called A and B hold there
 * is written one value behind the other here, without anything moving.
 */
public final class Shabal512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;

  /** Words in a block and in B and C, and in A. */
  private static final int WORDS = 16;

  private static final int A_WORDS = 12;

  /** Steps of the keyed permutation. */
  private static final int STEPS = 48;

  /** Blocks without input after the last one of the message. */
  private static final int LAST_ROUNDS = 3;

  /** A, B and C after the two blocks of prefix, which depend on the size of the result only. */
  private static final Shabal512 INITIAL = afterPrefix();

  private final int[] a = new int[A_WORDS + STEPS];
  private final int[] b = new int[WORDS + STEPS];
  private final int[] c = new int[WORDS];
  private final int[] block = new int[WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    System.arraycopy(INITIAL.a, 0, a, 0, A_WORDS);
    System.arraycopy(INITIAL.b, 0, b, 0, WORDS);
    System.arraycopy(INITIAL.c, 0, c, 0, WORDS);
    Words.readLittle(source, from, block, WORDS);
    absorb(1);
    Words.pad(block, 0, 0x80);
    absorb(2);
    for (int i = 0; i < LAST_ROUNDS; i++) {
      absorb(2);
    }
    Words.writeLittle(c, 0, WORDS, sink, to);
  }

  private static Shabal512 afterPrefix() {
    Shabal512 shabal = new Shabal512();
    for (int i = 0; i < WORDS; i++) {
      shabal.block[i] = BITS + i;
    }
    shabal.absorb(-1);
    for (int i = 0; i < WORDS; i++) {
      shabal.block[i] = BITS + WORDS + i;
    }
    shabal.absorb(0);
    return shabal;
  }

  /**
   * Takes in the block.
   *
   * @param number of the block, from 1 on
   */
  private void absorb(int number) {
    for (int i = 0; i < WORDS; i++) {
      b[i] = Integer.rotateLeft(b[i] + block[i], 17);
    }
    a[0] ^= number;
    a[1] ^= number >> 31;
    permute(a, b, c, block);
    for (int i = 0; i < A_WORDS; i++) {
      a[i] = a[STEPS + i] + c[i + 3 & 15] + c[i + 11 & 15] + c[i + 15 & 15];
    }
    for (int i = 0; i < WORDS; i++) {
      b[i] = c[i] - block[i];
      c[i] = b[STEPS + i];
    }
  }

  private static void permute(int[] a, int[] b, int[] c, int[] m) {
    int last = a[A_WORDS - 1];
    for (int i = 0; i < STEPS; i++) {
      int x = (a[i] ^ Integer.rotateLeft(last, 15) * 5 ^ c[8 - i & 15]) * 3;
      last = x ^ b[i + 13] ^ (b[i + 9] & ~b[i + 6]) ^ m[i & 15];
      a[A_WORDS + i] = last;
      b[WORDS + i] = ~Integer.rotateLeft(b[i], 1) ^ last;
    }
  }
}
