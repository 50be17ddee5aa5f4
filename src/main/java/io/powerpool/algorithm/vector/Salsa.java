package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;
import static io.powerpool.algorithm.vector.Lanes.INTS;
import static jdk.incubator.vector.IntVector.fromArray;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Salsa20/8 of several hashes at once. A row is a vector with four words of each hash of a group,
 * and the rows hold the diagonals of Salsa20's matrix: word 4 i + 5 j mod 16 is the j-th of row i.
 * So a quarter round of four columns is a quarter round of four rows.
 */
final class Salsa {

  private static final VectorShuffle<Integer> BY_ONE = turned(1);
  private static final VectorShuffle<Integer> BY_TWO = turned(2);
  private static final VectorShuffle<Integer> BY_THREE = turned(3);

  private Salsa() {}

  /** Turns the four words of each hash by this many places. */
  private static VectorShuffle<Integer> turned(int places) {
    return VectorShuffle.fromOp(INTS, lane -> (lane & ~3) | ((lane + places) & 3));
  }

  /**
   * Salsa20/8 of four groups, whose instructions fill each other's waiting times.
   *
   * @param x rows of vectors, eight per group
   * @param at the first group's first row
   * @param in where in a group the rows are that change: 0 or 4
   * @param with where those are that are mixed in first
   */
  static void four(int[] x, int at, int in, int with) {
    int to0 = (at + in) * COUNT;
    int from0 = (at + with) * COUNT;
    int to1 = (at + 8 + in) * COUNT;
    int from1 = (at + 8 + with) * COUNT;
    int to2 = (at + 16 + in) * COUNT;
    int from2 = (at + 16 + with) * COUNT;
    int to3 = (at + 24 + in) * COUNT;
    int from3 = (at + 24 + with) * COUNT;
    IntVector a0 = fromArray(INTS, x, to0).lanewise(XOR, fromArray(INTS, x, from0));
    a0.intoArray(x, to0);
    IntVector b0 = fromArray(INTS, x, to0 + COUNT).lanewise(XOR, fromArray(INTS, x, from0 + COUNT));
    b0.intoArray(x, to0 + COUNT);
    IntVector c0 =
        fromArray(INTS, x, to0 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from0 + 2 * COUNT));
    c0.intoArray(x, to0 + 2 * COUNT);
    IntVector d0 =
        fromArray(INTS, x, to0 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from0 + 3 * COUNT));
    d0.intoArray(x, to0 + 3 * COUNT);
    IntVector a1 = fromArray(INTS, x, to1).lanewise(XOR, fromArray(INTS, x, from1));
    a1.intoArray(x, to1);
    IntVector b1 = fromArray(INTS, x, to1 + COUNT).lanewise(XOR, fromArray(INTS, x, from1 + COUNT));
    b1.intoArray(x, to1 + COUNT);
    IntVector c1 =
        fromArray(INTS, x, to1 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from1 + 2 * COUNT));
    c1.intoArray(x, to1 + 2 * COUNT);
    IntVector d1 =
        fromArray(INTS, x, to1 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from1 + 3 * COUNT));
    d1.intoArray(x, to1 + 3 * COUNT);
    IntVector a2 = fromArray(INTS, x, to2).lanewise(XOR, fromArray(INTS, x, from2));
    a2.intoArray(x, to2);
    IntVector b2 = fromArray(INTS, x, to2 + COUNT).lanewise(XOR, fromArray(INTS, x, from2 + COUNT));
    b2.intoArray(x, to2 + COUNT);
    IntVector c2 =
        fromArray(INTS, x, to2 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from2 + 2 * COUNT));
    c2.intoArray(x, to2 + 2 * COUNT);
    IntVector d2 =
        fromArray(INTS, x, to2 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from2 + 3 * COUNT));
    d2.intoArray(x, to2 + 3 * COUNT);
    IntVector a3 = fromArray(INTS, x, to3).lanewise(XOR, fromArray(INTS, x, from3));
    a3.intoArray(x, to3);
    IntVector b3 = fromArray(INTS, x, to3 + COUNT).lanewise(XOR, fromArray(INTS, x, from3 + COUNT));
    b3.intoArray(x, to3 + COUNT);
    IntVector c3 =
        fromArray(INTS, x, to3 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from3 + 2 * COUNT));
    c3.intoArray(x, to3 + 2 * COUNT);
    IntVector d3 =
        fromArray(INTS, x, to3 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from3 + 3 * COUNT));
    d3.intoArray(x, to3 + 3 * COUNT);
    for (int doubleRound = 0; doubleRound < 4; doubleRound++) {
      b0 = b0.lanewise(XOR, a0.add(d0).lanewise(ROL, 7));
      b1 = b1.lanewise(XOR, a1.add(d1).lanewise(ROL, 7));
      b2 = b2.lanewise(XOR, a2.add(d2).lanewise(ROL, 7));
      b3 = b3.lanewise(XOR, a3.add(d3).lanewise(ROL, 7));
      c0 = c0.lanewise(XOR, b0.add(a0).lanewise(ROL, 9));
      c1 = c1.lanewise(XOR, b1.add(a1).lanewise(ROL, 9));
      c2 = c2.lanewise(XOR, b2.add(a2).lanewise(ROL, 9));
      c3 = c3.lanewise(XOR, b3.add(a3).lanewise(ROL, 9));
      d0 = d0.lanewise(XOR, c0.add(b0).lanewise(ROL, 13));
      d1 = d1.lanewise(XOR, c1.add(b1).lanewise(ROL, 13));
      d2 = d2.lanewise(XOR, c2.add(b2).lanewise(ROL, 13));
      d3 = d3.lanewise(XOR, c3.add(b3).lanewise(ROL, 13));
      a0 = a0.lanewise(XOR, d0.add(c0).lanewise(ROL, 18));
      a1 = a1.lanewise(XOR, d1.add(c1).lanewise(ROL, 18));
      a2 = a2.lanewise(XOR, d2.add(c2).lanewise(ROL, 18));
      a3 = a3.lanewise(XOR, d3.add(c3).lanewise(ROL, 18));

      b0 = b0.rearrange(BY_THREE);
      b1 = b1.rearrange(BY_THREE);
      b2 = b2.rearrange(BY_THREE);
      b3 = b3.rearrange(BY_THREE);
      c0 = c0.rearrange(BY_TWO);
      c1 = c1.rearrange(BY_TWO);
      c2 = c2.rearrange(BY_TWO);
      c3 = c3.rearrange(BY_TWO);
      d0 = d0.rearrange(BY_ONE);
      d1 = d1.rearrange(BY_ONE);
      d2 = d2.rearrange(BY_ONE);
      d3 = d3.rearrange(BY_ONE);

      d0 = d0.lanewise(XOR, a0.add(b0).lanewise(ROL, 7));
      d1 = d1.lanewise(XOR, a1.add(b1).lanewise(ROL, 7));
      d2 = d2.lanewise(XOR, a2.add(b2).lanewise(ROL, 7));
      d3 = d3.lanewise(XOR, a3.add(b3).lanewise(ROL, 7));
      c0 = c0.lanewise(XOR, d0.add(a0).lanewise(ROL, 9));
      c1 = c1.lanewise(XOR, d1.add(a1).lanewise(ROL, 9));
      c2 = c2.lanewise(XOR, d2.add(a2).lanewise(ROL, 9));
      c3 = c3.lanewise(XOR, d3.add(a3).lanewise(ROL, 9));
      b0 = b0.lanewise(XOR, c0.add(d0).lanewise(ROL, 13));
      b1 = b1.lanewise(XOR, c1.add(d1).lanewise(ROL, 13));
      b2 = b2.lanewise(XOR, c2.add(d2).lanewise(ROL, 13));
      b3 = b3.lanewise(XOR, c3.add(d3).lanewise(ROL, 13));
      a0 = a0.lanewise(XOR, b0.add(c0).lanewise(ROL, 18));
      a1 = a1.lanewise(XOR, b1.add(c1).lanewise(ROL, 18));
      a2 = a2.lanewise(XOR, b2.add(c2).lanewise(ROL, 18));
      a3 = a3.lanewise(XOR, b3.add(c3).lanewise(ROL, 18));

      b0 = b0.rearrange(BY_ONE);
      b1 = b1.rearrange(BY_ONE);
      b2 = b2.rearrange(BY_ONE);
      b3 = b3.rearrange(BY_ONE);
      c0 = c0.rearrange(BY_TWO);
      c1 = c1.rearrange(BY_TWO);
      c2 = c2.rearrange(BY_TWO);
      c3 = c3.rearrange(BY_TWO);
      d0 = d0.rearrange(BY_THREE);
      d1 = d1.rearrange(BY_THREE);
      d2 = d2.rearrange(BY_THREE);
      d3 = d3.rearrange(BY_THREE);
    }
    a0.add(fromArray(INTS, x, to0)).intoArray(x, to0);
    b0.add(fromArray(INTS, x, to0 + COUNT)).intoArray(x, to0 + COUNT);
    c0.add(fromArray(INTS, x, to0 + 2 * COUNT)).intoArray(x, to0 + 2 * COUNT);
    d0.add(fromArray(INTS, x, to0 + 3 * COUNT)).intoArray(x, to0 + 3 * COUNT);
    a1.add(fromArray(INTS, x, to1)).intoArray(x, to1);
    b1.add(fromArray(INTS, x, to1 + COUNT)).intoArray(x, to1 + COUNT);
    c1.add(fromArray(INTS, x, to1 + 2 * COUNT)).intoArray(x, to1 + 2 * COUNT);
    d1.add(fromArray(INTS, x, to1 + 3 * COUNT)).intoArray(x, to1 + 3 * COUNT);
    a2.add(fromArray(INTS, x, to2)).intoArray(x, to2);
    b2.add(fromArray(INTS, x, to2 + COUNT)).intoArray(x, to2 + COUNT);
    c2.add(fromArray(INTS, x, to2 + 2 * COUNT)).intoArray(x, to2 + 2 * COUNT);
    d2.add(fromArray(INTS, x, to2 + 3 * COUNT)).intoArray(x, to2 + 3 * COUNT);
    a3.add(fromArray(INTS, x, to3)).intoArray(x, to3);
    b3.add(fromArray(INTS, x, to3 + COUNT)).intoArray(x, to3 + COUNT);
    c3.add(fromArray(INTS, x, to3 + 2 * COUNT)).intoArray(x, to3 + 2 * COUNT);
    d3.add(fromArray(INTS, x, to3 + 3 * COUNT)).intoArray(x, to3 + 3 * COUNT);
  }

  /** The same for two groups: at most eight vectors are alive at once, as JDK 17 needs it. */
  static void two(int[] x, int at, int in, int with) {
    int to0 = (at + in) * COUNT;
    int from0 = (at + with) * COUNT;
    int to1 = (at + 8 + in) * COUNT;
    int from1 = (at + 8 + with) * COUNT;
    IntVector a0 = fromArray(INTS, x, to0).lanewise(XOR, fromArray(INTS, x, from0));
    a0.intoArray(x, to0);
    IntVector b0 = fromArray(INTS, x, to0 + COUNT).lanewise(XOR, fromArray(INTS, x, from0 + COUNT));
    b0.intoArray(x, to0 + COUNT);
    IntVector c0 =
        fromArray(INTS, x, to0 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from0 + 2 * COUNT));
    c0.intoArray(x, to0 + 2 * COUNT);
    IntVector d0 =
        fromArray(INTS, x, to0 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from0 + 3 * COUNT));
    d0.intoArray(x, to0 + 3 * COUNT);
    IntVector a1 = fromArray(INTS, x, to1).lanewise(XOR, fromArray(INTS, x, from1));
    a1.intoArray(x, to1);
    IntVector b1 = fromArray(INTS, x, to1 + COUNT).lanewise(XOR, fromArray(INTS, x, from1 + COUNT));
    b1.intoArray(x, to1 + COUNT);
    IntVector c1 =
        fromArray(INTS, x, to1 + 2 * COUNT).lanewise(XOR, fromArray(INTS, x, from1 + 2 * COUNT));
    c1.intoArray(x, to1 + 2 * COUNT);
    IntVector d1 =
        fromArray(INTS, x, to1 + 3 * COUNT).lanewise(XOR, fromArray(INTS, x, from1 + 3 * COUNT));
    d1.intoArray(x, to1 + 3 * COUNT);
    for (int doubleRound = 0; doubleRound < 4; doubleRound++) {
      b0 = b0.lanewise(XOR, a0.add(d0).lanewise(ROL, 7));
      b1 = b1.lanewise(XOR, a1.add(d1).lanewise(ROL, 7));
      c0 = c0.lanewise(XOR, b0.add(a0).lanewise(ROL, 9));
      c1 = c1.lanewise(XOR, b1.add(a1).lanewise(ROL, 9));
      d0 = d0.lanewise(XOR, c0.add(b0).lanewise(ROL, 13));
      d1 = d1.lanewise(XOR, c1.add(b1).lanewise(ROL, 13));
      a0 = a0.lanewise(XOR, d0.add(c0).lanewise(ROL, 18));
      a1 = a1.lanewise(XOR, d1.add(c1).lanewise(ROL, 18));

      b0 = b0.rearrange(BY_THREE);
      b1 = b1.rearrange(BY_THREE);
      c0 = c0.rearrange(BY_TWO);
      c1 = c1.rearrange(BY_TWO);
      d0 = d0.rearrange(BY_ONE);
      d1 = d1.rearrange(BY_ONE);

      d0 = d0.lanewise(XOR, a0.add(b0).lanewise(ROL, 7));
      d1 = d1.lanewise(XOR, a1.add(b1).lanewise(ROL, 7));
      c0 = c0.lanewise(XOR, d0.add(a0).lanewise(ROL, 9));
      c1 = c1.lanewise(XOR, d1.add(a1).lanewise(ROL, 9));
      b0 = b0.lanewise(XOR, c0.add(d0).lanewise(ROL, 13));
      b1 = b1.lanewise(XOR, c1.add(d1).lanewise(ROL, 13));
      a0 = a0.lanewise(XOR, b0.add(c0).lanewise(ROL, 18));
      a1 = a1.lanewise(XOR, b1.add(c1).lanewise(ROL, 18));

      b0 = b0.rearrange(BY_ONE);
      b1 = b1.rearrange(BY_ONE);
      c0 = c0.rearrange(BY_TWO);
      c1 = c1.rearrange(BY_TWO);
      d0 = d0.rearrange(BY_THREE);
      d1 = d1.rearrange(BY_THREE);
    }
    a0.add(fromArray(INTS, x, to0)).intoArray(x, to0);
    b0.add(fromArray(INTS, x, to0 + COUNT)).intoArray(x, to0 + COUNT);
    c0.add(fromArray(INTS, x, to0 + 2 * COUNT)).intoArray(x, to0 + 2 * COUNT);
    d0.add(fromArray(INTS, x, to0 + 3 * COUNT)).intoArray(x, to0 + 3 * COUNT);
    a1.add(fromArray(INTS, x, to1)).intoArray(x, to1);
    b1.add(fromArray(INTS, x, to1 + COUNT)).intoArray(x, to1 + COUNT);
    c1.add(fromArray(INTS, x, to1 + 2 * COUNT)).intoArray(x, to1 + 2 * COUNT);
    d1.add(fromArray(INTS, x, to1 + 3 * COUNT)).intoArray(x, to1 + 3 * COUNT);
  }
}
