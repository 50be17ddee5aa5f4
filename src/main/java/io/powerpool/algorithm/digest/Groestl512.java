package io.powerpool.algorithm.digest;

import java.util.Arrays;

/**
 * Groestl-512, a finalist of the SHA-3 competition. Takes 64 or 80 bytes.
 *
 * <p>Source: Gauravaram, Knudsen, Matusiewicz, Mendel, Rechberger, Schlaeffer, Thomsen, "Groestl -
 * a SHA-3 candidate", 2011. The state's columns lie one behind the other.
 */
public final class Groestl512 implements Digest {

  private static final int SIZE = 64;

  /** Bytes in a block and in the state. */
  private static final int STATE_SIZE = 128;

  private static final int ROWS = 8;
  private static final int COLUMNS = 16;
  private static final int ROUNDS = 14;

  /** SubBytes and MixBytes of a byte by its value, for each of the rows in turn. */
  private static final long[] TABLE = new long[ROWS * 256];

  /** What each round begins with adding to the columns; nothing after the last round. */
  private static final long[] CONSTANTS_P = new long[(ROUNDS + 1) * COLUMNS];

  private static final long[] CONSTANTS_Q = new long[(ROUNDS + 1) * COLUMNS];

  static {
    int[] factors = {2, 7, 5, 3, 5, 4, 3, 2};
    for (int i = 0; i < 256; i++) {
      long column = 0;
      for (int row = 0; row < ROWS; row++) {
        column |= (long) Aes.times(Aes.S_BOX[i] & 0xff, factors[row]) << (row * 8);
      }
      for (int row = 0; row < ROWS; row++) {
        TABLE[row * 256 + i] = Long.rotateLeft(column, row * 8);
      }
    }
    for (int i = 0; i < ROUNDS * COLUMNS; i++) {
      int round = i / COLUMNS;
      int column = i % COLUMNS;
      CONSTANTS_P[i] = (column << 4 ^ round) & 0xffL;
      CONSTANTS_Q[i] = ~((long) ((column << 4) ^ round) << 56);
    }
  }

  private final byte[] block = new byte[STATE_SIZE];
  private final byte[] chain = new byte[STATE_SIZE];
  private final byte[] mixed = new byte[STATE_SIZE];
  private final byte[] other = new byte[STATE_SIZE];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 64 || length == 80);
    System.arraycopy(source, from, block, 0, length);
    // The padding: a one bit, zeros, and the number of blocks.
    block[length] = (byte) 0x80;
    Arrays.fill(block, length + 1, STATE_SIZE - 1, (byte) 0);
    block[STATE_SIZE - 1] = 1;
    // The chain begins as the result's number of bits, which is 512, big-endian.
    System.arraycopy(block, 0, mixed, 0, STATE_SIZE);
    mixed[STATE_SIZE - 2] ^= 2;
    permuteP(mixed, other);
    permuteQ(block, other);
    add(mixed, block);
    mixed[STATE_SIZE - 2] ^= 2;
    System.arraycopy(mixed, 0, chain, 0, STATE_SIZE);
    permuteP(mixed, other);
    add(chain, mixed);
    System.arraycopy(chain, STATE_SIZE - SIZE, sink, to, SIZE);
  }

  private static void add(byte[] x, byte[] y) {
    for (int i = 0; i < STATE_SIZE; i += Long.BYTES) {
      Words.setLittle(x, i, Words.longLittle(x, i) ^ Words.longLittle(y, i));
    }
  }

  private static void addConstants(byte[] x, long[] constants) {
    for (int i = 0; i < COLUMNS; i++) {
      Words.setLittle(x, i * ROWS, Words.longLittle(x, i * ROWS) ^ constants[i]);
    }
  }

  private static void permuteP(byte[] x, byte[] y) {
    addConstants(x, CONSTANTS_P);
    for (int round = 0; round < ROUNDS; round += 2) {
      roundP(x, y, CONSTANTS_P, (round + 1) * COLUMNS);
      roundP(y, x, CONSTANTS_P, (round + 2) * COLUMNS);
    }
  }

  private static void permuteQ(byte[] x, byte[] y) {
    addConstants(x, CONSTANTS_Q);
    for (int round = 0; round < ROUNDS; round += 2) {
      roundQ(x, y, CONSTANTS_Q, (round + 1) * COLUMNS);
      roundQ(y, x, CONSTANTS_Q, (round + 2) * COLUMNS);
    }
  }

  /** SubBytes, ShiftBytes and MixBytes of the permutation P, and the next round's constants. */
  private static void roundP(byte[] x, byte[] y, long[] next, int at) {
    Words.setLittle(y, 0, column(x, 0, 9, 18, 27, 36, 45, 54, 95) ^ next[at + 0]);
    Words.setLittle(y, 8, column(x, 8, 17, 26, 35, 44, 53, 62, 103) ^ next[at + 1]);
    Words.setLittle(y, 16, column(x, 16, 25, 34, 43, 52, 61, 70, 111) ^ next[at + 2]);
    Words.setLittle(y, 24, column(x, 24, 33, 42, 51, 60, 69, 78, 119) ^ next[at + 3]);
    Words.setLittle(y, 32, column(x, 32, 41, 50, 59, 68, 77, 86, 127) ^ next[at + 4]);
    Words.setLittle(y, 40, column(x, 40, 49, 58, 67, 76, 85, 94, 7) ^ next[at + 5]);
    Words.setLittle(y, 48, column(x, 48, 57, 66, 75, 84, 93, 102, 15) ^ next[at + 6]);
    Words.setLittle(y, 56, column(x, 56, 65, 74, 83, 92, 101, 110, 23) ^ next[at + 7]);
    Words.setLittle(y, 64, column(x, 64, 73, 82, 91, 100, 109, 118, 31) ^ next[at + 8]);
    Words.setLittle(y, 72, column(x, 72, 81, 90, 99, 108, 117, 126, 39) ^ next[at + 9]);
    Words.setLittle(y, 80, column(x, 80, 89, 98, 107, 116, 125, 6, 47) ^ next[at + 10]);
    Words.setLittle(y, 88, column(x, 88, 97, 106, 115, 124, 5, 14, 55) ^ next[at + 11]);
    Words.setLittle(y, 96, column(x, 96, 105, 114, 123, 4, 13, 22, 63) ^ next[at + 12]);
    Words.setLittle(y, 104, column(x, 104, 113, 122, 3, 12, 21, 30, 71) ^ next[at + 13]);
    Words.setLittle(y, 112, column(x, 112, 121, 2, 11, 20, 29, 38, 79) ^ next[at + 14]);
    Words.setLittle(y, 120, column(x, 120, 1, 10, 19, 28, 37, 46, 87) ^ next[at + 15]);
  }

  /** SubBytes, ShiftBytes and MixBytes of the permutation Q, and the next round's constants. */
  private static void roundQ(byte[] x, byte[] y, long[] next, int at) {
    Words.setLittle(y, 0, column(x, 8, 25, 42, 91, 4, 21, 38, 55) ^ next[at + 0]);
    Words.setLittle(y, 8, column(x, 16, 33, 50, 99, 12, 29, 46, 63) ^ next[at + 1]);
    Words.setLittle(y, 16, column(x, 24, 41, 58, 107, 20, 37, 54, 71) ^ next[at + 2]);
    Words.setLittle(y, 24, column(x, 32, 49, 66, 115, 28, 45, 62, 79) ^ next[at + 3]);
    Words.setLittle(y, 32, column(x, 40, 57, 74, 123, 36, 53, 70, 87) ^ next[at + 4]);
    Words.setLittle(y, 40, column(x, 48, 65, 82, 3, 44, 61, 78, 95) ^ next[at + 5]);
    Words.setLittle(y, 48, column(x, 56, 73, 90, 11, 52, 69, 86, 103) ^ next[at + 6]);
    Words.setLittle(y, 56, column(x, 64, 81, 98, 19, 60, 77, 94, 111) ^ next[at + 7]);
    Words.setLittle(y, 64, column(x, 72, 89, 106, 27, 68, 85, 102, 119) ^ next[at + 8]);
    Words.setLittle(y, 72, column(x, 80, 97, 114, 35, 76, 93, 110, 127) ^ next[at + 9]);
    Words.setLittle(y, 80, column(x, 88, 105, 122, 43, 84, 101, 118, 7) ^ next[at + 10]);
    Words.setLittle(y, 88, column(x, 96, 113, 2, 51, 92, 109, 126, 15) ^ next[at + 11]);
    Words.setLittle(y, 96, column(x, 104, 121, 10, 59, 100, 117, 6, 23) ^ next[at + 12]);
    Words.setLittle(y, 104, column(x, 112, 1, 18, 67, 108, 125, 14, 31) ^ next[at + 13]);
    Words.setLittle(y, 112, column(x, 120, 9, 26, 75, 116, 5, 22, 39) ^ next[at + 14]);
    Words.setLittle(y, 120, column(x, 0, 17, 34, 83, 124, 13, 30, 47) ^ next[at + 15]);
  }

  /** A new column, from the places whose bytes are shifted into its rows 0 to 7. */
  private static long column(byte[] x, int a, int b, int c, int d, int e, int f, int g, int h) {
    return TABLE[x[a] & 0xff]
        ^ TABLE[256 + (x[b] & 0xff)]
        ^ TABLE[512 + (x[c] & 0xff)]
        ^ TABLE[768 + (x[d] & 0xff)]
        ^ TABLE[1024 + (x[e] & 0xff)]
        ^ TABLE[1280 + (x[f] & 0xff)]
        ^ TABLE[1536 + (x[g] & 0xff)]
        ^ TABLE[1792 + (x[h] & 0xff)];
  }
}
