package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;
import static io.powerpool.algorithm.vector.Lanes.INTS;
import static jdk.incubator.vector.IntVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.powerpool.algorithm.Hasher;
import io.powerpool.algorithm.Kernel;
import java.util.Arrays;
import java.util.Objects;
import jdk.incubator.vector.IntVector;

/**
 * BLAKE-256 with 8 rounds of a header per lane.
 *
 * <p>Source of the constants: Aumasson, Henzen, Meier, Phan, "SHA-3 proposal BLAKE", version 1.3,
 * section 2.1.
 */
final class Blake256Kernel implements Kernel {

  private static final int ROUNDS = 8;
  private static final int WORDS = 16;

  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /** The leading digits of pi. */
  private static final int[] PI = {
    0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89,
    0x452821e6, 0x38d01377, 0xbe5466cf, 0x34e90c6c, 0xc0ac29b7, 0xc97c50dd, 0x3f84d5b5, 0xb5470917
  };

  /** Which words of the block the rounds take, and in which order: one line each. */
  private static final int[] ORDER = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
    7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
    9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
    2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
    12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
    13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10
  };

  private final int[] chain = new int[8 * COUNT];
  private final int[] block = new int[WORDS * COUNT];
  private final int[] state = new int[WORDS * COUNT];

  @Override
  public int lanes() {
    return COUNT;
  }

  @Override
  public void hash(byte[] headers, int from, int count, byte[] sink, int to) {
    Objects.checkFromIndexSize(from, count * Hasher.HEADER_SIZE, headers.length);
    Objects.checkFromIndexSize(to, count * Hasher.HASH_SIZE, sink.length);
    for (int i = 0; i < 8; i++) {
      Lanes.fill(chain, i, INITIAL[i]);
    }
    Lanes.readBig(headers, from, Hasher.HEADER_SIZE, count, block, WORDS);
    compress(WORDS * Integer.SIZE);
    Lanes.readBig(headers, from + WORDS * Integer.BYTES, Hasher.HEADER_SIZE, count, block, 4);
    Lanes.fill(block, 4, 1 << 31);
    Arrays.fill(block, 5 * COUNT, WORDS * COUNT, 0);
    // Another one bit ends the padding; the number of bits follows, in 64 bits.
    Lanes.fill(block, 13, 1);
    Lanes.fill(block, 15, Hasher.HEADER_SIZE * Byte.SIZE);
    compress(Hasher.HEADER_SIZE * Byte.SIZE);
    Lanes.writeBig(chain, count, sink, to);
  }

  /**
   * Mixes the block into the chain.
   *
   * @param bits how many bits of input were read when the block ends
   */
  private void compress(int bits) {
    int[] v = state;
    int[] m = block;
    System.arraycopy(chain, 0, v, 0, 8 * COUNT);
    for (int i = 0; i < 8; i++) {
      Lanes.fill(v, 8 + i, i == 4 || i == 5 ? PI[i] ^ bits : PI[i]);
    }
    for (int at = 0; at < ROUNDS * WORDS; at += WORDS) {
      mix(v, m, 0, 4, 8, 12, at);
      mix(v, m, 1, 5, 9, 13, at + 2);
      mix(v, m, 2, 6, 10, 14, at + 4);
      mix(v, m, 3, 7, 11, 15, at + 6);
      mix(v, m, 0, 5, 10, 15, at + 8);
      mix(v, m, 1, 6, 11, 12, at + 10);
      mix(v, m, 2, 7, 8, 13, at + 12);
      mix(v, m, 3, 4, 9, 14, at + 14);
    }
    for (int i = 0; i < 8; i++) {
      IntVector mixed =
          fromArray(INTS, v, i * COUNT).lanewise(XOR, fromArray(INTS, v, (i + 8) * COUNT));
      mixed.lanewise(XOR, fromArray(INTS, chain, i * COUNT)).intoArray(chain, i * COUNT);
    }
  }

  /**
   * Mixes a column or diagonal of the state with the two words of the block named at {@code at}.
   */
  private static void mix(int[] v, int[] m, int a, int b, int c, int d, int at) {
    int i = ORDER[at];
    int j = ORDER[at + 1];
    IntVector mi = fromArray(INTS, m, i * COUNT);
    IntVector mj = fromArray(INTS, m, j * COUNT);
    IntVector vb = fromArray(INTS, v, b * COUNT);
    IntVector va = fromArray(INTS, v, a * COUNT).add(vb).add(mi.lanewise(XOR, PI[j]));
    IntVector vd = fromArray(INTS, v, d * COUNT).lanewise(XOR, va).lanewise(ROR, 16);
    IntVector vc = fromArray(INTS, v, c * COUNT).add(vd);
    vb = vb.lanewise(XOR, vc).lanewise(ROR, 12);
    va = va.add(vb).add(mj.lanewise(XOR, PI[i]));
    vd = vd.lanewise(XOR, va).lanewise(ROR, 8);
    vc = vc.add(vd);
    vb = vb.lanewise(XOR, vc).lanewise(ROR, 7);
    va.intoArray(v, a * COUNT);
    vb.intoArray(v, b * COUNT);
    vc.intoArray(v, c * COUNT);
    vd.intoArray(v, d * COUNT);
  }
}
