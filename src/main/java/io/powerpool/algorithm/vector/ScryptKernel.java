package io.powerpool.algorithm.vector;

import static io.powerpool.algorithm.vector.Lanes.COUNT;

import io.powerpool.algorithm.Hasher;
import io.powerpool.algorithm.Kernel;
import io.powerpool.algorithm.Pbkdf2;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * scrypt with r = 1, p = 1 of two or four groups of headers, as many to a group as a vector holds
 * 128-bit parts: see {@link Salsa} for how their words lie in it.
 */
final class ScryptKernel implements Kernel {

  /** Words in the state of one hash, and rows of vectors in that of a group. */
  private static final int WORDS = HashMemory.STATE;

  private static final int ROWS = 8;

  private static final VarHandle WORD_VIEW =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final int cost;
  private final int groups;
  private final Pbkdf2[] keys;
  private final byte[] bytes = new byte[Pbkdf2.STATE_SIZE];

  /** The states that are being mixed: eight rows for each group. */
  private final int[] x;

  /** All states of the first half of ROMix: those of all hashes, then the next of all of them. */
  private final int[] states;

  /** Two or four groups. */
  ScryptKernel(int cost, int groups) {
    this.cost = cost;
    this.groups = groups;
    x = new int[groups * ROWS * COUNT];
    states = new int[cost * lanes() * WORDS];
    keys = new Pbkdf2[lanes()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Pbkdf2();
    }
  }

  @Override
  public int lanes() {
    return groups * HashMemory.GROUP;
  }

  @Override
  public void hash(byte[] headers, int from, int count, byte[] sink, int to) {
    Objects.checkFromIndexSize(from, count * Hasher.HEADER_SIZE, headers.length);
    Objects.checkFromIndexSize(to, count * Hasher.HASH_SIZE, sink.length);
    for (int i = 0; i < count; i++) {
      keys[i].expand(headers, from + i * Hasher.HEADER_SIZE, bytes);
      for (int j = 0; j < WORDS; j++) {
        x[place(i, j)] = (int) WORD_VIEW.get(bytes, word(j) * Integer.BYTES);
      }
    }
    fill();
    mix();
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < WORDS; j++) {
        WORD_VIEW.set(bytes, word(j) * Integer.BYTES, x[place(i, j)]);
      }
      keys[i].finish(bytes, sink, to + i * Hasher.HASH_SIZE);
    }
  }

  /** Where in the rows the {@code i}-th word in their order is, for this hash. */
  private static int place(int hash, int i) {
    int row = hash / HashMemory.GROUP * ROWS + i / 4;
    return row * COUNT + hash % HashMemory.GROUP * 4 + i % 4;
  }

  /** The word of scrypt's state that is the {@code i}-th in the order of the rows. */
  private static int word(int i) {
    int row = i / 4 % 4;
    return i / 16 * 16 + (4 * row + 5 * (i % 4)) % 16;
  }

  private void fill() {
    int[] rows = x;
    int size = lanes() * WORDS;
    for (int at = 0; at < states.length; at += size) {
      for (int group = 0; group < groups; group++) {
        HashMemory.store(rows, group * ROWS, states, at + group * HashMemory.GROUP * WORDS);
      }
      blockMix(rows, groups);
    }
  }

  private void mix() {
    int[] rows = x;
    int size = lanes() * WORDS;
    for (int i = 0; i < cost; i++) {
      for (int group = 0; group < groups; group++) {
        int at = group * HashMemory.GROUP * WORDS;
        HashMemory.mixIn(rows, group * ROWS, states, at, size, cost - 1);
      }
      blockMix(rows, groups);
    }
  }

  private static void blockMix(int[] rows, int groups) {
    if (groups == 4) {
      Salsa.four(rows, 0, 0, 4);
      Salsa.four(rows, 0, 4, 0);
    } else {
      Salsa.two(rows, 0, 0, 4);
      Salsa.two(rows, 0, 4, 0);
    }
  }
}
