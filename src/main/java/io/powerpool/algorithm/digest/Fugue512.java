package io.powerpool.algorithm.digest;

import java.util.Arrays;

/**
 * Fugue-512, a candidate of the SHA-3 competition's second round. Takes 64 bytes.
 *
 * <p>Source: Halevi, Hall, Jutla, "The hash function Fugue", 2009. The state's columns stay where
 * they are; instead of a rotation of the state, the column that counts as the first moves.
 */
public final class Fugue512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;

  /** Of four bytes each, which are a word with the byte of row 0 as the most significant one. */
  private static final int COLUMNS = 36;

  /** Words of input, with the padding. */
  private static final int INPUT_WORDS = 18;

  private static final int[] INITIAL = {
    0x8807a57e, 0xe616af75, 0xc5d3e4db, 0xac9ab027, 0xd915f117, 0xb6eecc54, 0x06e8020b, 0x4a92efd1,
    0xaac6e2c9, 0xddb21398, 0xcae65838, 0x437f203f, 0x25ea78e7, 0x951fddd6, 0xda6ed11d, 0xe13e3567
  };

  /**
   * The AES's S-box and the column of the super-mix matrix, by the value of a byte in row 0 and, in
   * the next 256 places each, in the other rows.
   */
  private static final int[] TABLE = new int[4 * 256];

  static {
    for (int i = 0; i < 256; i++) {
      int s = Aes.S_BOX[i] & 0xff;
      int column = s << 24 | s << 16 | Aes.times(s, 7) << 8 | Aes.times(s, 4);
      for (int row = 0; row < 4; row++) {
        TABLE[row * 256 + i] = Integer.rotateRight(column, row * 8);
      }
    }
  }

  private final int[] input = new int[INPUT_WORDS];
  private final int[] state = new int[COLUMNS];
  private final int[] result = new int[SIZE / Integer.BYTES];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    int[] s = state;
    Arrays.fill(s, 0, COLUMNS - INITIAL.length, 0);
    System.arraycopy(INITIAL, 0, s, COLUMNS - INITIAL.length, INITIAL.length);
    Words.readBig(source, from, input, SIZE / Integer.BYTES);
    // The padding: the number of bits in 64 bits.
    input[SIZE / Integer.BYTES + 1] = BITS;
    for (int i = 0; i < input.length; i += 3) {
      take(s, 0, input[i]);
      take(s, 24, input[i + 1]);
      take(s, 12, input[i + 2]);
    }
    int first = finish(s);
    for (int i = 0; i < 4; i++) {
      result[i] = s[column(first + 1 + i)];
      result[4 + i] = s[column(first + 9 + i)];
      result[8 + i] = s[column(first + 18 + i)];
      result[12 + i] = s[column(first + 27 + i)];
    }
    Words.writeBig(result, 0, result.length, sink, to);
  }

  private static int column(int i) {
    return i < COLUMNS ? i : i - COLUMNS;
  }

  /** Takes in a word; the first column becomes that twelve places before. */
  private static void take(int[] s, int first, int word) {
    s[column(first + 22)] ^= s[first];
    s[first] = word;
    s[column(first + 8)] ^= word;
    s[column(first + 1)] ^= s[column(first + 24)];
    s[column(first + 4)] ^= s[column(first + 27)];
    s[column(first + 7)] ^= s[column(first + 30)];
    turn(s, column(first + 33));
    turn(s, column(first + 30));
    turn(s, column(first + 27));
    turn(s, column(first + 24));
  }

  /** Mixes columns with each other, and then the first four in themselves. */
  private static void turn(int[] s, int first) {
    int x = s[column(first + 4)];
    int y = s[column(first + 5)];
    int z = s[column(first + 6)];
    s[first] ^= x;
    s[column(first + 1)] ^= y;
    s[column(first + 2)] ^= z;
    s[column(first + 18)] ^= x;
    s[column(first + 19)] ^= y;
    s[column(first + 20)] ^= z;
    superMix(s, first, column(first + 1), column(first + 2), column(first + 3));
  }

  /** Returns the column that counts as the first in the end. */
  private static int finish(int[] s) {
    for (int i = 0; i < 32; i += 4) {
      // Four turns lead twelve places back.
      int first = column(12 * (2 - i / 4 % 3) + 12);
      turn(s, column(first + 33));
      turn(s, column(first + 30));
      turn(s, column(first + 27));
      turn(s, column(first + 24));
    }
    int first = 12;
    for (int i = 0; i < 13; i++) {
      first = spread(s, first, 9, 18, 27);
      first = spread(s, first, 10, 18, 27);
      first = spread(s, first, 10, 19, 27);
      // The last time, the first column moves by one place less.
      add(s, first, 10, 19, 28);
      first = column(first + 28);
      superMix(s, first, column(first + 1), column(first + 2), column(first + 3));
    }
    add(s, first, 9, 18, 27);
    return first;
  }

  /** Adds the first column to others, and mixes the four from nine places before on. */
  private static int spread(int[] s, int first, int i, int j, int k) {
    add(s, first, i, j, k);
    int next = column(first + 27);
    superMix(s, next, column(next + 1), column(next + 2), column(next + 3));
    return next;
  }

  /** Adds the first column to the one four places further and to three others. */
  private static void add(int[] s, int first, int i, int j, int k) {
    int x = s[first];
    s[column(first + 4)] ^= x;
    s[column(first + i)] ^= x;
    s[column(first + j)] ^= x;
    s[column(first + k)] ^= x;
  }

  /**
   * SMIX: the S-box, and the product of four columns with the super-mix matrix. Every byte goes
   * into its own column, and into its own row of the other columns.
   */
  private static void superMix(int[] s, int first, int second, int third, int fourth) {
    int x = s[first];
    int x0 = TABLE[x >>> 24];
    int x1 = TABLE[256 + (x >>> 16 & 0xff)];
    int x2 = TABLE[512 + (x >>> 8 & 0xff)];
    int x3 = TABLE[768 + (x & 0xff)];
    x = s[second];
    int y0 = TABLE[x >>> 24];
    int y1 = TABLE[256 + (x >>> 16 & 0xff)];
    int y2 = TABLE[512 + (x >>> 8 & 0xff)];
    int y3 = TABLE[768 + (x & 0xff)];
    x = s[third];
    int z0 = TABLE[x >>> 24];
    int z1 = TABLE[256 + (x >>> 16 & 0xff)];
    int z2 = TABLE[512 + (x >>> 8 & 0xff)];
    int z3 = TABLE[768 + (x & 0xff)];
    x = s[fourth];
    int w0 = TABLE[x >>> 24];
    int w1 = TABLE[256 + (x >>> 16 & 0xff)];
    int w2 = TABLE[512 + (x >>> 8 & 0xff)];
    int w3 = TABLE[768 + (x & 0xff)];
    int c0 = x0 ^ x1 ^ x2 ^ x3;
    int c1 = y0 ^ y1 ^ y2 ^ y3;
    int c2 = z0 ^ z1 ^ z2 ^ z3;
    int c3 = w0 ^ w1 ^ w2 ^ w3;
    int r0 = y0 ^ z0 ^ w0;
    int r1 = x1 ^ z1 ^ w1;
    int r2 = x2 ^ y2 ^ w2;
    int r3 = x3 ^ y3 ^ z3;
    s[first] = join(c0 ^ r0, c1 ^ r1, c2 ^ r2, c3 ^ r3);
    s[second] = join(c1 ^ r0 << 8, c2 ^ r1 << 8, c3 ^ r2 << 8, c0 ^ r3 >>> 24);
    s[third] = join(c2 ^ r0 << 16, c3 ^ r1 << 16, c0 ^ r2 >>> 16, c1 ^ r3 >>> 16);
    s[fourth] = join(c3 ^ r0 << 24, c0 ^ r1 >>> 8, c1 ^ r2 >>> 8, c2 ^ r3 >>> 8);
  }

  /** A byte of each: from the first the uppermost, and so on. */
  private static int join(int a, int b, int c, int d) {
    return (a & 0xff000000) | (b & 0x00ff0000) | (c & 0x0000ff00) | (d & 0x000000ff);
  }
}
