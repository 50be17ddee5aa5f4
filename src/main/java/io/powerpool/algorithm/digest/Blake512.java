package io.powerpool.algorithm.digest;

/**
 * BLAKE-512, the finalist of the SHA-3 competition, with 16 rounds. Takes 64 or 80 bytes.
 *
 * <p>Source of the constants: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", version 1.3,
 * section 2.2.
 */
public final class Blake512 implements Digest {

  private static final int SIZE = 64;

  /** Words in a block and in the state that mixes it. */
  private static final int WORDS = 16;

  private static final long[] INITIAL = {
    0x6a09e667f3bcc908L, 0xbb67ae8584caa73bL, 0x3c6ef372fe94f82bL, 0xa54ff53a5f1d36f1L,
    0x510e527fade682d1L, 0x9b05688c2b3e6c1fL, 0x1f83d9abfb41bd6bL, 0x5be0cd19137e2179L
  };

  /** The leading digits of pi. */
  private static final long[] PI = {
    0x243f6a8885a308d3L, 0x13198a2e03707344L, 0xa4093822299f31d0L, 0x082efa98ec4e6c89L,
    0x452821e638d01377L, 0xbe5466cf34e90c6cL, 0xc0ac29b7c97c50ddL, 0x3f84d5b5b5470917L,
    0x9216d5d98979fb1bL, 0xd1310ba698dfb5acL, 0x2ffd72dbd01adfb7L, 0xb8e1afed6a267e96L,
    0xba7c9045f12c7f99L, 0x24a19947b3916cf7L, 0x0801f2e2858efc16L, 0x636920d871574e69L
  };

  private final long[] chain = new long[SIZE / Long.BYTES];
  private final long[] block = new long[WORDS];
  private final long[] state = new long[WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 64 || length == 80);
    System.arraycopy(INITIAL, 0, chain, 0, chain.length);
    int words = length / Long.BYTES;
    Words.readBig(source, from, block, words);
    Words.pad(block, words, 1L << 63);
    // Another one bit ends the padding; the number of bits follows, in 128 bits.
    block[13] = 1;
    block[15] = (long) length * Byte.SIZE;
    compress(length * Byte.SIZE);
    Words.writeBig(chain, 0, chain.length, sink, to);
  }

  /**
   * Mixes the block into the chain.
   *
   * @param bits how many bits of input were read when the block ends
   */
  private void compress(int bits) {
    long[] v = state;
    long[] m = block;
    System.arraycopy(chain, 0, v, 0, 8);
    System.arraycopy(PI, 0, v, 8, 8);
    v[12] ^= bits;
    v[13] ^= bits;
    rounds0To3(v, m);
    rounds4And5(v, m);
    rounds6To9(v, m);
    rounds0To3(v, m);
    rounds4And5(v, m);
    for (int i = 0; i < 8; i++) {
      chain[i] ^= v[i] ^ v[i + 8];
    }
  }

  private static void rounds0To3(long[] v, long[] m) {
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

  private static void rounds4And5(long[] v, long[] m) {
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
  }

  private static void rounds6To9(long[] v, long[] m) {
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
  private static void mix(long[] v, long[] m, int a, int b, int c, int d, int i, int j) {
    long va = v[a] + v[b] + (m[i] ^ PI[j]);
    long vd = Long.rotateRight(v[d] ^ va, 32);
    long vc = v[c] + vd;
    long vb = Long.rotateRight(v[b] ^ vc, 25);
    va += vb + (m[j] ^ PI[i]);
    vd = Long.rotateRight(vd ^ va, 16);
    vc += vd;
    v[a] = va;
    v[b] = Long.rotateRight(vb ^ vc, 11);
    v[c] = vc;
    v[d] = vd;
  }
}
