package io.powerpool.algorithm.digest;

/**
 * Blue Midnight Wish with 256 bits, a candidate of the SHA-3 competition's second round. Takes 32
 * bytes.
 *
 * <p>Source: Gligoroski, Klima, Knapskog, El-Hadedy, Amundsen, Mjolsnes, "Cryptographic hash
 * function Blue Midnight Wish", 2009; what is called f0, f1 and f2 there are the three parts of
 * {@link #compress}.
 */
public final class Bmw256 implements Digest {

  private static final int SIZE = 32;

  /** Words in a block and in the double pipe. */
  private static final int WORDS = 16;

  private static final int[] INITIAL = new int[WORDS];

  /** The double pipe's place is taken by this in the last compression. */
  private static final int[] LAST = new int[WORDS];

  static {
    for (int i = 0; i < WORDS; i++) {
      INITIAL[i] = 0x40414243 + i * 0x04040404;
      LAST[i] = 0xaaaaaaa0 + i;
    }
  }

  private final int[] block = new int[WORDS];
  private final int[] pipe = new int[WORDS];
  private final int[] result = new int[WORDS];
  private final int[] mixed = new int[WORDS];
  private final int[] quad = new int[2 * WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 32);
    Words.readLittle(source, from, block, 8);
    Words.pad(block, 8, 0x80);
    block[14] = length * Byte.SIZE;
    compress(block, INITIAL, pipe);
    compress(pipe, LAST, result);
    Words.writeLittle(result, 8, 8, sink, to);
  }

  /** The new double pipe, from a block and the old one. */
  private void compress(int[] m, int[] h, int[] next) {
    int[] q = quad;
    for (int i = 0; i < WORDS; i++) {
      mixed[i] = m[i] ^ h[i];
    }
    biject(q, mixed, h);
    expand(q, m, h);
    fold(q, m, next);
  }

  private static void biject(int[] q, int[] x, int[] h) {
    q[0] = s0(x[5] - x[7] + x[10] + x[13] + x[14]) + h[1];
    q[1] = s1(x[6] - x[8] + x[11] + x[14] - x[15]) + h[2];
    q[2] = s2(x[0] + x[7] + x[9] - x[12] + x[15]) + h[3];
    q[3] = s3(x[0] - x[1] + x[8] - x[10] + x[13]) + h[4];
    q[4] = s4(x[1] + x[2] + x[9] - x[11] - x[14]) + h[5];
    q[5] = s0(x[3] - x[2] + x[10] - x[12] + x[15]) + h[6];
    q[6] = s1(x[4] - x[0] - x[3] - x[11] + x[13]) + h[7];
    q[7] = s2(x[1] - x[4] - x[5] - x[12] - x[14]) + h[8];
    q[8] = s3(x[2] - x[5] - x[6] + x[13] - x[15]) + h[9];
    q[9] = s4(x[0] - x[3] + x[6] - x[7] + x[14]) + h[10];
    q[10] = s0(x[8] - x[1] - x[4] - x[7] + x[15]) + h[11];
    q[11] = s1(x[8] - x[0] - x[2] - x[5] + x[9]) + h[12];
    q[12] = s2(x[1] + x[3] - x[6] - x[9] + x[10]) + h[13];
    q[13] = s3(x[2] + x[4] + x[7] + x[10] + x[11]) + h[14];
    q[14] = s4(x[3] - x[5] + x[8] - x[11] - x[12]) + h[15];
    q[15] = s0(x[12] - x[4] - x[6] - x[9] + x[13]) + h[0];
  }

  private static void expand(int[] q, int[] m, int[] h) {
    expandRichly(q, m, h, 0);
    expandRichly(q, m, h, 1);
    expand(q, m, h, 2);
    expand(q, m, h, 3);
    expand(q, m, h, 4);
    expand(q, m, h, 5);
    expand(q, m, h, 6);
    expand(q, m, h, 7);
    expand(q, m, h, 8);
    expand(q, m, h, 9);
    expand(q, m, h, 10);
    expand(q, m, h, 11);
    expand(q, m, h, 12);
    expand(q, m, h, 13);
    expand(q, m, h, 14);
    expand(q, m, h, 15);
  }

  private static void expandRichly(int[] q, int[] m, int[] h, int i) {
    q[i + 16] =
        s1(q[i])
            + s2(q[i + 1])
            + s3(q[i + 2])
            + s0(q[i + 3])
            + s1(q[i + 4])
            + s2(q[i + 5])
            + s3(q[i + 6])
            + s0(q[i + 7])
            + s1(q[i + 8])
            + s2(q[i + 9])
            + s3(q[i + 10])
            + s0(q[i + 11])
            + s1(q[i + 12])
            + s2(q[i + 13])
            + s3(q[i + 14])
            + s0(q[i + 15])
            + addend(m, h, i);
  }

  private static void expand(int[] q, int[] m, int[] h, int i) {
    q[i + 16] =
        q[i]
            + Integer.rotateLeft(q[i + 1], 3)
            + q[i + 2]
            + Integer.rotateLeft(q[i + 3], 7)
            + q[i + 4]
            + Integer.rotateLeft(q[i + 5], 13)
            + q[i + 6]
            + Integer.rotateLeft(q[i + 7], 16)
            + q[i + 8]
            + Integer.rotateLeft(q[i + 9], 19)
            + q[i + 10]
            + Integer.rotateLeft(q[i + 11], 23)
            + q[i + 12]
            + Integer.rotateLeft(q[i + 13], 27)
            + s4(q[i + 14])
            + (q[i + 15] >>> 2 ^ q[i + 15])
            + addend(m, h, i);
  }

  private static int addend(int[] m, int[] h, int i) {
    int j = (i + 3) & 15;
    int k = (i + 10) & 15;
    return (Integer.rotateLeft(m[i], i + 1)
            + Integer.rotateLeft(m[j], j + 1)
            - Integer.rotateLeft(m[k], k + 1)
            + (i + 16) * 0x05555555)
        ^ h[(i + 7) & 15];
  }

  private static void fold(int[] q, int[] m, int[] h) {
    int low = q[16] ^ q[17] ^ q[18] ^ q[19] ^ q[20] ^ q[21] ^ q[22] ^ q[23];
    int high = low ^ q[24] ^ q[25] ^ q[26] ^ q[27] ^ q[28] ^ q[29] ^ q[30] ^ q[31];
    h[0] = (high << 5 ^ q[16] >>> 5 ^ m[0]) + (low ^ q[24] ^ q[0]);
    h[1] = (high >>> 7 ^ q[17] << 8 ^ m[1]) + (low ^ q[25] ^ q[1]);
    h[2] = (high >>> 5 ^ q[18] << 5 ^ m[2]) + (low ^ q[26] ^ q[2]);
    h[3] = (high >>> 1 ^ q[19] << 5 ^ m[3]) + (low ^ q[27] ^ q[3]);
    h[4] = (high >>> 3 ^ q[20] ^ m[4]) + (low ^ q[28] ^ q[4]);
    h[5] = (high << 6 ^ q[21] >>> 6 ^ m[5]) + (low ^ q[29] ^ q[5]);
    h[6] = (high >>> 4 ^ q[22] << 6 ^ m[6]) + (low ^ q[30] ^ q[6]);
    h[7] = (high >>> 11 ^ q[23] << 2 ^ m[7]) + (low ^ q[31] ^ q[7]);
    h[8] = Integer.rotateLeft(h[4], 9) + (high ^ q[24] ^ m[8]) + (low << 8 ^ q[23] ^ q[8]);
    h[9] = Integer.rotateLeft(h[5], 10) + (high ^ q[25] ^ m[9]) + (low >>> 6 ^ q[16] ^ q[9]);
    h[10] = Integer.rotateLeft(h[6], 11) + (high ^ q[26] ^ m[10]) + (low << 6 ^ q[17] ^ q[10]);
    h[11] = Integer.rotateLeft(h[7], 12) + (high ^ q[27] ^ m[11]) + (low << 4 ^ q[18] ^ q[11]);
    h[12] = Integer.rotateLeft(h[0], 13) + (high ^ q[28] ^ m[12]) + (low >>> 3 ^ q[19] ^ q[12]);
    h[13] = Integer.rotateLeft(h[1], 14) + (high ^ q[29] ^ m[13]) + (low >>> 4 ^ q[20] ^ q[13]);
    h[14] = Integer.rotateLeft(h[2], 15) + (high ^ q[30] ^ m[14]) + (low >>> 7 ^ q[21] ^ q[14]);
    h[15] = Integer.rotateLeft(h[3], 16) + (high ^ q[31] ^ m[15]) + (low >>> 2 ^ q[22] ^ q[15]);
  }

  private static int s0(int x) {
    return x >>> 1 ^ x << 3 ^ Integer.rotateLeft(x, 4) ^ Integer.rotateLeft(x, 19);
  }

  private static int s1(int x) {
    return x >>> 1 ^ x << 2 ^ Integer.rotateLeft(x, 8) ^ Integer.rotateLeft(x, 23);
  }

  private static int s2(int x) {
    return x >>> 2 ^ x << 1 ^ Integer.rotateLeft(x, 12) ^ Integer.rotateLeft(x, 25);
  }

  private static int s3(int x) {
    return x >>> 2 ^ x << 2 ^ Integer.rotateLeft(x, 15) ^ Integer.rotateLeft(x, 29);
  }

  private static int s4(int x) {
    return x >>> 1 ^ x;
  }
}
