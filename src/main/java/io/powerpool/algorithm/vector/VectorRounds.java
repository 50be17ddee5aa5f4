package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;
import static io.powerpool.algorithm.vector.Lanes.INTS;
import static jdk.incubator.vector.IntVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.powerpool.algorithm.digest.Luffa512;
import io.powerpool.algorithm.digest.Rounds;
import java.util.function.IntUnaryOperator;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Rounds whose words lie in vectors of one hash: half or a quarter of CubeHash's state in each, and
 * of Luffa's a word of every lane. For vectors of 256 and of 512 bits.
 */
final class VectorRounds implements Rounds {

  /** Luffa's lanes, words in each, and rounds. */
  private static final int LANES = 5;

  private static final int WORDS = 8;
  private static final int LUFFA_ROUNDS = 8;

  private static final VectorShuffle<Integer> SWAP_ONE = shuffle(lane -> lane ^ 1);
  private static final VectorShuffle<Integer> SWAP_TWO = shuffle(lane -> lane ^ 2);
  private static final VectorShuffle<Integer> SWAP_FOUR = shuffle(lane -> lane ^ 4);
  private static final VectorShuffle<Integer> SWAP_EIGHT = shuffle(lane -> lane ^ 8);

  /** For words 0 and 4, round by round. */
  private static final int[] CONSTANTS = new int[2 * LUFFA_ROUNDS * COUNT];

  static {
    for (int lane = 0; lane < LANES; lane++) {
      for (int round = 0; round < LUFFA_ROUNDS; round++) {
        CONSTANTS[2 * round * COUNT + lane] = Luffa512.constant(lane, 0, round);
        CONSTANTS[(2 * round + 1) * COUNT + lane] = Luffa512.constant(lane, 4, round);
      }
    }
  }

  /** Eight vectors of the words of Luffa's lanes. */
  private final int[] words = new int[WORDS * COUNT];

  private static VectorShuffle<Integer> shuffle(IntUnaryOperator from) {
    return VectorShuffle.fromOp(INTS, lane -> from.applyAsInt(lane) & COUNT - 1);
  }

  @Override
  public void cubeHash(int[] state, int rounds) {
    if (COUNT == 16) {
      inTwo(state, rounds);
    } else {
      inFour(state, rounds);
    }
  }

  private static void inTwo(int[] x, int rounds) {
    IntVector a = fromArray(INTS, x, 0);
    IntVector b = fromArray(INTS, x, 16);
    for (int i = 0; i < rounds; i++) {
      b = b.add(a);
      a = a.lanewise(ROL, 7).rearrange(SWAP_EIGHT).lanewise(XOR, b);
      b = b.rearrange(SWAP_TWO).add(a);
      a = a.lanewise(ROL, 11).rearrange(SWAP_FOUR).lanewise(XOR, b);
      b = b.rearrange(SWAP_ONE);
    }
    a.intoArray(x, 0);
    b.intoArray(x, 16);
  }

  private static void inFour(int[] x, int rounds) {
    IntVector a = fromArray(INTS, x, 0);
    IntVector b = fromArray(INTS, x, 8);
    IntVector c = fromArray(INTS, x, 16);
    IntVector d = fromArray(INTS, x, 24);
    for (int i = 0; i < rounds; i++) {
      c = c.add(a);
      d = d.add(b);
      // Words whose numbers differ by eight change places by the name of their vector.
      IntVector e = b.lanewise(ROL, 7).lanewise(XOR, c);
      b = a.lanewise(ROL, 7).lanewise(XOR, d);
      a = e;
      c = c.rearrange(SWAP_TWO).add(a);
      d = d.rearrange(SWAP_TWO).add(b);
      a = a.lanewise(ROL, 11).rearrange(SWAP_FOUR).lanewise(XOR, c);
      b = b.lanewise(ROL, 11).rearrange(SWAP_FOUR).lanewise(XOR, d);
      c = c.rearrange(SWAP_ONE);
      d = d.rearrange(SWAP_ONE);
    }
    a.intoArray(x, 0);
    b.intoArray(x, 8);
    c.intoArray(x, 16);
    d.intoArray(x, 24);
  }

  @Override
  public void luffa(int[] state) {
    int[] v = words;
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < WORDS; i++) {
        v[i * COUNT + lane] = state[lane * WORDS + i];
      }
    }
    permute(v);
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < WORDS; i++) {
        state[lane * WORDS + i] = v[i * COUNT + lane];
      }
    }
  }

  /** The eight rounds of all lanes: S-box, linear map of words four places apart, constants. */
  private static void permute(int[] v) {
    IntVector w0 = fromArray(INTS, v, 0);
    IntVector w1 = fromArray(INTS, v, COUNT);
    IntVector w2 = fromArray(INTS, v, 2 * COUNT);
    IntVector w3 = fromArray(INTS, v, 3 * COUNT);
    IntVector w4 = fromArray(INTS, v, 4 * COUNT);
    IntVector w5 = fromArray(INTS, v, 5 * COUNT);
    IntVector w6 = fromArray(INTS, v, 6 * COUNT);
    IntVector w7 = fromArray(INTS, v, 7 * COUNT);
    for (int at = 0; at < CONSTANTS.length; at += 2 * COUNT) {
      IntVector k0 = w0;
      w0 = w0.or(w1).lanewise(XOR, w3);
      w2 = w2.lanewise(XOR, w3);
      w3 = w3.and(k0);
      w1 = w1.not().lanewise(XOR, w3);
      w3 = w3.lanewise(XOR, w2);
      w2 = w2.and(w0).lanewise(XOR, w1);
      w1 = w1.or(w3);
      k0 = k0.lanewise(XOR, w1);
      w3 = w3.lanewise(XOR, w2);
      w2 = w2.and(w1);
      w1 = w1.lanewise(XOR, w0.not());
      w0 = k0;
      IntVector k5 = w5;
      w5 = w5.or(w6).lanewise(XOR, w4);
      w7 = w7.lanewise(XOR, w4);
      w4 = w4.and(k5);
      w6 = w6.not().lanewise(XOR, w4);
      w4 = w4.lanewise(XOR, w7);
      w7 = w7.and(w5).lanewise(XOR, w6);
      w6 = w6.or(w4);
      k5 = k5.lanewise(XOR, w6);
      w4 = w4.lanewise(XOR, w7);
      w7 = w7.and(w6);
      w6 = w6.lanewise(XOR, w5.not());
      w5 = k5;
      w4 = w4.lanewise(XOR, w0);
      w0 = w0.lanewise(ROL, 2).lanewise(XOR, w4);
      w4 = w4.lanewise(ROL, 14).lanewise(XOR, w0);
      w0 = w0.lanewise(ROL, 10).lanewise(XOR, w4);
      w4 = w4.lanewise(ROL, 1);
      w5 = w5.lanewise(XOR, w1);
      w1 = w1.lanewise(ROL, 2).lanewise(XOR, w5);
      w5 = w5.lanewise(ROL, 14).lanewise(XOR, w1);
      w1 = w1.lanewise(ROL, 10).lanewise(XOR, w5);
      w5 = w5.lanewise(ROL, 1);
      w6 = w6.lanewise(XOR, w2);
      w2 = w2.lanewise(ROL, 2).lanewise(XOR, w6);
      w6 = w6.lanewise(ROL, 14).lanewise(XOR, w2);
      w2 = w2.lanewise(ROL, 10).lanewise(XOR, w6);
      w6 = w6.lanewise(ROL, 1);
      w7 = w7.lanewise(XOR, w3);
      w3 = w3.lanewise(ROL, 2).lanewise(XOR, w7);
      w7 = w7.lanewise(ROL, 14).lanewise(XOR, w3);
      w3 = w3.lanewise(ROL, 10).lanewise(XOR, w7);
      w7 = w7.lanewise(ROL, 1);
      w0 = w0.lanewise(XOR, fromArray(INTS, CONSTANTS, at));
      w4 = w4.lanewise(XOR, fromArray(INTS, CONSTANTS, at + COUNT));
    }
    w0.intoArray(v, 0);
    w1.intoArray(v, COUNT);
    w2.intoArray(v, 2 * COUNT);
    w3.intoArray(v, 3 * COUNT);
    w4.intoArray(v, 4 * COUNT);
    w5.intoArray(v, 5 * COUNT);
    w6.intoArray(v, 6 * COUNT);
    w7.intoArray(v, 7 * COUNT);
  }
}
