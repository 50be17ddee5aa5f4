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

  /** Which group of 16 results becomes the words of each of 32 steps. */
  private static final int[] GROUPS = {
    4, 6, 0, 2, 7, 5, 3, 1, 15, 11, 12, 8, 9, 13, 10, 14, 17, 18, 23, 20, 22, 21, 16, 19, 30, 24,
    25, 31, 27, 29, 28, 26
  };

  /** What the result number i1 of the transform of bytes j0, j0 + 16, … is multiplied by. */
  private static final int[] FACTORS = new int[POINTS];

  private static final int[] PLAIN_OFFSETS = new int[POINTS];
  private static final int[] LAST_OFFSETS = new int[POINTS];

  static {
    for (int i = 0; i < POINTS; i++) {
      FACTORS[i] = power((i >> 4) * (i & 15));
      // Beyond the block's 128 bytes a one is transformed as well, and two in the last block.
      PLAIN_OFFSETS[i] = power(255 * i);
      LAST_OFFSETS[i] = power(255 * i) + power(253 * i);
    }
  }

  private final int[] offsets;
  private final int[] half = new int[POINTS];
  private final int[] points = new int[POINTS];

  /**
   * @param last whether for the last block
   */
  SimdExpansion(boolean last) {
    this.offsets = last ? LAST_OFFSETS : PLAIN_OFFSETS;
  }

  /** Expands the 64 bytes at {@code from}, which zeros follow, to 256 words. */
  void expand(byte[] source, int from, int[] words) {
    for (int i = 0; i < 16; i++) {
      transformBytes(source, from + i, half, i * 16);
    }
    for (int i = 0; i < 16; i++) {
      transform(half, points, i, offsets);
    }
    encode(points, words);
  }

  private static int power(int exponent) {
    int result = 1;
    for (int i = 0; i < (exponent & 255); i++) {
      result = result * ROOT % MODULUS;
    }
    return result;
  }

  /** 16 points from four bytes, times their factors. */
  private static void transformBytes(byte[] source, int from, int[] q, int at) {
    int a = source[from] & 0xff;
    int b = source[from + 16] & 0xff;
    int c = source[from + 32] & 0xff;
    int d = source[from + 48] & 0xff;
    q[at + 0] = scaled(a + b + c + d, FACTORS[at + 0]);
    q[at + 1] = scaled(a + (b << 1) + (c << 2) + (d << 3), FACTORS[at + 1]);
    q[at + 2] = scaled(a + (b << 2) + (c << 4) + (d << 6), FACTORS[at + 2]);
    q[at + 3] = scaled(a + (b << 3) + (c << 6) - (d << 1), FACTORS[at + 3]);
    q[at + 4] = scaled(a + (b << 4) - c - (d << 4), FACTORS[at + 4]);
    q[at + 5] = scaled(a + (b << 5) - (c << 2) - (d << 7), FACTORS[at + 5]);
    q[at + 6] = scaled(a + (b << 6) - (c << 4) + (d << 2), FACTORS[at + 6]);
    q[at + 7] = scaled(a + (b << 7) - (c << 6) + (d << 5), FACTORS[at + 7]);
    q[at + 8] = scaled(a - b + c - d, FACTORS[at + 8]);
    q[at + 9] = scaled(a - (b << 1) + (c << 2) - (d << 3), FACTORS[at + 9]);
    q[at + 10] = scaled(a - (b << 2) + (c << 4) - (d << 6), FACTORS[at + 10]);
    q[at + 11] = scaled(a - (b << 3) + (c << 6) + (d << 1), FACTORS[at + 11]);
    q[at + 12] = scaled(a - (b << 4) - c + (d << 4), FACTORS[at + 12]);
    q[at + 13] = scaled(a - (b << 5) - (c << 2) + (d << 7), FACTORS[at + 13]);
    q[at + 14] = scaled(a - (b << 6) - (c << 4) - (d << 2), FACTORS[at + 14]);
    q[at + 15] = scaled(a - (b << 7) - (c << 6) - (d << 5), FACTORS[at + 15]);
  }

  private static int scaled(int value, int factor) {
    return nearlyReduced(nearlyReduced(value) * factor);
  }

  /** The same modulo 257, and not much larger: 256 is -1. */
  private static int nearlyReduced(int value) {
    return (value & 0xff) - (value >> 8);
  }

  /** The same modulo 257, from -128 to 128. */
  private static int reduced(int value) {
    // 65536 is 1.
    int small = nearlyReduced(nearlyReduced((value & 0xffff) + (value >> 16)));
    return small <= 128 ? small : small - MODULUS;
  }

  /**
   * 16 points of every sixteenth one, from {@code at} on. No reduction is needed on the way: from
   * less than 2^9 the numbers grow by a factor of at most 2^19, 2^8 in the first layer, then 2^5,
   * ….
   */
  private static void transform(int[] q, int[] y, int at, int[] offset) {
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
    y[at + 0] = reduced(x0 + offset[at + 0]);
    y[at + 128] = reduced(x1 + offset[at + 128]);
    y[at + 64] = reduced(x2 + offset[at + 64]);
    y[at + 192] = reduced(x3 + offset[at + 192]);
    y[at + 32] = reduced(x4 + offset[at + 32]);
    y[at + 160] = reduced(x5 + offset[at + 160]);
    y[at + 96] = reduced(x6 + offset[at + 96]);
    y[at + 224] = reduced(x7 + offset[at + 224]);
    y[at + 16] = reduced(x8 + offset[at + 16]);
    y[at + 144] = reduced(x9 + offset[at + 144]);
    y[at + 80] = reduced(x10 + offset[at + 80]);
    y[at + 208] = reduced(x11 + offset[at + 208]);
    y[at + 48] = reduced(x12 + offset[at + 48]);
    y[at + 176] = reduced(x13 + offset[at + 176]);
    y[at + 112] = reduced(x14 + offset[at + 112]);
    y[at + 240] = reduced(x15 + offset[at + 240]);
  }

  /** Makes words of two points each. */
  private static void encode(int[] y, int[] words) {
    for (int step = 0; step < 16; step++) {
      int at = GROUPS[step] * 16;
      for (int i = 0; i < 8; i++) {
        words[step * 8 + i] = word(y[at + 2 * i], y[at + 2 * i + 1], 185);
      }
    }
    for (int step = 16; step < 24; step++) {
      int at = GROUPS[step] * 16 - 256;
      for (int i = 0; i < 8; i++) {
        words[step * 8 + i] = word(y[at + 2 * i], y[at + 2 * i + 128], 233);
      }
    }
    for (int step = 24; step < 32; step++) {
      int at = GROUPS[step] * 16 - 383;
      for (int i = 0; i < 8; i++) {
        words[step * 8 + i] = word(y[at + 2 * i], y[at + 2 * i + 128], 233);
      }
    }
  }

  private static int word(int low, int high, int factor) {
    return (low * factor & 0xffff) + ((high * factor) << 16);
  }
}
