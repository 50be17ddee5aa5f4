package io.powerpool.algorithm.digest;

/**
 * Lyra2 with a matrix of 4 rows and 4 columns, a time cost of 1 and its input as password and as
 * salt, as Lyra2REv2 has it. Takes 32 bytes.
 *
 * <p>Source: Simplicio, Almeida, Andrade, dos Santos, Barreto, "Lyra2: password hashing scheme with
 * improved security against time-memory trade-offs", 2015; the sponge's permutation is that of
 * BLAKE2b (RFC 7693) without message words.
 */
public final class Lyra2 implements Digest {

  private static final int SIZE = 32;

  /** Words of the sponge, and how many of them go in and out at once. */
  private static final int STATE_WORDS = 16;

  private static final int RATE = 12;

  /** Words that parameters are taken in with, fewer for their sake. */
  private static final int SAFE_RATE = 8;

  /** Of the matrix; a power of two. */
  private static final int ROWS = 4;

  private static final int COLUMNS = 4;
  private static final int ROW_WORDS = COLUMNS * RATE;
  private static final int ROUNDS = 12;

  private static final long[] INITIAL = {
    0x6a09e667f3bcc908L,
    0xbb67ae8584caa73bL,
    0x3c6ef372fe94f82bL,
    0xa54ff53a5f1d36f1L,
    0x510e527fade682d1L,
    0x9b05688c2b3e6c1fL,
    0x1f83d9abfb41bd6bL,
    0x5be0cd19137e2179L
  };

  /** Lengths of the result, password and salt, costs, and the padding: bits at both ends. */
  private static final long[] PARAMETERS = {SIZE, SIZE, SIZE, 1, ROWS, COLUMNS, 0x80, 1L << 56};

  private final long[] input = new long[SIZE / Long.BYTES];
  private final long[] state = new long[STATE_WORDS];
  private final long[] matrix = new long[ROWS * ROW_WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    Words.readLittle(source, from, input, input.length);
    long[] v = state;
    for (int i = 0; i < input.length; i++) {
      v[i] = input[i];
      v[input.length + i] = input[i];
    }
    System.arraycopy(INITIAL, 0, v, SAFE_RATE, INITIAL.length);
    permute(v);
    add(v, PARAMETERS, 0, SAFE_RATE);
    permute(v);

    long[] m = matrix;
    squeezeFirstRow(v, m);
    duplexSecondRow(v, m);
    setUp(v, m, ROW_WORDS, 0, 2 * ROW_WORDS);
    setUp(v, m, 2 * ROW_WORDS, ROW_WORDS, 3 * ROW_WORDS);

    int random = 0;
    for (int row = 0; row < ROWS; row++) {
      random = ((int) v[0] & ROWS - 1) * ROW_WORDS;
      wander(v, m, (row + ROWS - 1 & ROWS - 1) * ROW_WORDS, random, row * ROW_WORDS);
    }
    add(v, m, random, RATE);
    permute(v);
    Words.writeLittle(v, 0, SIZE / Long.BYTES, sink, to);
  }

  private static void add(long[] v, long[] words, int at, int count) {
    for (int i = 0; i < count; i++) {
      v[i] ^= words[at + i];
    }
  }

  /** Rows are written from their last column on. */
  private static void squeezeFirstRow(long[] v, long[] m) {
    for (int at = ROW_WORDS - RATE; at >= 0; at -= RATE) {
      System.arraycopy(v, 0, m, at, RATE);
      round(v);
    }
  }

  private static void duplexSecondRow(long[] v, long[] m) {
    for (int at = 0; at < ROW_WORDS; at += RATE) {
      add(v, m, at, RATE);
      round(v);
      int out = 2 * ROW_WORDS - RATE - at;
      for (int i = 0; i < RATE; i++) {
        m[out + i] = m[at + i] ^ v[i];
      }
    }
  }

  /** Makes a new row from the one before and an earlier one, which changes as well. */
  private static void setUp(long[] v, long[] m, int before, int earlier, int row) {
    for (int at = 0; at < ROW_WORDS; at += RATE) {
      duplex(v, m, before + at, earlier + at);
      int out = row + ROW_WORDS - RATE - at;
      for (int i = 0; i < RATE; i++) {
        m[out + i] = m[before + at + i] ^ v[i];
      }
      addRotated(v, m, earlier + at);
    }
  }

  /** Changes a row by the one before and one picked at random, which changes as well. */
  private static void wander(long[] v, long[] m, int before, int random, int row) {
    for (int at = 0; at < ROW_WORDS; at += RATE) {
      duplex(v, m, before + at, random + at);
      for (int i = 0; i < RATE; i++) {
        m[row + at + i] ^= v[i];
      }
      addRotated(v, m, random + at);
    }
  }

  private static void duplex(long[] v, long[] m, int at, int other) {
    for (int i = 0; i < RATE; i++) {
      v[i] ^= m[at + i] + m[other + i];
    }
    round(v);
  }

  private static void addRotated(long[] v, long[] m, int at) {
    m[at] ^= v[RATE - 1];
    for (int i = 1; i < RATE; i++) {
      m[at + i] ^= v[i - 1];
    }
  }

  private static void permute(long[] v) {
    for (int i = 0; i < ROUNDS; i++) {
      round(v);
    }
  }

  private static void round(long[] v) {
    mix(v, 0, 4, 8, 12);
    mix(v, 1, 5, 9, 13);
    mix(v, 2, 6, 10, 14);
    mix(v, 3, 7, 11, 15);
    mix(v, 0, 5, 10, 15);
    mix(v, 1, 6, 11, 12);
    mix(v, 2, 7, 8, 13);
    mix(v, 3, 4, 9, 14);
  }

  private static void mix(long[] v, int a, int b, int c, int d) {
    long va = v[a] + v[b];
    long vd = Long.rotateRight(v[d] ^ va, 32);
    long vc = v[c] + vd;
    long vb = Long.rotateRight(v[b] ^ vc, 24);
    va += vb;
    vd = Long.rotateRight(vd ^ va, 16);
    vc += vd;
    v[a] = va;
    v[b] = Long.rotateRight(vb ^ vc, 63);
    v[c] = vc;
    v[d] = vd;
  }
}
