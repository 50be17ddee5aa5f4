package io.powerpool.algorithm.digest;

/**
 * Whirlpool, in its final form (ISO/IEC 10118-3). Takes 64 bytes.
 *
 * <p>Source: Barreto, Rijmen, "The Whirlpool hashing function", 2003. A word holds a row with its
 * first byte as the least significant one.
 */
public final class Whirlpool implements Digest {

  private static final int SIZE = 64;
  private static final int WORDS = SIZE / Long.BYTES;
  private static final int ROUNDS = 10;

  /** The S-box is made of two small ones, the first of which is used both ways. */
  private static final int[] MINI_BOX = {1, 11, 9, 12, 13, 6, 15, 3, 14, 8, 7, 4, 10, 2, 5, 0};

  private static final int[] RANDOM_BOX = {7, 12, 11, 13, 14, 4, 9, 15, 6, 3, 8, 10, 2, 5, 1, 0};

  /** S-box and diffusion of a byte by its value, and in the next 256 places each, by its column. */
  private static final long[] TABLE = new long[WORDS * 256];

  /** What is added to the first row of the key in each round: the S-box, eight bytes at a time. */
  private static final long[] ROUND_CONSTANTS = new long[ROUNDS];

  static {
    int[] factors = {1, 1, 4, 1, 8, 5, 2, 9};
    for (int i = 0; i < 256; i++) {
      int s = substitute(i);
      long row = 0;
      for (int j = 0; j < factors.length; j++) {
        row |= (long) times(s, factors[j]) << (8 * j);
      }
      for (int j = 0; j < WORDS; j++) {
        TABLE[j * 256 + i] = Long.rotateLeft(row, 8 * j);
      }
      if (i < ROUNDS * Long.BYTES) {
        ROUND_CONSTANTS[i / Long.BYTES] |= (long) s << (8 * (i % Long.BYTES));
      }
    }
  }

  /** The keys of the rounds of the first block, which the chain of zeros makes. */
  private static final long[][] FIRST_KEYS = new long[ROUNDS + 1][WORDS];

  /** The padding: a one bit, zeros, and the number of bits as a big-endian number. */
  private static final long[] LAST_BLOCK = {0x80, 0, 0, 0, 0, 0, 0, 2L << 48};

  static {
    for (int i = 0; i < ROUNDS; i++) {
      mix(FIRST_KEYS[i], FIRST_KEYS[i + 1]);
      FIRST_KEYS[i + 1][0] ^= ROUND_CONSTANTS[i];
    }
  }

  private final long[] block = new long[WORDS];
  private final long[] chain = new long[WORDS];
  private final long[] key = new long[WORDS];
  private final long[] state = new long[WORDS];
  private final long[] other = new long[WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    Words.readLittle(source, from, block, WORDS);
    System.arraycopy(block, 0, state, 0, WORDS);
    for (int i = 1; i <= ROUNDS; i += 2) {
      mix(state, other);
      add(other, FIRST_KEYS[i]);
      mix(other, state);
      add(state, FIRST_KEYS[i + 1]);
    }
    for (int i = 0; i < WORDS; i++) {
      chain[i] = state[i] ^ block[i];
      key[i] = chain[i];
      state[i] = chain[i] ^ LAST_BLOCK[i];
    }
    for (int i = 0; i < ROUNDS; i += 2) {
      mix(key, other);
      other[0] ^= ROUND_CONSTANTS[i];
      mix(state, block);
      add(block, other);
      mix(other, key);
      key[0] ^= ROUND_CONSTANTS[i + 1];
      mix(block, state);
      add(state, key);
    }
    add(state, chain);
    add(state, LAST_BLOCK);
    Words.writeLittle(state, 0, WORDS, sink, to);
  }

  private static void add(long[] x, long[] y) {
    for (int i = 0; i < WORDS; i++) {
      x[i] ^= y[i];
    }
  }

  /** A round without its key: S-box, shift of the columns, diffusion of the rows. */
  private static void mix(long[] x, long[] y) {
    y[0] = row(x[0], x[7], x[6], x[5], x[4], x[3], x[2], x[1]);
    y[1] = row(x[1], x[0], x[7], x[6], x[5], x[4], x[3], x[2]);
    y[2] = row(x[2], x[1], x[0], x[7], x[6], x[5], x[4], x[3]);
    y[3] = row(x[3], x[2], x[1], x[0], x[7], x[6], x[5], x[4]);
    y[4] = row(x[4], x[3], x[2], x[1], x[0], x[7], x[6], x[5]);
    y[5] = row(x[5], x[4], x[3], x[2], x[1], x[0], x[7], x[6]);
    y[6] = row(x[6], x[5], x[4], x[3], x[2], x[1], x[0], x[7]);
    y[7] = row(x[7], x[6], x[5], x[4], x[3], x[2], x[1], x[0]);
  }

  /** A new row from the rows whose bytes are shifted into its columns 0 to 7. */
  private static long row(long a, long b, long c, long d, long e, long f, long g, long h) {
    return TABLE[(int) a & 0xff]
        ^ TABLE[256 + ((int) (b >>> 8) & 0xff)]
        ^ TABLE[512 + ((int) (c >>> 16) & 0xff)]
        ^ TABLE[768 + ((int) (d >>> 24) & 0xff)]
        ^ TABLE[1024 + ((int) (e >>> 32) & 0xff)]
        ^ TABLE[1280 + ((int) (f >>> 40) & 0xff)]
        ^ TABLE[1536 + ((int) (g >>> 48) & 0xff)]
        ^ TABLE[1792 + (int) (h >>> 56)];
  }

  private static int substitute(int x) {
    int upper = MINI_BOX[x >> 4];
    int lower = 0;
    while (MINI_BOX[lower] != (x & 15)) {
      lower++;
    }
    int random = RANDOM_BOX[upper ^ lower];
    int result = 0;
    while (MINI_BOX[result] != (lower ^ random)) {
      result++;
    }
    return MINI_BOX[upper ^ random] << 4 | result;
  }

  /** The product in the field of 256 elements modulo x^8 + x^4 + x^3 + x^2 + 1. */
  private static int times(int a, int b) {
    int product = 0;
    for (int factor = a, rest = b; rest != 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        product ^= factor;
      }
      factor = factor << 1 ^ (factor >> 7) * 0x11d;
    }
    return product;
  }
}
