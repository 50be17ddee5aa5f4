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

  /** By which number's exclusive or the columns change places, in one step after the other. */
  private static final int[] SWAPS = {1, 6, 2, 3, 5, 7, 4};

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
    for (int round = 0; round < 4; round++) {
      int[] r = ROTATIONS[round];
      for (int half = 0; half < 2; half++) {
        fourSteps(s, w, round * 64 + half * 32, half == 1, rotated, r, round + half * 4);
      }
    }
    fourSteps(s, before, 0, false, rotated, ROTATIONS[3], 4);
  }

  /** After four steps the rows, which take turns, are back in their roles. */
  private static void fourSteps(
      int[] s, int[] w, int at, boolean majority, int[] rotated, int[] r, int swap) {
    step(s, 0, 8, 16, 24, w, at, majority, rotated, r[0], r[1], SWAPS[swap % 7]);
    step(s, 24, 0, 8, 16, w, at + 8, majority, rotated, r[1], r[2], SWAPS[(swap + 1) % 7]);
    step(s, 16, 24, 0, 8, w, at + 16, majority, rotated, r[2], r[3], SWAPS[(swap + 2) % 7]);
    step(s, 8, 16, 24, 0, w, at + 24, majority, rotated, r[3], r[0], SWAPS[(swap + 3) % 7]);
  }

  /**
   * Row {@code d} becomes the new first one, and {@code a} the second.
   *
   * @param majority whether the first three rows' majority is added, or their choice
   * @param r by how much row {@code a} is rotated
   * @param t by how much the sum is
   */
  private static void step(
      int[] s,
      int a,
      int b,
      int c,
      int d,
      int[] w,
      int at,
      boolean majority,
      int[] rotated,
      int r,
      int t,
      int swap) {
    for (int i = 0; i < 8; i++) {
      rotated[i] = Integer.rotateLeft(s[a + i], r);
    }
    for (int i = 0; i < 8; i++) {
      int x = s[a + i];
      int y = s[b + i];
      int z = s[c + i];
      int f = majority ? (x & y) | ((x | y) & z) : ((y ^ z) & x) ^ z;
      s[d + i] = Integer.rotateLeft(s[d + i] + w[at + i] + f, t) + rotated[i ^ swap];
    }
    System.arraycopy(rotated, 0, s, a, 8);
  }
}
