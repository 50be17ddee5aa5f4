package io.powerpool.algorithm.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The machine's widest vectors, and how words get into their lanes. The width is a constant of the
 * class, for only with constant widths does HotSpot compile vectors to vector instructions.
 */
final class Lanes {

  /** 128, 256 or 512; other than the machine's own it is only for tests. */
  static final int BITS = Integer.getInteger("powerpool.vector.bits", preferredBits());

  static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, VectorShape.forBitSize(BITS));

  /** Ints in a vector: 4, 8 or 16. */
  static final int COUNT = INTS.length();

  private static final VarHandle BIG_INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private Lanes() {}

  /** The widest that the machine has, and that the functions here are written for. */
  private static int preferredBits() {
    return Math.min(512, VectorShape.preferredShape().vectorBitSize());
  }

  /** Gives all lanes of the vector the same word. */
  static void fill(int[] words, int index, int word) {
    Arrays.fill(words, index * COUNT, (index + 1) * COUNT, word);
  }

  /**
   * Puts the {@code words} big-endian words at {@code from} of each header into its lane.
   *
   * @param count how many headers there are; the lanes of the others keep what they have
   */
  static void readBig(byte[] headers, int from, int stride, int count, int[] sink, int words) {
    for (int lane = 0; lane < count; lane++) {
      for (int i = 0; i < words; i++) {
        sink[i * COUNT + lane] = (int) BIG_INTS.get(headers, from + lane * stride + i * 4);
      }
    }
  }

  /** Writes eight words of each of the first {@code count} lanes, 32 bytes one behind the other. */
  static void writeBig(int[] words, int count, byte[] sink, int to) {
    for (int lane = 0; lane < count; lane++) {
      for (int i = 0; i < 8; i++) {
        BIG_INTS.set(sink, to + lane * 32 + i * 4, words[i * COUNT + lane]);
      }
    }
  }
}
