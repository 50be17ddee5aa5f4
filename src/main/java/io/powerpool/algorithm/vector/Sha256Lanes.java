package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;
import static io.powerpool.algorithm.vector.Lanes.INTS;
import static jdk.incubator.vector.IntVector.fromArray;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;

/**
 * SHA-256 of one message per lane, block by block. Constants: FIPS 180-4, sections 4.2.2, 5.3.3.
 */
final class Sha256Lanes {

  /** Words in a block. */
  static final int WORDS = 16;

  private static final int ROUNDS = 64;

  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  private static final int[] K = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  /** The hash so far: eight words. */
  private final int[] chain = new int[8 * COUNT];

  /** The block to come, then the last 16 words of its schedule. */
  private final int[] block = new int[WORDS * COUNT];

  private final int[] state = new int[8 * COUNT];

  int[] chain() {
    return chain;
  }

  int[] block() {
    return block;
  }

  void reset() {
    for (int i = 0; i < 8; i++) {
      Lanes.fill(chain, i, INITIAL[i]);
    }
  }

  /**
   * Ends the message in this block.
   *
   * @param used words that the message has left in it, at most 13
   * @param length bytes in the whole message
   */
  void pad(int used, int length) {
    Lanes.fill(block, used, 1 << 31);
    Arrays.fill(block, (used + 1) * COUNT, (WORDS - 1) * COUNT, 0);
    Lanes.fill(block, WORDS - 1, length * Byte.SIZE);
  }

  /** Mixes the block into the hash; the block is used up. */
  void compress() {
    System.arraycopy(chain, 0, state, 0, state.length);
    eightRounds(state, block, 0, 0);
    eightRounds(state, block, 8, 8);
    for (int round = WORDS; round < ROUNDS; round += WORDS) {
      extend(block);
      eightRounds(state, block, 0, round);
      eightRounds(state, block, 8, round + 8);
    }
    for (int i = 0; i < 8; i++) {
      fromArray(INTS, chain, i * COUNT)
          .add(fromArray(INTS, state, i * COUNT))
          .intoArray(chain, i * COUNT);
    }
  }

  /** The next 16 words of the schedule, each in the place of the one 16 before it. */
  private static void extend(int[] w) {
    for (int i = 0; i < WORDS; i++) {
      IntVector near = fromArray(INTS, w, (i + 1 & WORDS - 1) * COUNT);
      IntVector far = fromArray(INTS, w, (i + 14 & WORDS - 1) * COUNT);
      near =
          near.lanewise(ROR, 7)
              .lanewise(XOR, near.lanewise(ROR, 18))
              .lanewise(XOR, near.lanewise(LSHR, 3));
      far =
          far.lanewise(ROR, 17)
              .lanewise(XOR, far.lanewise(ROR, 19))
              .lanewise(XOR, far.lanewise(LSHR, 10));
      fromArray(INTS, w, i * COUNT)
          .add(fromArray(INTS, w, (i + 9 & WORDS - 1) * COUNT))
          .add(near)
          .add(far)
          .intoArray(w, i * COUNT);
    }
  }

  /** Rounds in which each word of the state comes back to its place. */
  private static void eightRounds(int[] s, int[] w, int word, int round) {
    round(s, 0, 1, 2, 3, 4, 5, 6, 7, w, word, K[round]);
    round(s, 7, 0, 1, 2, 3, 4, 5, 6, w, word + 1, K[round + 1]);
    round(s, 6, 7, 0, 1, 2, 3, 4, 5, w, word + 2, K[round + 2]);
    round(s, 5, 6, 7, 0, 1, 2, 3, 4, w, word + 3, K[round + 3]);
    round(s, 4, 5, 6, 7, 0, 1, 2, 3, w, word + 4, K[round + 4]);
    round(s, 3, 4, 5, 6, 7, 0, 1, 2, w, word + 5, K[round + 5]);
    round(s, 2, 3, 4, 5, 6, 7, 0, 1, w, word + 6, K[round + 6]);
    round(s, 1, 2, 3, 4, 5, 6, 7, 0, w, word + 7, K[round + 7]);
  }

  private static void round(
      int[] s,
      int a,
      int b,
      int c,
      int d,
      int e,
      int f,
      int g,
      int h,
      int[] w,
      int word,
      int constant) {
    IntVector ve = fromArray(INTS, s, e * COUNT);
    IntVector vg = fromArray(INTS, s, g * COUNT);
    IntVector choice =
        fromArray(INTS, s, f * COUNT).lanewise(XOR, vg).lanewise(AND, ve).lanewise(XOR, vg);
    IntVector sum =
        fromArray(INTS, s, h * COUNT)
            .add(fromArray(INTS, w, word * COUNT).add(constant))
            .add(choice)
            .add(
                ve.lanewise(ROR, 6)
                    .lanewise(XOR, ve.lanewise(ROR, 11))
                    .lanewise(XOR, ve.lanewise(ROR, 25)));
    fromArray(INTS, s, d * COUNT).add(sum).intoArray(s, d * COUNT);
    IntVector va = fromArray(INTS, s, a * COUNT);
    IntVector vb = fromArray(INTS, s, b * COUNT);
    IntVector majority =
        fromArray(INTS, s, c * COUNT)
            .lanewise(XOR, vb)
            .lanewise(AND, va.lanewise(XOR, vb))
            .lanewise(XOR, vb);
    sum.add(majority)
        .add(
            va.lanewise(ROR, 2)
                .lanewise(XOR, va.lanewise(ROR, 13))
                .lanewise(XOR, va.lanewise(ROR, 22)))
        .intoArray(s, h * COUNT);
  }
}
