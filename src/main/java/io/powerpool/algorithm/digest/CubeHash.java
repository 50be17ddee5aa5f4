package io.powerpool.algorithm.digest;

/**
 * CubeHash16/32, a candidate of the SHA-3 competition's second round, with a result of 256 or 512
 * bits. Takes 32 or 64 bytes.
 *
 * <p>Source: Bernstein, "CubeHash specification (2.B.1)", 2009.
 */
public final class CubeHash implements Digest {

  /** Words of the state, and of a block. */
  private static final int WORDS = 32;

  private static final int BLOCK_WORDS = 8;
  private static final int BLOCK_SIZE = BLOCK_WORDS * Integer.BYTES;

  /** After each block, and ten times as many before and after all of them. */
  private static final int ROUNDS = 16;

  private final int size;
  private final Rounds rounds;
  private final int[] initial = new int[WORDS];
  private final int[] state = new int[WORDS];
  private final int[] block = new int[BLOCK_WORDS];

  private CubeHash(int size, Rounds rounds) {
    this.size = size;
    this.rounds = rounds;
    initial[0] = size;
    initial[1] = BLOCK_SIZE;
    initial[2] = ROUNDS;
    mix(initial, 10 * ROUNDS);
  }

  /** With a result of 32 bytes. */
  public static CubeHash of256() {
    return of256(Rounds.PLAIN);
  }

  /** With a result of 64 bytes. */
  public static CubeHash of512() {
    return of512(Rounds.PLAIN);
  }

  /** With a result of 32 bytes, by these rounds. */
  public static CubeHash of256(Rounds rounds) {
    return new CubeHash(32, rounds);
  }

  /** With a result of 64 bytes, by these rounds. */
  public static CubeHash of512(Rounds rounds) {
    return new CubeHash(64, rounds);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, size, length == 32 || length == 64);
    System.arraycopy(initial, 0, state, 0, WORDS);
    for (int at = 0; at < length; at += BLOCK_SIZE) {
      Words.readLittle(source, from + at, block, BLOCK_WORDS);
      for (int i = 0; i < BLOCK_WORDS; i++) {
        state[i] ^= block[i];
      }
      rounds.cubeHash(state, ROUNDS);
    }
    // A block of padding, with the one bit alone.
    state[0] ^= 0x80;
    rounds.cubeHash(state, ROUNDS);
    state[WORDS - 1] ^= 1;
    rounds.cubeHash(state, 10 * ROUNDS);
    Words.writeLittle(state, 0, size / Integer.BYTES, sink, to);
  }

  /**
   * An even number of rounds. Words that change places do so by name only; after two rounds all are
   * where they were.
   */
  static void mix(int[] x, int rounds) {
    int x0 = x[0];
    int x1 = x[1];
    int x2 = x[2];
    int x3 = x[3];
    int x4 = x[4];
    int x5 = x[5];
    int x6 = x[6];
    int x7 = x[7];
    int x8 = x[8];
    int x9 = x[9];
    int x10 = x[10];
    int x11 = x[11];
    int x12 = x[12];
    int x13 = x[13];
    int x14 = x[14];
    int x15 = x[15];
    int x16 = x[16];
    int x17 = x[17];
    int x18 = x[18];
    int x19 = x[19];
    int x20 = x[20];
    int x21 = x[21];
    int x22 = x[22];
    int x23 = x[23];
    int x24 = x[24];
    int x25 = x[25];
    int x26 = x[26];
    int x27 = x[27];
    int x28 = x[28];
    int x29 = x[29];
    int x30 = x[30];
    int x31 = x[31];
    for (int i = 0; i < rounds; i += 2) {
      x16 += x0;
      x24 += x8;
      x0 = Integer.rotateLeft(x0, 7) ^ x24;
      x8 = Integer.rotateLeft(x8, 7) ^ x16;
      x17 += x1;
      x25 += x9;
      x1 = Integer.rotateLeft(x1, 7) ^ x25;
      x9 = Integer.rotateLeft(x9, 7) ^ x17;
      x18 += x2;
      x26 += x10;
      x2 = Integer.rotateLeft(x2, 7) ^ x26;
      x10 = Integer.rotateLeft(x10, 7) ^ x18;
      x19 += x3;
      x27 += x11;
      x3 = Integer.rotateLeft(x3, 7) ^ x27;
      x11 = Integer.rotateLeft(x11, 7) ^ x19;
      x20 += x4;
      x28 += x12;
      x4 = Integer.rotateLeft(x4, 7) ^ x28;
      x12 = Integer.rotateLeft(x12, 7) ^ x20;
      x21 += x5;
      x29 += x13;
      x5 = Integer.rotateLeft(x5, 7) ^ x29;
      x13 = Integer.rotateLeft(x13, 7) ^ x21;
      x22 += x6;
      x30 += x14;
      x6 = Integer.rotateLeft(x6, 7) ^ x30;
      x14 = Integer.rotateLeft(x14, 7) ^ x22;
      x23 += x7;
      x31 += x15;
      x7 = Integer.rotateLeft(x7, 7) ^ x31;
      x15 = Integer.rotateLeft(x15, 7) ^ x23;
      x18 += x8;
      x22 += x12;
      x8 = Integer.rotateLeft(x8, 11) ^ x22;
      x12 = Integer.rotateLeft(x12, 11) ^ x18;
      x19 += x9;
      x23 += x13;
      x9 = Integer.rotateLeft(x9, 11) ^ x23;
      x13 = Integer.rotateLeft(x13, 11) ^ x19;
      x16 += x10;
      x20 += x14;
      x10 = Integer.rotateLeft(x10, 11) ^ x20;
      x14 = Integer.rotateLeft(x14, 11) ^ x16;
      x17 += x11;
      x21 += x15;
      x11 = Integer.rotateLeft(x11, 11) ^ x21;
      x15 = Integer.rotateLeft(x15, 11) ^ x17;
      x26 += x0;
      x30 += x4;
      x0 = Integer.rotateLeft(x0, 11) ^ x30;
      x4 = Integer.rotateLeft(x4, 11) ^ x26;
      x27 += x1;
      x31 += x5;
      x1 = Integer.rotateLeft(x1, 11) ^ x31;
      x5 = Integer.rotateLeft(x5, 11) ^ x27;
      x24 += x2;
      x28 += x6;
      x2 = Integer.rotateLeft(x2, 11) ^ x28;
      x6 = Integer.rotateLeft(x6, 11) ^ x24;
      x25 += x3;
      x29 += x7;
      x3 = Integer.rotateLeft(x3, 11) ^ x29;
      x7 = Integer.rotateLeft(x7, 11) ^ x25;
      x19 += x12;
      x27 += x4;
      x12 = Integer.rotateLeft(x12, 7) ^ x27;
      x4 = Integer.rotateLeft(x4, 7) ^ x19;
      x18 += x13;
      x26 += x5;
      x13 = Integer.rotateLeft(x13, 7) ^ x26;
      x5 = Integer.rotateLeft(x5, 7) ^ x18;
      x17 += x14;
      x25 += x6;
      x14 = Integer.rotateLeft(x14, 7) ^ x25;
      x6 = Integer.rotateLeft(x6, 7) ^ x17;
      x16 += x15;
      x24 += x7;
      x15 = Integer.rotateLeft(x15, 7) ^ x24;
      x7 = Integer.rotateLeft(x7, 7) ^ x16;
      x23 += x8;
      x31 += x0;
      x8 = Integer.rotateLeft(x8, 7) ^ x31;
      x0 = Integer.rotateLeft(x0, 7) ^ x23;
      x22 += x9;
      x30 += x1;
      x9 = Integer.rotateLeft(x9, 7) ^ x30;
      x1 = Integer.rotateLeft(x1, 7) ^ x22;
      x21 += x10;
      x29 += x2;
      x10 = Integer.rotateLeft(x10, 7) ^ x29;
      x2 = Integer.rotateLeft(x2, 7) ^ x21;
      x20 += x11;
      x28 += x3;
      x11 = Integer.rotateLeft(x11, 7) ^ x28;
      x3 = Integer.rotateLeft(x3, 7) ^ x20;
      x17 += x4;
      x21 += x0;
      x4 = Integer.rotateLeft(x4, 11) ^ x21;
      x0 = Integer.rotateLeft(x0, 11) ^ x17;
      x16 += x5;
      x20 += x1;
      x5 = Integer.rotateLeft(x5, 11) ^ x20;
      x1 = Integer.rotateLeft(x1, 11) ^ x16;
      x19 += x6;
      x23 += x2;
      x6 = Integer.rotateLeft(x6, 11) ^ x23;
      x2 = Integer.rotateLeft(x2, 11) ^ x19;
      x18 += x7;
      x22 += x3;
      x7 = Integer.rotateLeft(x7, 11) ^ x22;
      x3 = Integer.rotateLeft(x3, 11) ^ x18;
      x25 += x12;
      x29 += x8;
      x12 = Integer.rotateLeft(x12, 11) ^ x29;
      x8 = Integer.rotateLeft(x8, 11) ^ x25;
      x24 += x13;
      x28 += x9;
      x13 = Integer.rotateLeft(x13, 11) ^ x28;
      x9 = Integer.rotateLeft(x9, 11) ^ x24;
      x27 += x14;
      x31 += x10;
      x14 = Integer.rotateLeft(x14, 11) ^ x31;
      x10 = Integer.rotateLeft(x10, 11) ^ x27;
      x26 += x15;
      x30 += x11;
      x15 = Integer.rotateLeft(x15, 11) ^ x30;
      x11 = Integer.rotateLeft(x11, 11) ^ x26;
    }
    x[0] = x0;
    x[1] = x1;
    x[2] = x2;
    x[3] = x3;
    x[4] = x4;
    x[5] = x5;
    x[6] = x6;
    x[7] = x7;
    x[8] = x8;
    x[9] = x9;
    x[10] = x10;
    x[11] = x11;
    x[12] = x12;
    x[13] = x13;
    x[14] = x14;
    x[15] = x15;
    x[16] = x16;
    x[17] = x17;
    x[18] = x18;
    x[19] = x19;
    x[20] = x20;
    x[21] = x21;
    x[22] = x22;
    x[23] = x23;
    x[24] = x24;
    x[25] = x25;
    x[26] = x26;
    x[27] = x27;
    x[28] = x28;
    x[29] = x29;
    x[30] = x30;
    x[31] = x31;
  }
}
