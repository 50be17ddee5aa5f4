package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;
import static io.powerpool.algorithm.vector.Lanes.INTS;
import static jdk.incubator.vector.IntVector.fromArray;
import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Moves the states of a group between the rows that {@link Salsa} works on, where each vector has a
 * part of every hash, and scrypt's memory, where the 128 bytes of one state of one hash lie
 * together: that is all that is read of it when a hash chooses a state.
 *
 * <p>As many rows as there are hashes are turned together, by exchanging parts between pairs of
 * rows. So that no part has to change its place in a vector meanwhile, the parts of row i are
 * stored in the order of "place exclusive-or i"; the same steps lead back.
 */
final class HashMemory {

  /** Hashes in a group: the parts of 128 bits in a vector. */
  static final int GROUP = COUNT / 4;

  /** Words in the state of one hash. */
  static final int STATE = 32;

  private static final VectorShuffle<Integer> SWAP_ONE = swapped(1);
  private static final VectorShuffle<Integer> SWAP_TWO = swapped(2);
  private static final VectorShuffle<Integer> SWAP_THREE = swapped(3);

  /** All bits of the second part of every two, and of the last two of every four. */
  private static final int[] SECOND = parts(1);

  private static final int[] LATTER = parts(2);

  private HashMemory() {}

  private static VectorShuffle<Integer> swapped(int difference) {
    return VectorShuffle.fromOp(INTS, lane -> (lane ^ difference * 4) & COUNT - 1);
  }

  private static int[] parts(int bit) {
    int[] bits = new int[COUNT];
    for (int lane = 0; lane < COUNT; lane++) {
      bits[lane] = (lane / 4 & bit) == 0 ? 0 : -1;
    }
    return bits;
  }

  /** Stores a group's states one behind the other from {@code to} on. */
  static void store(int[] rows, int row, int[] states, int to) {
    int from = row * COUNT;
    if (GROUP == 4) {
      storeFour(rows, from, states, to);
      storeFour(rows, from + 4 * COUNT, states, to + 16);
    } else if (GROUP == 2) {
      storeTwo(rows, from, states, to);
      storeTwo(rows, from + 2 * COUNT, states, to + 8);
      storeTwo(rows, from + 4 * COUNT, states, to + 16);
      storeTwo(rows, from + 6 * COUNT, states, to + 24);
    } else {
      System.arraycopy(rows, from, states, to, STATE);
    }
  }

  private static void storeTwo(int[] rows, int from, int[] states, int to) {
    IntVector r0 = fromArray(INTS, rows, from);
    IntVector r1 = fromArray(INTS, rows, from + COUNT).rearrange(SWAP_ONE);
    IntVector moved = r0.lanewise(XOR, r1).lanewise(AND, fromArray(INTS, SECOND, 0));
    r0.lanewise(XOR, moved).intoArray(states, to);
    r1.lanewise(XOR, moved).intoArray(states, to + STATE);
  }

  private static void storeFour(int[] rows, int from, int[] states, int to) {
    IntVector r0 = fromArray(INTS, rows, from);
    IntVector r1 = fromArray(INTS, rows, from + COUNT).rearrange(SWAP_ONE);
    IntVector r2 = fromArray(INTS, rows, from + 2 * COUNT).rearrange(SWAP_TWO);
    IntVector r3 = fromArray(INTS, rows, from + 3 * COUNT).rearrange(SWAP_THREE);
    IntVector moved = r0.lanewise(XOR, r1).lanewise(AND, fromArray(INTS, SECOND, 0));
    r0 = r0.lanewise(XOR, moved);
    r1 = r1.lanewise(XOR, moved);
    moved = r2.lanewise(XOR, r3).lanewise(AND, fromArray(INTS, SECOND, 0));
    r2 = r2.lanewise(XOR, moved);
    r3 = r3.lanewise(XOR, moved);
    moved = r0.lanewise(XOR, r2).lanewise(AND, fromArray(INTS, LATTER, 0));
    r0.lanewise(XOR, moved).intoArray(states, to);
    r2.lanewise(XOR, moved).intoArray(states, to + 2 * STATE);
    moved = r1.lanewise(XOR, r3).lanewise(AND, fromArray(INTS, LATTER, 0));
    r1.lanewise(XOR, moved).intoArray(states, to + STATE);
    r3.lanewise(XOR, moved).intoArray(states, to + 3 * STATE);
  }

  /**
   * Mixes into a group's rows the states that its hashes choose, each by the first word of the
   * second half of its own.
   *
   * @param from where the group's first states are
   * @param step from one state of a hash to its next
   * @param mask the number of states, less one
   */
  static void mixIn(int[] rows, int row, int[] states, int from, int step, int mask) {
    int to = row * COUNT;
    int choice = to + 4 * COUNT;
    int at0 = from + (rows[choice] & mask) * step;
    if (GROUP == 4) {
      int at1 = from + (rows[choice + 4] & mask) * step + STATE;
      int at2 = from + (rows[choice + 8] & mask) * step + 2 * STATE;
      int at3 = from + (rows[choice + 12] & mask) * step + 3 * STATE;
      mixInFour(rows, to, states, at0, at1, at2, at3);
      mixInFour(rows, to + 4 * COUNT, states, at0 + 16, at1 + 16, at2 + 16, at3 + 16);
    } else if (GROUP == 2) {
      int at1 = from + (rows[choice + 4] & mask) * step + STATE;
      mixInTwo(rows, to, states, at0, at1);
      mixInTwo(rows, to + 2 * COUNT, states, at0 + 8, at1 + 8);
      mixInTwo(rows, to + 4 * COUNT, states, at0 + 16, at1 + 16);
      mixInTwo(rows, to + 6 * COUNT, states, at0 + 24, at1 + 24);
    } else {
      for (int i = 0; i < STATE; i += COUNT) {
        fromArray(INTS, rows, to + i)
            .lanewise(XOR, fromArray(INTS, states, at0 + i))
            .intoArray(rows, to + i);
      }
    }
  }

  private static void mixInTwo(int[] rows, int to, int[] states, int at0, int at1) {
    IntVector s0 = fromArray(INTS, states, at0);
    IntVector s1 = fromArray(INTS, states, at1);
    IntVector moved = s0.lanewise(XOR, s1).lanewise(AND, fromArray(INTS, SECOND, 0));
    s0 = s0.lanewise(XOR, moved);
    s1 = s1.lanewise(XOR, moved).rearrange(SWAP_ONE);
    fromArray(INTS, rows, to).lanewise(XOR, s0).intoArray(rows, to);
    fromArray(INTS, rows, to + COUNT).lanewise(XOR, s1).intoArray(rows, to + COUNT);
  }

  private static void mixInFour(
      int[] rows, int to, int[] states, int at0, int at1, int at2, int at3) {
    IntVector s0 = fromArray(INTS, states, at0);
    IntVector s1 = fromArray(INTS, states, at1);
    IntVector s2 = fromArray(INTS, states, at2);
    IntVector s3 = fromArray(INTS, states, at3);
    IntVector moved = s0.lanewise(XOR, s1).lanewise(AND, fromArray(INTS, SECOND, 0));
    s0 = s0.lanewise(XOR, moved);
    s1 = s1.lanewise(XOR, moved);
    moved = s2.lanewise(XOR, s3).lanewise(AND, fromArray(INTS, SECOND, 0));
    s2 = s2.lanewise(XOR, moved);
    s3 = s3.lanewise(XOR, moved);
    moved = s0.lanewise(XOR, s2).lanewise(AND, fromArray(INTS, LATTER, 0));
    s0 = s0.lanewise(XOR, moved);
    s2 = s2.lanewise(XOR, moved).rearrange(SWAP_TWO);
    moved = s1.lanewise(XOR, s3).lanewise(AND, fromArray(INTS, LATTER, 0));
    s1 = s1.lanewise(XOR, moved).rearrange(SWAP_ONE);
    s3 = s3.lanewise(XOR, moved).rearrange(SWAP_THREE);
    fromArray(INTS, rows, to).lanewise(XOR, s0).intoArray(rows, to);
    fromArray(INTS, rows, to + COUNT).lanewise(XOR, s1).intoArray(rows, to + COUNT);
    fromArray(INTS, rows, to + 2 * COUNT).lanewise(XOR, s2).intoArray(rows, to + 2 * COUNT);
    fromArray(INTS, rows, to + 3 * COUNT).lanewise(XOR, s3).intoArray(rows, to + 3 * COUNT);
  }
}
