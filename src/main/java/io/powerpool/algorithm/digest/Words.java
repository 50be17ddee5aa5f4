package io.powerpool.algorithm.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Reads words from bytes and writes them back, least significant byte first or last. */
final class Words {

  private static final VarHandle LITTLE_INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LITTLE_LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle BIG_LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Words() {}

  /**
   * Refuses a length that the caller does not take, and ranges outside their arrays.
   *
   * @param size bytes that will be written at {@code to}
   * @param taken whether the length is one that the caller takes
   * @throws IllegalArgumentException naming the length
   */
  static void check(
      byte[] source, int from, int length, byte[] sink, int to, int size, boolean taken) {
    if (!taken) {
      throw new IllegalArgumentException("does not hash inputs of " + length + " bytes");
    }
    Objects.checkFromIndexSize(from, length, source.length);
    Objects.checkFromIndexSize(to, size, sink.length);
  }

  static void setLittle(byte[] sink, int to, int word) {
    LITTLE_INTS.set(sink, to, word);
  }

  static void setLittle(byte[] sink, int to, long word) {
    LITTLE_LONGS.set(sink, to, word);
  }

  static long longLittle(byte[] source, int from) {
    return (long) LITTLE_LONGS.get(source, from);
  }

  static long longBig(byte[] source, int from) {
    return (long) BIG_LONGS.get(source, from);
  }

  /** Fills the first {@code count} words. */
  static void readLittle(byte[] source, int from, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (int) LITTLE_INTS.get(source, from + i * Integer.BYTES);
    }
  }

  /** Fills the first {@code count} words. */
  static void readBig(byte[] source, int from, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (int) BIG_INTS.get(source, from + i * Integer.BYTES);
    }
  }

  /** Fills the first {@code count} words. */
  static void readLittle(byte[] source, int from, long[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (long) LITTLE_LONGS.get(source, from + i * Long.BYTES);
    }
  }

  /** Fills the first {@code count} words. */
  static void readBig(byte[] source, int from, long[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = (long) BIG_LONGS.get(source, from + i * Long.BYTES);
    }
  }

  /** Writes {@code count} words from {@code first} on. */
  static void writeLittle(int[] words, int first, int count, byte[] sink, int to) {
    for (int i = 0; i < count; i++) {
      LITTLE_INTS.set(sink, to + i * Integer.BYTES, words[first + i]);
    }
  }

  /** Writes {@code count} words from {@code first} on. */
  static void writeBig(int[] words, int first, int count, byte[] sink, int to) {
    for (int i = 0; i < count; i++) {
      BIG_INTS.set(sink, to + i * Integer.BYTES, words[first + i]);
    }
  }

  /** Writes {@code count} words from {@code first} on. */
  static void writeLittle(long[] words, int first, int count, byte[] sink, int to) {
    for (int i = 0; i < count; i++) {
      LITTLE_LONGS.set(sink, to + i * Long.BYTES, words[first + i]);
    }
  }

  /** Writes {@code count} words from {@code first} on. */
  static void writeBig(long[] words, int first, int count, byte[] sink, int to) {
    for (int i = 0; i < count; i++) {
      BIG_LONGS.set(sink, to + i * Long.BYTES, words[first + i]);
    }
  }

  /**
   * Makes a last block: the rest of the input, a one bit, and zeros.
   *
   * @param used words that the input has left in the block
   * @param one the word with the one bit, in the byte order of the function
   */
  static void pad(long[] block, int used, long one) {
    block[used] = one;
    Arrays.fill(block, used + 1, block.length, 0);
  }

  /** The same for blocks of ints. */
  static void pad(int[] block, int used, int one) {
    block[used] = one;
    Arrays.fill(block, used + 1, block.length, 0);
  }
}
