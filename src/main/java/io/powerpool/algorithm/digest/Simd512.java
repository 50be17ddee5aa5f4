package io.powerpool.algorithm.digest;

/**
 * SIMD-512, a candidate of the SHA-3 competition's second round, with the tweak made there. Takes
 * 64 bytes.
 *
 * <p>Source: Leurent, Bouillaguet, Fouque, "SIMD is a message digest", version 1.1.
 */
public final class Simd512 implements Digest {

  private static final int SIZE = 64;

  /** Words in the state: four rows of eight. */
  private static final int WORDS = 32;

  /** Words of the expanded block: eight for each of 32 steps. */
  private static final int EXPANDED = 256;

  private static final int[] INITIAL = {
    0x0ba16b95, 0x72f999ad, 0x9fecc2ae, 0xba3264fc, 0x5e894929, 0x8e9f30e5, 0x2f1daa37, 0xf0f2c558,
    0xac506643, 0xa90635a5, 0xe25b878b, 0xaab7878f, 0x88817f7a, 0x0a02892b, 0x559a7550, 0x598f657e,
    0x7eef60a1, 0x6b70e3e8, 0x9c1714d1, 0xb958e2a8, 0xab02675e, 0xed1c014f, 0xcd8d65bb, 0xfdb7a257,
    0x09254899, 0xd699c7bc, 0x9019b6dc, 0x2b9022e4, 0x8fa14956, 0x21bf9bd3, 0xb94d0943, 0x6ffddc22
  };

  /** Where each round's steps find their eight words. */
  private static final int[][] PLACES = {
    {32, 48, 0, 16, 56, 40, 24, 8},
    {120, 88, 96, 64, 72, 104, 80, 112},
    {136, 144, 184, 160, 176, 168, 128, 152},
    {240, 192, 200, 248, 216, 232, 224, 208}
  };

  /** By which number's exclusive or the columns change places, in one step after the other. */
  private static final int[] SWAPS = {1, 6, 2, 3, 5, 7, 4, 1, 6, 2, 3};

  /** Rotations of the steps of each of four rounds. */
  private static final int[][] ROTATIONS = {
    {3, 23, 17, 27}, {28, 19, 22, 7}, {29, 9, 15, 5}, {4, 13, 10, 25}
  };

  /** The expanded last block, which holds but the input's length. */
  private static final int[] LAST = new int[EXPANDED];

  static {
    byte[] block = new byte[SIZE];
    block[1] = (SIZE * Byte.SIZE) >> 8;
    new SimdExpansion(true).expand(block, 0, LAST);
  }

  private final SimdExpansion expansion = new SimdExpansion(false);
  private final int[] expanded = new int[EXPANDED];
  private final int[] block = new int[WORDS / 2];
  private final int[] chain = new int[WORDS];
  private final int[] state = new int[WORDS];
  private final int[] rotated = new int[WORDS / 4];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    expansion.expand(source, from, expanded);
    Words.readLittle(source, from, block, WORDS / 2);
    System.arraycopy(INITIAL, 0, state, 0, WORDS);
    for (int i = 0; i < WORDS / 2; i++) {
      state[i] ^= block[i];
    }
    mix(state, expanded, INITIAL, rotated);
    System.arraycopy(state, 0, chain, 0, WORDS);
    state[0] ^= SIZE * Byte.SIZE;
    mix(state, LAST, chain, rotated);
    Words.writeLittle(state, 0, SIZE / Integer.BYTES, sink, to);
  }

  /** Four rounds of the expanded block, and half a round of the chain before. */
  private static void mix(int[] s, int[] w, int[] before, int[] rotated) {
    for (int i = 0; i < 4; i++) {
      int[] r = ROTATIONS[i];
      int[] at = PLACES[i];
      choose(s, 0, 8, 16, 24, w, at[0], r[0], r[1], rotated, SWAPS[i]);
      choose(s, 24, 0, 8, 16, w, at[1], r[1], r[2], rotated, SWAPS[i + 1]);
      choose(s, 16, 24, 0, 8, w, at[2], r[2], r[3], rotated, SWAPS[i + 2]);
      choose(s, 8, 16, 24, 0, w, at[3], r[3], r[0], rotated, SWAPS[i + 3]);
      major(s, 0, 8, 16, 24, w, at[4], r[0], r[1], rotated, SWAPS[i + 4]);
      major(s, 24, 0, 8, 16, w, at[5], r[1], r[2], rotated, SWAPS[i + 5]);
      major(s, 16, 24, 0, 8, w, at[6], r[2], r[3], rotated, SWAPS[i + 6]);
      major(s, 8, 16, 24, 0, w, at[7], r[3], r[0], rotated, SWAPS[i + 7]);
    }
    int[] r = ROTATIONS[3];
    choose(s, 0, 8, 16, 24, before, 0, r[0], r[1], rotated, SWAPS[4]);
    choose(s, 24, 0, 8, 16, before, 8, r[1], r[2], rotated, SWAPS[5]);
    choose(s, 16, 24, 0, 8, before, 16, r[2], r[3], rotated, SWAPS[6]);
    choose(s, 8, 16, 24, 0, before, 24, r[3], r[0], rotated, SWAPS[7]);
  }

  /**
   * Row {@code d} becomes the new first one, and {@code a}, rotated by {@code r}, the second. The
   * sum is of row {@code d}, words, and what the first row's bits choose of the other two; it is
   * rotated by {@code t} before one of the rotated words is added.
   *
   * @param swap by which number's exclusive or the rotated words change places
   */
  private static void choose(
      int[] s, int a, int b, int c, int d, int[] w, int at, int r, int t, int[] rotated, int swap) {
    rotated[0] = Integer.rotateLeft(s[a], r);
    rotated[1] = Integer.rotateLeft(s[a + 1], r);
    rotated[2] = Integer.rotateLeft(s[a + 2], r);
    rotated[3] = Integer.rotateLeft(s[a + 3], r);
    rotated[4] = Integer.rotateLeft(s[a + 4], r);
    rotated[5] = Integer.rotateLeft(s[a + 5], r);
    rotated[6] = Integer.rotateLeft(s[a + 6], r);
    rotated[7] = Integer.rotateLeft(s[a + 7], r);
    s[d] = Integer.rotateLeft(s[d] + w[at] + choice(s[a], s[b], s[c]), t) + rotated[swap];
    s[d + 1] =
        Integer.rotateLeft(s[d + 1] + w[at + 1] + choice(s[a + 1], s[b + 1], s[c + 1]), t)
            + rotated[swap ^ 1];
    s[d + 2] =
        Integer.rotateLeft(s[d + 2] + w[at + 2] + choice(s[a + 2], s[b + 2], s[c + 2]), t)
            + rotated[swap ^ 2];
    s[d + 3] =
        Integer.rotateLeft(s[d + 3] + w[at + 3] + choice(s[a + 3], s[b + 3], s[c + 3]), t)
            + rotated[swap ^ 3];
    s[d + 4] =
        Integer.rotateLeft(s[d + 4] + w[at + 4] + choice(s[a + 4], s[b + 4], s[c + 4]), t)
            + rotated[swap ^ 4];
    s[d + 5] =
        Integer.rotateLeft(s[d + 5] + w[at + 5] + choice(s[a + 5], s[b + 5], s[c + 5]), t)
            + rotated[swap ^ 5];
    s[d + 6] =
        Integer.rotateLeft(s[d + 6] + w[at + 6] + choice(s[a + 6], s[b + 6], s[c + 6]), t)
            + rotated[swap ^ 6];
    s[d + 7] =
        Integer.rotateLeft(s[d + 7] + w[at + 7] + choice(s[a + 7], s[b + 7], s[c + 7]), t)
            + rotated[swap ^ 7];
    s[a] = rotated[0];
    s[a + 1] = rotated[1];
    s[a + 2] = rotated[2];
    s[a + 3] = rotated[3];
    s[a + 4] = rotated[4];
    s[a + 5] = rotated[5];
    s[a + 6] = rotated[6];
    s[a + 7] = rotated[7];
  }

  /** The same with the first three rows' majority. */
  private static void major(
      int[] s, int a, int b, int c, int d, int[] w, int at, int r, int t, int[] rotated, int swap) {
    rotated[0] = Integer.rotateLeft(s[a], r);
    rotated[1] = Integer.rotateLeft(s[a + 1], r);
    rotated[2] = Integer.rotateLeft(s[a + 2], r);
    rotated[3] = Integer.rotateLeft(s[a + 3], r);
    rotated[4] = Integer.rotateLeft(s[a + 4], r);
    rotated[5] = Integer.rotateLeft(s[a + 5], r);
    rotated[6] = Integer.rotateLeft(s[a + 6], r);
    rotated[7] = Integer.rotateLeft(s[a + 7], r);
    s[d] = Integer.rotateLeft(s[d] + w[at] + majority(s[a], s[b], s[c]), t) + rotated[swap];
    s[d + 1] =
        Integer.rotateLeft(s[d + 1] + w[at + 1] + majority(s[a + 1], s[b + 1], s[c + 1]), t)
            + rotated[swap ^ 1];
    s[d + 2] =
        Integer.rotateLeft(s[d + 2] + w[at + 2] + majority(s[a + 2], s[b + 2], s[c + 2]), t)
            + rotated[swap ^ 2];
    s[d + 3] =
        Integer.rotateLeft(s[d + 3] + w[at + 3] + majority(s[a + 3], s[b + 3], s[c + 3]), t)
            + rotated[swap ^ 3];
    s[d + 4] =
        Integer.rotateLeft(s[d + 4] + w[at + 4] + majority(s[a + 4], s[b + 4], s[c + 4]), t)
            + rotated[swap ^ 4];
    s[d + 5] =
        Integer.rotateLeft(s[d + 5] + w[at + 5] + majority(s[a + 5], s[b + 5], s[c + 5]), t)
            + rotated[swap ^ 5];
    s[d + 6] =
        Integer.rotateLeft(s[d + 6] + w[at + 6] + majority(s[a + 6], s[b + 6], s[c + 6]), t)
            + rotated[swap ^ 6];
    s[d + 7] =
        Integer.rotateLeft(s[d + 7] + w[at + 7] + majority(s[a + 7], s[b + 7], s[c + 7]), t)
            + rotated[swap ^ 7];
    s[a] = rotated[0];
    s[a + 1] = rotated[1];
    s[a + 2] = rotated[2];
    s[a + 3] = rotated[3];
    s[a + 4] = rotated[4];
    s[a + 5] = rotated[5];
    s[a + 6] = rotated[6];
    s[a + 7] = rotated[7];
  }

  private static int choice(int x, int y, int z) {
    return ((y ^ z) & x) ^ z;
  }

  private static int majority(int x, int y, int z) {
    return (x & y) | ((x | y) & z);
  }
}
