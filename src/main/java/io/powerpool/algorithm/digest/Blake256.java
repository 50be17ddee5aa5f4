package io.powerpool.algorithm.digest;

/**
 * BLAKE-256, the finalist of the SHA-3 competition, of a block header, with its 14 rounds or with
 * the 8 of Blakecoin and its relatives. Takes 80 bytes.
 *
 * <p>Source of the constants: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", version 1.3,
 * section 2.1.
 */
public final class Blake256 implements Digest {

  private static final int SIZE = 32;
  private static final int LENGTH = 80;

  /** Words in a block and in the state that mixes it. */
  private static final int WORDS = 16;

  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /** The leading digits of pi. */
  private static final int[] PI = {
    0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89,
    0x452821e6, 0x38d01377, 0xbe5466cf, 0x34e90c6c, 0xc0ac29b7, 0xc97c50dd, 0x3f84d5b5, 0xb5470917
  };

  private final boolean full;
  private final int[] chain = new int[SIZE / Integer.BYTES];
  private final int[] block = new int[WORDS];
  private final int[] state = new int[WORDS];

  private Blake256(boolean full) {
    this.full = full;
  }

  /** As the competition had it, with 14 rounds. */
  public static Blake256 ofFourteenRounds() {
    return new Blake256(true);
  }

  /** With the 8 rounds of Blakecoin and its relatives. */
  public static Blake256 ofEightRounds() {
    return new Blake256(false);
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == LENGTH);
    System.arraycopy(INITIAL, 0, chain, 0, chain.length);
    Words.readBig(source, from, block, WORDS);
    compress(WORDS * Integer.SIZE);
    Words.readBig(source, from + WORDS * Integer.BYTES, block, 4);
    Words.pad(block, 4, 1 << 31);
    // Another one bit ends the padding; the number of bits follows, in 64 bits.
    block[13] = 1;
    block[15] = LENGTH * Byte.SIZE;
    compress(LENGTH * Byte.SIZE);
    Words.writeBig(chain, 0, chain.length, sink, to);
  }

  /**
   * Mixes the block into the chain.
   *
   * @param bits how many bits of input were read when the block ends
   */
  private void compress(int bits) {
    int[] v = state;
    int[] m = block;
    System.arraycopy(chain, 0, v, 0, 8);
    System.arraycopy(PI, 0, v, 8, 8);
    v[12] ^= bits;
    v[13] ^= bits;
    rounds0To3(v, m);
    rounds4To7(v, m);
    if (full) {
      rounds8And9(v, m);
      rounds0To3(v, m);
    }
    for (int i = 0; i < 8; i++) {
      chain[i] ^= v[i] ^ v[i + 8];
    }
  }

  private static void rounds0To3(int[] v, int[] m) {
    mix(v, m, 0, 4, 8, 12, 0, 1);
    mix(v, m, 1, 5, 9, 13, 2, 3);
    mix(v, m, 2, 6, 10, 14, 4, 5);
    mix(v, m, 3, 7, 11, 15, 6, 7);
    mix(v, m, 0, 5, 10, 15, 8, 9);
    mix(v, m, 1, 6, 11, 12, 10, 11);
    mix(v, m, 2, 7, 8, 13, 12, 13);
    mix(v, m, 3, 4, 9, 14, 14, 15);

    mix(v, m, 0, 4, 8, 12, 14, 10);
    mix(v, m, 1, 5, 9, 13, 4, 8);
    mix(v, m, 2, 6, 10, 14, 9, 15);
    mix(v, m, 3, 7, 11, 15, 13, 6);
    mix(v, m, 0, 5, 10, 15, 1, 12);
    mix(v, m, 1, 6, 11, 12, 0, 2);
    mix(v, m, 2, 7, 8, 13, 11, 7);
    mix(v, m, 3, 4, 9, 14, 5, 3);

    mix(v, m, 0, 4, 8, 12, 11, 8);
    mix(v, m, 1, 5, 9, 13, 12, 0);
    mix(v, m, 2, 6, 10, 14, 5, 2);
    mix(v, m, 3, 7, 11, 15, 15, 13);
    mix(v, m, 0, 5, 10, 15, 10, 14);
    mix(v, m, 1, 6, 11, 12, 3, 6);
    mix(v, m, 2, 7, 8, 13, 7, 1);
    mix(v, m, 3, 4, 9, 14, 9, 4);

    mix(v, m, 0, 4, 8, 12, 7, 9);
    mix(v, m, 1, 5, 9, 13, 3, 1);
    mix(v, m, 2, 6, 10, 14, 13, 12);
    mix(v, m, 3, 7, 11, 15, 11, 14);
    mix(v, m, 0, 5, 10, 15, 2, 6);
    mix(v, m, 1, 6, 11, 12, 5, 10);
    mix(v, m, 2, 7, 8, 13, 4, 0);
    mix(v, m, 3, 4, 9, 14, 15, 8);
  }

  private static void rounds4To7(int[] v, int[] m) {
    mix(v, m, 0, 4, 8, 12, 9, 0);
    mix(v, m, 1, 5, 9, 13, 5, 7);
    mix(v, m, 2, 6, 10, 14, 2, 4);
    mix(v, m, 3, 7, 11, 15, 10, 15);
    mix(v, m, 0, 5, 10, 15, 14, 1);
    mix(v, m, 1, 6, 11, 12, 11, 12);
    mix(v, m, 2, 7, 8, 13, 6, 8);
    mix(v, m, 3, 4, 9, 14, 3, 13);

    mix(v, m, 0, 4, 8, 12, 2, 12);
    mix(v, m, 1, 5, 9, 13, 6, 10);
    mix(v, m, 2, 6, 10, 14, 0, 11);
    mix(v, m, 3, 7, 11, 15, 8, 3);
    mix(v, m, 0, 5, 10, 15, 4, 13);
    mix(v, m, 1, 6, 11, 12, 7, 5);
    mix(v, m, 2, 7, 8, 13, 15, 14);
    mix(v, m, 3, 4, 9, 14, 1, 9);

    mix(v, m, 0, 4, 8, 12, 12, 5);
    mix(v, m, 1, 5, 9, 13, 1, 15);
    mix(v, m, 2, 6, 10, 14, 14, 13);
    mix(v, m, 3, 7, 11, 15, 4, 10);
    mix(v, m, 0, 5, 10, 15, 0, 7);
    mix(v, m, 1, 6, 11, 12, 6, 3);
    mix(v, m, 2, 7, 8, 13, 9, 2);
    mix(v, m, 3, 4, 9, 14, 8, 11);

    mix(v, m, 0, 4, 8, 12, 13, 11);
    mix(v, m, 1, 5, 9, 13, 7, 14);
    mix(v, m, 2, 6, 10, 14, 12, 1);
    mix(v, m, 3, 7, 11, 15, 3, 9);
    mix(v, m, 0, 5, 10, 15, 5, 0);
    mix(v, m, 1, 6, 11, 12, 15, 4);
    mix(v, m, 2, 7, 8, 13, 8, 6);
    mix(v, m, 3, 4, 9, 14, 2, 10);
  }

  private static void rounds8And9(int[] v, int[] m) {
    mix(v, m, 0, 4, 8, 12, 6, 15);
    mix(v, m, 1, 5, 9, 13, 14, 9);
    mix(v, m, 2, 6, 10, 14, 11, 3);
    mix(v, m, 3, 7, 11, 15, 0, 8);
    mix(v, m, 0, 5, 10, 15, 12, 2);
    mix(v, m, 1, 6, 11, 12, 13, 7);
    mix(v, m, 2, 7, 8, 13, 1, 4);
    mix(v, m, 3, 4, 9, 14, 10, 5);

    mix(v, m, 0, 4, 8, 12, 10, 2);
    mix(v, m, 1, 5, 9, 13, 8, 4);
    mix(v, m, 2, 6, 10, 14, 7, 6);
    mix(v, m, 3, 7, 11, 15, 1, 5);
    mix(v, m, 0, 5, 10, 15, 15, 11);
    mix(v, m, 1, 6, 11, 12, 9, 14);
    mix(v, m, 2, 7, 8, 13, 3, 12);
    mix(v, m, 3, 4, 9, 14, 13, 0);
  }

  /**
   * Mixes a column or diagonal of the state with the words {@code i} and {@code j} of the block.
   */
  private static void mix(int[] v, int[] m, int a, int b, int c, int d, int i, int j) {
    int va = v[a] + v[b] + (m[i] ^ PI[j]);
    int vd = Integer.rotateRight(v[d] ^ va, 16);
    int vc = v[c] + vd;
    int vb = Integer.rotateRight(v[b] ^ vc, 12);
    va += vb + (m[j] ^ PI[i]);
    vd = Integer.rotateRight(vd ^ va, 8);
    vc += vd;
    v[a] = va;
    v[b] = Integer.rotateRight(vb ^ vc, 7);
    v[c] = vc;
    v[d] = vd;
  }
}
