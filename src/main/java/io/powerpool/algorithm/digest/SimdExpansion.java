package io.powerpool.algorithm.digest;

/**
 * SIMD's expansion of a block, of which only the first 64 bytes are not zero: a number-theoretic
 * transform of 256 points modulo 257, whose results become words by a code.
 *
 * <p>With the 256th root of unity 41, whose 16th power is 2, the transform falls into 16-point ones
 * that need but shifts: one of every sixteenth byte, then factors, then one of the 16 results.
 */
final class SimdExpansion {

  private static final int POINTS = 256;
  private static final int MODULUS = 257;
  private static final int ROOT = 41;

  /** What the result number i1 of the transform of bytes j0, j0 + 16, … is multiplied by. */
  private static final int[] FACTORS = new int[POINTS];

  private static final int[] PLAIN_OFFSETS = new int[POINTS];
  private static final int[] LAST_OFFSETS = new int[POINTS];

  static {
    for (int i = 0; i < POINTS; i++) {
      FACTORS[i] = power((i >> 4) * (i & 15));
      // Beyond the block's 128 bytes a one is transformed as well, and two in the last block.
      int point = i < POINTS / 2 ? 2 * i : 2 * i - POINTS + 1;
      PLAIN_OFFSETS[i] = power(255 * point);
      LAST_OFFSETS[i] = power(255 * point) + power(253 * point);
    }
  }

  private final int[] offsets;
  private final int[] half = new int[POINTS];

  /** The points with even numbers, and then the others. */
  private final int[] points = new int[POINTS];

  /**
   * @param last whether for the last block
   */
  SimdExpansion(boolean last) {
    this.offsets = last ? LAST_OFFSETS : PLAIN_OFFSETS;
  }

  /**
   * Expands the 64 bytes at {@code from}, which zeros follow, to 256 words. What is done with each
   * point alone is done in loops of their own, which HotSpot turns into vector instructions.
   */
  void expand(byte[] source, int from, int[] words) {
    for (int i = 0; i < 16; i++) {
      transformBytes(source, from + i, half, i * 16);
    }
    scale(half);
    for (int i = 0; i < 16; i++) {
      transform(half, points, i);
    }
    reduce(points, offsets);
    encode(points, words);
  }

  private static int power(int exponent) {
    int result = 1;
    for (int i = 0; i < (exponent & 255); i++) {
      result = result * ROOT % MODULUS;
    }
    return result;
  }

  /** 16 points from four bytes, of which every sixteenth one counts. */
  private static void transformBytes(byte[] source, int from, int[] q, int at) {
    int a = source[from] & 0xff;
    int b = source[from + 16] & 0xff;
    int c = source[from + 32] & 0xff;
    int d = source[from + 48] & 0xff;
    int even = a + c;
    int odd = b + d;
    q[at] = even + odd;
    q[at + 8] = even - odd;
    even = a + (c << 2);
    odd = (b << 1) + (d << 3);
    q[at + 1] = even + odd;
    q[at + 9] = even - odd;
    even = a + (c << 4);
    odd = (b << 2) + (d << 6);
    q[at + 2] = even + odd;
    q[at + 10] = even - odd;
    even = a + (c << 6);
    odd = (b << 3) - (d << 1);
    q[at + 3] = even + odd;
    q[at + 11] = even - odd;
    even = a - c;
    odd = (b << 4) - (d << 4);
    q[at + 4] = even + odd;
    q[at + 12] = even - odd;
    even = a - (c << 2);
    odd = (b << 5) - (d << 7);
    q[at + 5] = even + odd;
    q[at + 13] = even - odd;
    even = a - (c << 4);
    odd = (b << 6) + (d << 2);
    q[at + 6] = even + odd;
    q[at + 14] = even - odd;
    even = a - (c << 6);
    odd = (b << 7) + (d << 5);
    q[at + 7] = even + odd;
    q[at + 15] = even - odd;
  }

  /** Multiplies by the factors; the results are the same modulo 257, and from -511 to 511. */
  private static void scale(int[] q) {
    for (int i = 0; i < POINTS; i++) {
      // 256 is -1.
      int small = (q[i] & 0xff) - (q[i] >> 8);
      int product = small * FACTORS[i];
      q[i] = (product & 0xff) - (product >> 8);
    }
  }

  /**
   * Adds the offsets; the results are from -128 to 128. In one loop this would be too much for
   * HotSpot to turn into vector instructions.
   */
  private static void reduce(int[] y, int[] offset) {
    for (int i = 0; i < POINTS; i++) {
      int sum = y[i] + offset[i];
      // 65536 is 1.
      y[i] = (sum & 0xffff) + (sum >> 16);
    }
    for (int i = 0; i < POINTS; i++) {
      // 256 is -1.
      y[i] = (y[i] & 0xff) - (y[i] >> 8);
    }
    for (int i = 0; i < POINTS; i++) {
      // Small enough for the quotient to be exact: 255 / 65536 is nearly 1 / 257.
      int quotient = (y[i] * 255 + 0x8000) >> 16;
      y[i] -= quotient * MODULUS;
    }
  }

  /**
   * 16 points of every sixteenth one, from {@code at} on. No reduction is needed on the way: from
   * less than 2^9 the numbers grow by a factor of at most 2^19, 2^8 in the first layer, then 2^5,
   * ….
   */
  private static void transform(int[] q, int[] y, int at) {
    int to = (at >> 1) + (at & 1) * POINTS / 2;
    int x0 = q[at + 0];
    int x1 = q[at + 16];
    int x2 = q[at + 32];
    int x3 = q[at + 48];
    int x4 = q[at + 64];
    int x5 = q[at + 80];
    int x6 = q[at + 96];
    int x7 = q[at + 112];
    int x8 = q[at + 128];
    int x9 = q[at + 144];
    int x10 = q[at + 160];
    int x11 = q[at + 176];
    int x12 = q[at + 192];
    int x13 = q[at + 208];
    int x14 = q[at + 224];
    int x15 = q[at + 240];
    int kept;
    kept = x0 - x8;
    x0 += x8;
    x8 = kept;
    kept = (x1 - x9) << 1;
    x1 += x9;
    x9 = kept;
    kept = (x2 - x10) << 2;
    x2 += x10;
    x10 = kept;
    kept = (x3 - x11) << 3;
    x3 += x11;
    x11 = kept;
    kept = (x4 - x12) << 4;
    x4 += x12;
    x12 = kept;
    kept = (x5 - x13) << 5;
    x5 += x13;
    x13 = kept;
    kept = (x6 - x14) << 6;
    x6 += x14;
    x14 = kept;
    kept = (x7 - x15) << 7;
    x7 += x15;
    x15 = kept;
    kept = x0 - x4;
    x0 += x4;
    x4 = kept;
    kept = (x1 - x5) << 2;
    x1 += x5;
    x5 = kept;
    kept = (x2 - x6) << 4;
    x2 += x6;
    x6 = kept;
    kept = (x3 - x7) << 6;
    x3 += x7;
    x7 = kept;
    kept = x8 - x12;
    x8 += x12;
    x12 = kept;
    kept = (x9 - x13) << 2;
    x9 += x13;
    x13 = kept;
    kept = (x10 - x14) << 4;
    x10 += x14;
    x14 = kept;
    kept = (x11 - x15) << 6;
    x11 += x15;
    x15 = kept;
    kept = x0 - x2;
    x0 += x2;
    x2 = kept;
    kept = (x1 - x3) << 4;
    x1 += x3;
    x3 = kept;
    kept = x4 - x6;
    x4 += x6;
    x6 = kept;
    kept = (x5 - x7) << 4;
    x5 += x7;
    x7 = kept;
    kept = x8 - x10;
    x8 += x10;
    x10 = kept;
    kept = (x9 - x11) << 4;
    x9 += x11;
    x11 = kept;
    kept = x12 - x14;
    x12 += x14;
    x14 = kept;
    kept = (x13 - x15) << 4;
    x13 += x15;
    x15 = kept;
    kept = x0 - x1;
    x0 += x1;
    x1 = kept;
    kept = x2 - x3;
    x2 += x3;
    x3 = kept;
    kept = x4 - x5;
    x4 += x5;
    x5 = kept;
    kept = x6 - x7;
    x6 += x7;
    x7 = kept;
    kept = x8 - x9;
    x8 += x9;
    x9 = kept;
    kept = x10 - x11;
    x10 += x11;
    x11 = kept;
    kept = x12 - x13;
    x12 += x13;
    x13 = kept;
    kept = x14 - x15;
    x14 += x15;
    x15 = kept;
    y[to] = x0;
    y[to + 64] = x1;
    y[to + 32] = x2;
    y[to + 96] = x3;
    y[to + 16] = x4;
    y[to + 80] = x5;
    y[to + 48] = x6;
    y[to + 112] = x7;
    y[to + 8] = x8;
    y[to + 72] = x9;
    y[to + 40] = x10;
    y[to + 104] = x11;
    y[to + 24] = x12;
    y[to + 88] = x13;
    y[to + 56] = x14;
    y[to + 120] = x15;
  }

  /** Makes words of two points each: of neighbours, then of points that are 128 apart. */
  private static void encode(int[] y, int[] words) {
    for (int i = 0; i < 128; i++) {
      words[i] = (y[i] * 185 & 0xffff) + ((y[i + 128] * 185) << 16);
    }
    for (int i = 0; i < 64; i++) {
      words[i + 128] = (y[i] * 233 & 0xffff) + ((y[i + 64] * 233) << 16);
    }
    for (int i = 128; i < 192; i++) {
      words[i + 64] = (y[i] * 233 & 0xffff) + ((y[i + 64] * 233) << 16);
    }
  }
}
