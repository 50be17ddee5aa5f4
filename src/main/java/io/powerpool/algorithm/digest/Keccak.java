package io.powerpool.algorithm.digest;

import java.util.Arrays;

/**
 * Keccak as it won the SHA-3 competition, that is with the padding that SHA-3 has since changed,
 * with a result of 256 or 512 bits. Takes 32, 64 or 80 bytes.
 *
 * <p>Source: Bertoni, Daemen, Peeters, Van Assche, "The Keccak reference", version 3.0.
 */
public final class Keccak implements Digest {

  private static final int LANES = 25;

  private static final long[] ROUND_CONSTANTS = roundConstants();

  private final int size;

  /** Words of input that a permutation takes in. */
  private final int rate;

  private final long[] state = new long[LANES];
  private final long[] block;

  private Keccak(int size) {
    this.size = size;
    this.rate = LANES - 2 * size / Long.BYTES;
    this.block = new long[rate];
  }

  /** With a result of 32 bytes. */
  public static Keccak of256() {
    return new Keccak(32);
  }

  /** With a result of 64 bytes. */
  public static Keccak of512() {
    return new Keccak(64);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, size, length == 32 || length == 64 || length == 80);
    Arrays.fill(state, 0);
    int words = length / Long.BYTES;
    int first = 0;
    if (words > rate) {
      Words.readLittle(source, from, block, rate);
      absorb();
      first = rate;
    }
    int left = words - first;
    Words.readLittle(source, from + first * Long.BYTES, block, left);
    // A one bit, zeros, and a one bit as the last of the block.
    Words.pad(block, left, 1);
    block[rate - 1] |= 1L << 63;
    absorb();
    Words.writeLittle(state, 0, size / Long.BYTES, sink, to);
  }

  private void absorb() {
    for (int i = 0; i < rate; i++) {
      state[i] ^= block[i];
    }
    permute(state);
  }

  /** By the linear feedback shift register of section 1.2: x^8 + x^6 + x^5 + x^4 + 1. */
  private static long[] roundConstants() {
    long[] constants = new long[24];
    int register = 1;
    for (int round = 0; round < constants.length; round++) {
      for (int j = 0; j < 7; j++) {
        if ((register & 1) != 0) {
          constants[round] |= 1L << ((1 << j) - 1);
        }
        register = (register << 1 ^ (register >> 7) * 0x171) & 0xff;
      }
    }
    return constants;
  }

  /** The 24 rounds of Keccak-f[1600]. Lane (x, y) is word x + 5 y. */
  private static void permute(long[] a) {
    long a0 = a[0];
    long a1 = a[1];
    long a2 = a[2];
    long a3 = a[3];
    long a4 = a[4];
    long a5 = a[5];
    long a6 = a[6];
    long a7 = a[7];
    long a8 = a[8];
    long a9 = a[9];
    long a10 = a[10];
    long a11 = a[11];
    long a12 = a[12];
    long a13 = a[13];
    long a14 = a[14];
    long a15 = a[15];
    long a16 = a[16];
    long a17 = a[17];
    long a18 = a[18];
    long a19 = a[19];
    long a20 = a[20];
    long a21 = a[21];
    long a22 = a[22];
    long a23 = a[23];
    long a24 = a[24];
    for (long constant : ROUND_CONSTANTS) {
      long c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
      long c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
      long c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
      long c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
      long c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
      long d0 = c4 ^ Long.rotateLeft(c1, 1);
      long d1 = c0 ^ Long.rotateLeft(c2, 1);
      long d2 = c1 ^ Long.rotateLeft(c3, 1);
      long d3 = c2 ^ Long.rotateLeft(c4, 1);
      long d4 = c3 ^ Long.rotateLeft(c0, 1);
      long b0 = a0 ^ d0;
      long b1 = Long.rotateLeft(a6 ^ d1, 44);
      long b2 = Long.rotateLeft(a12 ^ d2, 43);
      long b3 = Long.rotateLeft(a18 ^ d3, 21);
      long b4 = Long.rotateLeft(a24 ^ d4, 14);
      long b5 = Long.rotateLeft(a3 ^ d3, 28);
      long b6 = Long.rotateLeft(a9 ^ d4, 20);
      long b7 = Long.rotateLeft(a10 ^ d0, 3);
      long b8 = Long.rotateLeft(a16 ^ d1, 45);
      long b9 = Long.rotateLeft(a22 ^ d2, 61);
      long b10 = Long.rotateLeft(a1 ^ d1, 1);
      long b11 = Long.rotateLeft(a7 ^ d2, 6);
      long b12 = Long.rotateLeft(a13 ^ d3, 25);
      long b13 = Long.rotateLeft(a19 ^ d4, 8);
      long b14 = Long.rotateLeft(a20 ^ d0, 18);
      long b15 = Long.rotateLeft(a4 ^ d4, 27);
      long b16 = Long.rotateLeft(a5 ^ d0, 36);
      long b17 = Long.rotateLeft(a11 ^ d1, 10);
      long b18 = Long.rotateLeft(a17 ^ d2, 15);
      long b19 = Long.rotateLeft(a23 ^ d3, 56);
      long b20 = Long.rotateLeft(a2 ^ d2, 62);
      long b21 = Long.rotateLeft(a8 ^ d3, 55);
      long b22 = Long.rotateLeft(a14 ^ d4, 39);
      long b23 = Long.rotateLeft(a15 ^ d0, 41);
      long b24 = Long.rotateLeft(a21 ^ d1, 2);
      a0 = b0 ^ (~b1 & b2) ^ constant;
      a1 = b1 ^ (~b2 & b3);
      a2 = b2 ^ (~b3 & b4);
      a3 = b3 ^ (~b4 & b0);
      a4 = b4 ^ (~b0 & b1);
      a5 = b5 ^ (~b6 & b7);
      a6 = b6 ^ (~b7 & b8);
      a7 = b7 ^ (~b8 & b9);
      a8 = b8 ^ (~b9 & b5);
      a9 = b9 ^ (~b5 & b6);
      a10 = b10 ^ (~b11 & b12);
      a11 = b11 ^ (~b12 & b13);
      a12 = b12 ^ (~b13 & b14);
      a13 = b13 ^ (~b14 & b10);
      a14 = b14 ^ (~b10 & b11);
      a15 = b15 ^ (~b16 & b17);
      a16 = b16 ^ (~b17 & b18);
      a17 = b17 ^ (~b18 & b19);
      a18 = b18 ^ (~b19 & b15);
      a19 = b19 ^ (~b15 & b16);
      a20 = b20 ^ (~b21 & b22);
      a21 = b21 ^ (~b22 & b23);
      a22 = b22 ^ (~b23 & b24);
      a23 = b23 ^ (~b24 & b20);
      a24 = b24 ^ (~b20 & b21);
    }
    a[0] = a0;
    a[1] = a1;
    a[2] = a2;
    a[3] = a3;
    a[4] = a4;
    a[5] = a5;
    a[6] = a6;
    a[7] = a7;
    a[8] = a8;
    a[9] = a9;
    a[10] = a10;
    a[11] = a11;
    a[12] = a12;
    a[13] = a13;
    a[14] = a14;
    a[15] = a15;
    a[16] = a16;
    a[17] = a17;
    a[18] = a18;
    a[19] = a19;
    a[20] = a20;
    a[21] = a21;
    a[22] = a22;
    a[23] = a23;
    a[24] = a24;
  }
}
