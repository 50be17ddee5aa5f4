package io.powerpool.algorithm.digest;

/**
 * Groestl-512, a finalist of the SHA-3 competition. Takes 64 or 80 bytes.
 *
 * <p>Source: Gauravaram, Knudsen, Matusiewicz, Mendel, Rechberger, Schlaeffer, Thomsen, "Groestl -
 * a SHA-3 candidate", 2011. A word is a column of the state with row 0 as the least significant
 * byte.
 */
public final class Groestl512 implements Digest {

  private static final int SIZE = 64;

  /** Columns of the state, and words in a block. */
  private static final int COLUMNS = 16;

  private static final int ROUNDS = 14;

  /** The number of bits in the result, in the last column's last bytes. */
  private static final long INITIAL = Long.reverseBytes(SIZE * Byte.SIZE);

  /** SubBytes and MixBytes of a byte by its value, for each of the 8 rows in turn. */
  private static final long[] TABLE = new long[8 * 256];

  static {
    int[] factors = {2, 7, 5, 3, 5, 4, 3, 2};
    for (int i = 0; i < 256; i++) {
      long column = 0;
      for (int row = 0; row < 8; row++) {
        column |= (long) Aes.times(Aes.S_BOX[i] & 0xff, factors[row]) << (row * 8);
      }
      for (int row = 0; row < 8; row++) {
        TABLE[row * 256 + i] = Long.rotateLeft(column, row * 8);
      }
    }
  }

  private final long[] block = new long[COLUMNS];
  private final long[] chain = new long[COLUMNS];
  private final long[] mixed = new long[COLUMNS];
  private final long[] other = new long[COLUMNS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 64 || length == 80);
    int words = length / Long.BYTES;
    Words.readLittle(source, from, block, words);
    Words.pad(block, words, 0x80);
    // The number of blocks, in big-endian order.
    block[COLUMNS - 1] = 1L << 56;
    System.arraycopy(block, 0, mixed, 0, COLUMNS);
    mixed[COLUMNS - 1] ^= INITIAL;
    permuteP(mixed, other);
    permuteQ(block, other);
    for (int i = 0; i < COLUMNS; i++) {
      chain[i] = mixed[i] ^ block[i];
    }
    chain[COLUMNS - 1] ^= INITIAL;
    System.arraycopy(chain, 0, mixed, 0, COLUMNS);
    permuteP(mixed, other);
    for (int i = COLUMNS / 2; i < COLUMNS; i++) {
      chain[i] ^= mixed[i];
    }
    Words.writeLittle(chain, COLUMNS / 2, COLUMNS / 2, sink, to);
  }

  private static void permuteP(long[] x, long[] y) {
    for (int round = 0; round < ROUNDS; round += 2) {
      addP(x, round);
      mixP(x, y);
      addP(y, round + 1);
      mixP(y, x);
    }
  }

  private static void permuteQ(long[] x, long[] y) {
    for (int round = 0; round < ROUNDS; round += 2) {
      addQ(x, round);
      mixQ(x, y);
      addQ(y, round + 1);
      mixQ(y, x);
    }
  }

  private static void addP(long[] x, int round) {
    for (int i = 0; i < COLUMNS; i++) {
      x[i] ^= i << 4 ^ round;
    }
  }

  private static void addQ(long[] x, int round) {
    for (int i = 0; i < COLUMNS; i++) {
      x[i] = ~(x[i] ^ (long) (i << 4 ^ round) << 56);
    }
  }

  /** SubBytes, ShiftBytes and MixBytes of the permutation P. */
  private static void mixP(long[] x, long[] y) {
    y[0] = column(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[11]);
    y[1] = column(x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[12]);
    y[2] = column(x[2], x[3], x[4], x[5], x[6], x[7], x[8], x[13]);
    y[3] = column(x[3], x[4], x[5], x[6], x[7], x[8], x[9], x[14]);
    y[4] = column(x[4], x[5], x[6], x[7], x[8], x[9], x[10], x[15]);
    y[5] = column(x[5], x[6], x[7], x[8], x[9], x[10], x[11], x[0]);
    y[6] = column(x[6], x[7], x[8], x[9], x[10], x[11], x[12], x[1]);
    y[7] = column(x[7], x[8], x[9], x[10], x[11], x[12], x[13], x[2]);
    y[8] = column(x[8], x[9], x[10], x[11], x[12], x[13], x[14], x[3]);
    y[9] = column(x[9], x[10], x[11], x[12], x[13], x[14], x[15], x[4]);
    y[10] = column(x[10], x[11], x[12], x[13], x[14], x[15], x[0], x[5]);
    y[11] = column(x[11], x[12], x[13], x[14], x[15], x[0], x[1], x[6]);
    y[12] = column(x[12], x[13], x[14], x[15], x[0], x[1], x[2], x[7]);
    y[13] = column(x[13], x[14], x[15], x[0], x[1], x[2], x[3], x[8]);
    y[14] = column(x[14], x[15], x[0], x[1], x[2], x[3], x[4], x[9]);
    y[15] = column(x[15], x[0], x[1], x[2], x[3], x[4], x[5], x[10]);
  }

  /** SubBytes, ShiftBytes and MixBytes of the permutation Q. */
  private static void mixQ(long[] x, long[] y) {
    y[0] = column(x[1], x[3], x[5], x[11], x[0], x[2], x[4], x[6]);
    y[1] = column(x[2], x[4], x[6], x[12], x[1], x[3], x[5], x[7]);
    y[2] = column(x[3], x[5], x[7], x[13], x[2], x[4], x[6], x[8]);
    y[3] = column(x[4], x[6], x[8], x[14], x[3], x[5], x[7], x[9]);
    y[4] = column(x[5], x[7], x[9], x[15], x[4], x[6], x[8], x[10]);
    y[5] = column(x[6], x[8], x[10], x[0], x[5], x[7], x[9], x[11]);
    y[6] = column(x[7], x[9], x[11], x[1], x[6], x[8], x[10], x[12]);
    y[7] = column(x[8], x[10], x[12], x[2], x[7], x[9], x[11], x[13]);
    y[8] = column(x[9], x[11], x[13], x[3], x[8], x[10], x[12], x[14]);
    y[9] = column(x[10], x[12], x[14], x[4], x[9], x[11], x[13], x[15]);
    y[10] = column(x[11], x[13], x[15], x[5], x[10], x[12], x[14], x[0]);
    y[11] = column(x[12], x[14], x[0], x[6], x[11], x[13], x[15], x[1]);
    y[12] = column(x[13], x[15], x[1], x[7], x[12], x[14], x[0], x[2]);
    y[13] = column(x[14], x[0], x[2], x[8], x[13], x[15], x[1], x[3]);
    y[14] = column(x[15], x[1], x[3], x[9], x[14], x[0], x[2], x[4]);
    y[15] = column(x[0], x[2], x[4], x[10], x[15], x[1], x[3], x[5]);
  }

  /** A new column, from the columns whose rows 0 to 7 are shifted into it. */
  private static long column(long a, long b, long c, long d, long e, long f, long g, long h) {
    return TABLE[(int) a & 0xff]
        ^ TABLE[256 + ((int) (b >>> 8) & 0xff)]
        ^ TABLE[512 + ((int) (c >>> 16) & 0xff)]
        ^ TABLE[768 + ((int) (d >>> 24) & 0xff)]
        ^ TABLE[1024 + ((int) (e >>> 32) & 0xff)]
        ^ TABLE[1280 + ((int) (f >>> 40) & 0xff)]
        ^ TABLE[1536 + ((int) (g >>> 48) & 0xff)]
        ^ TABLE[1792 + (int) (h >>> 56)];
  }
}
