package io.powerpool.algorithm.digest;

/**
 * Blue Midnight Wish with 512 bits, a candidate of the SHA-3 competition's second round. Takes 64
 * bytes.
 *
 * <p>Source: Gligoroski, Klima, Knapskog, El-Hadedy, Amundsen, Mjolsnes, "Cryptographic hash
 * function Blue Midnight Wish", 2009; what is called f0, f1 and f2 there are the three parts of
 * {@link #compress}.
 */
public final class Bmw512 implements Digest {

  private static final int SIZE = 64;

  /** Words in a block and in the double pipe. */
  private static final int WORDS = 16;

  private static final long[] INITIAL = new long[WORDS];

  /** The double pipe's place is taken by this in the last compression. */
  private static final long[] LAST = new long[WORDS];

  static {
    for (int i = 0; i < WORDS; i++) {
      INITIAL[i] = 0x8081828384858687L + i * 0x0808080808080808L;
      LAST[i] = 0xaaaaaaaaaaaaaaa0L + i;
    }
  }

  private final long[] block = new long[WORDS];
  private final long[] pipe = new long[WORDS];
  private final long[] result = new long[WORDS];
  private final long[] mixed = new long[WORDS];
  private final long[] quad = new long[2 * WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 64);
    Words.readLittle(source, from, block, 8);
    Words.pad(block, 8, 0x80);
    block[15] = (long) length * Byte.SIZE;
    compress(block, INITIAL, pipe);
    compress(pipe, LAST, result);
    Words.writeLittle(result, 8, 8, sink, to);
  }

  /** The new double pipe, from a block and the old one. */
  private void compress(long[] m, long[] h, long[] next) {
    long[] q = quad;
    for (int i = 0; i < WORDS; i++) {
      mixed[i] = m[i] ^ h[i];
    }
    biject(q, mixed, h);
    expand(q, m, h);
    fold(q, m, next);
  }

  private static void biject(long[] q, long[] x, long[] h) {
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

  private static void expand(long[] q, long[] m, long[] h) {
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

  private static void expandRichly(long[] q, long[] m, long[] h, int i) {
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

  private static void expand(long[] q, long[] m, long[] h, int i) {
    q[i + 16] =
        q[i]
            + Long.rotateLeft(q[i + 1], 5)
            + q[i + 2]
            + Long.rotateLeft(q[i + 3], 11)
            + q[i + 4]
            + Long.rotateLeft(q[i + 5], 27)
            + q[i + 6]
            + Long.rotateLeft(q[i + 7], 32)
            + q[i + 8]
            + Long.rotateLeft(q[i + 9], 37)
            + q[i + 10]
            + Long.rotateLeft(q[i + 11], 43)
            + q[i + 12]
            + Long.rotateLeft(q[i + 13], 53)
            + s4(q[i + 14])
            + (q[i + 15] >>> 2 ^ q[i + 15])
            + addend(m, h, i);
  }

  private static long addend(long[] m, long[] h, int i) {
    int j = (i + 3) & 15;
    int k = (i + 10) & 15;
    return (Long.rotateLeft(m[i], i + 1)
            + Long.rotateLeft(m[j], j + 1)
            - Long.rotateLeft(m[k], k + 1)
            + (i + 16) * 0x0555555555555555L)
        ^ h[(i + 7) & 15];
  }

  private static void fold(long[] q, long[] m, long[] h) {
    long low = q[16] ^ q[17] ^ q[18] ^ q[19] ^ q[20] ^ q[21] ^ q[22] ^ q[23];
    long high = low ^ q[24] ^ q[25] ^ q[26] ^ q[27] ^ q[28] ^ q[29] ^ q[30] ^ q[31];
    h[0] = (high << 5 ^ q[16] >>> 5 ^ m[0]) + (low ^ q[24] ^ q[0]);
    h[1] = (high >>> 7 ^ q[17] << 8 ^ m[1]) + (low ^ q[25] ^ q[1]);
    h[2] = (high >>> 5 ^ q[18] << 5 ^ m[2]) + (low ^ q[26] ^ q[2]);
    h[3] = (high >>> 1 ^ q[19] << 5 ^ m[3]) + (low ^ q[27] ^ q[3]);
    h[4] = (high >>> 3 ^ q[20] ^ m[4]) + (low ^ q[28] ^ q[4]);
    h[5] = (high << 6 ^ q[21] >>> 6 ^ m[5]) + (low ^ q[29] ^ q[5]);
    h[6] = (high >>> 4 ^ q[22] << 6 ^ m[6]) + (low ^ q[30] ^ q[6]);
    h[7] = (high >>> 11 ^ q[23] << 2 ^ m[7]) + (low ^ q[31] ^ q[7]);
    h[8] = Long.rotateLeft(h[4], 9) + (high ^ q[24] ^ m[8]) + (low << 8 ^ q[23] ^ q[8]);
    h[9] = Long.rotateLeft(h[5], 10) + (high ^ q[25] ^ m[9]) + (low >>> 6 ^ q[16] ^ q[9]);
    h[10] = Long.rotateLeft(h[6], 11) + (high ^ q[26] ^ m[10]) + (low << 6 ^ q[17] ^ q[10]);
    h[11] = Long.rotateLeft(h[7], 12) + (high ^ q[27] ^ m[11]) + (low << 4 ^ q[18] ^ q[11]);
    h[12] = Long.rotateLeft(h[0], 13) + (high ^ q[28] ^ m[12]) + (low >>> 3 ^ q[19] ^ q[12]);
    h[13] = Long.rotateLeft(h[1], 14) + (high ^ q[29] ^ m[13]) + (low >>> 4 ^ q[20] ^ q[13]);
    h[14] = Long.rotateLeft(h[2], 15) + (high ^ q[30] ^ m[14]) + (low >>> 7 ^ q[21] ^ q[14]);
    h[15] = Long.rotateLeft(h[3], 16) + (high ^ q[31] ^ m[15]) + (low >>> 2 ^ q[22] ^ q[15]);
  }

  private static long s0(long x) {
    return x >>> 1 ^ x << 3 ^ Long.rotateLeft(x, 4) ^ Long.rotateLeft(x, 37);
  }

  private static long s1(long x) {
    return x >>> 1 ^ x << 2 ^ Long.rotateLeft(x, 13) ^ Long.rotateLeft(x, 43);
  }

  private static long s2(long x) {
    return x >>> 2 ^ x << 1 ^ Long.rotateLeft(x, 19) ^ Long.rotateLeft(x, 53);
  }

  private static long s3(long x) {
    return x >>> 2 ^ x << 2 ^ Long.rotateLeft(x, 28) ^ Long.rotateLeft(x, 59);
  }

  private static long s4(long x) {
    return x >>> 1 ^ x;
  }
}
