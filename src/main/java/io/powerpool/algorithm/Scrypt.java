package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * scrypt (RFC 7914) with r = 1, p = 1 and the header as password and as salt: Litecoin and its
 * relatives with N = 1024, the "scrypt-N" coins with a larger N.
 */
public final class Scrypt implements Algorithm {

  /** 2^16 hashes per share of difficulty 1, as miners of scrypt count it. */
  private static final Target DIFFICULTY_ONE =
      Target.ofHex("0000ffff00000000000000000000000000000000000000000000000000000000");

  private final String name;
  private final int cost;

  /**
   * @param name the name in configuration and reports
   * @param cost scrypt's N, a power of two; a hasher holds 128 bytes times this
   * @throws IllegalArgumentException if the cost is not a power of two from 2 to 2^20
   */
  public Scrypt(String name, int cost) {
    if (Integer.bitCount(cost) != 1 || cost < 2 || cost > 1 << 20) {
      throw new IllegalArgumentException(
          "scrypt's N is a power of two from 2 to 1048576, was " + cost);
    }
    this.name = name;
    this.cost = cost;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Target difficultyOne() {
    return DIFFICULTY_ONE;
  }

  @Override
  public boolean slow() {
    return true;
  }

  @Override
  public Hasher newHasher() {
    return new ScryptHasher(cost);
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * The whole of ROMix runs inside one array of ints, and each Salsa20/8 in local variables, which
   * HotSpot keeps in registers. Methods stay far below the 8,000 bytecodes beyond which it would
   * not compile them.
   */
  private static final class ScryptHasher implements Hasher {

    /** Ints in one Salsa20 block, and in the two of them that make the state with r = 1. */
    private static final int SALSA = 16;

    private static final int STATE = 2 * SALSA;

    private static final VarHandle INTS =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int cost;

    /** The N states of the first half of ROMix, then the state that the second half works on. */
    private final int[] scratch;

    private final Pbkdf2 key = new Pbkdf2();
    private final byte[] state = new byte[Pbkdf2.STATE_SIZE];

    ScryptHasher(int cost) {
      this.cost = cost;
      this.scratch = new int[(cost + 1) * STATE];
    }

    @Override
    public void hash(byte[] header, int from, byte[] sink, int to) {
      Objects.checkFromIndexSize(from, HEADER_SIZE, header.length);
      Objects.checkFromIndexSize(to, HASH_SIZE, sink.length);
      key.expand(header, from, state);
      for (int i = 0; i < STATE; i++) {
        scratch[i] = (int) INTS.get(state, i * Integer.BYTES);
      }
      fill(scratch, cost);
      mix(scratch, cost);
      for (int i = 0; i < STATE; i++) {
        INTS.set(state, i * Integer.BYTES, scratch[cost * STATE + i]);
      }
      key.finish(state, sink, to);
    }

    /** First half of ROMix: each state is computed from the one before, right where it stays. */
    private static void fill(int[] v, int cost) {
      for (int at = 0; at < cost * STATE; at += STATE) {
        blockMix(v, at, at + STATE);
      }
    }

    /** Second half: the last state is mixed with earlier ones that it chooses itself. */
    private static void mix(int[] v, int cost) {
      int at = cost * STATE;
      for (int round = 0; round < cost; round++) {
        int chosen = (v[at + SALSA] & (cost - 1)) * STATE;
        for (int i = 0; i < STATE; i++) {
          v[at + i] ^= v[chosen + i];
        }
        blockMix(v, at, at);
      }
    }

    /**
     * BlockMix of the state at {@code from} into the one at {@code to}, which may be the same: the
     * first half becomes Salsa20/8 of the two halves' exclusive or, the second half Salsa20/8 of
     * that and itself.
     *
     * <p>The rounds are spelled out twice so that the words stay in registers from one Salsa20 to
     * the next, and each word is stored as soon as it is made, lest HotSpot load all before it
     * stores any and run out of registers. Either saves an eighth of the whole hash.
     */
    private static void blockMix(int[] v, int from, int to) {
      int x0 = v[from] ^ v[from + 16];
      v[to] = x0;
      int x1 = v[from + 1] ^ v[from + 17];
      v[to + 1] = x1;
      int x2 = v[from + 2] ^ v[from + 18];
      v[to + 2] = x2;
      int x3 = v[from + 3] ^ v[from + 19];
      v[to + 3] = x3;
      int x4 = v[from + 4] ^ v[from + 20];
      v[to + 4] = x4;
      int x5 = v[from + 5] ^ v[from + 21];
      v[to + 5] = x5;
      int x6 = v[from + 6] ^ v[from + 22];
      v[to + 6] = x6;
      int x7 = v[from + 7] ^ v[from + 23];
      v[to + 7] = x7;
      int x8 = v[from + 8] ^ v[from + 24];
      v[to + 8] = x8;
      int x9 = v[from + 9] ^ v[from + 25];
      v[to + 9] = x9;
      int x10 = v[from + 10] ^ v[from + 26];
      v[to + 10] = x10;
      int x11 = v[from + 11] ^ v[from + 27];
      v[to + 11] = x11;
      int x12 = v[from + 12] ^ v[from + 28];
      v[to + 12] = x12;
      int x13 = v[from + 13] ^ v[from + 29];
      v[to + 13] = x13;
      int x14 = v[from + 14] ^ v[from + 30];
      v[to + 14] = x14;
      int x15 = v[from + 15] ^ v[from + 31];
      v[to + 15] = x15;

      for (int doubleRound = 0; doubleRound < 4; doubleRound++) {
        x4 ^= Integer.rotateLeft(x0 + x12, 7);
        x8 ^= Integer.rotateLeft(x4 + x0, 9);
        x12 ^= Integer.rotateLeft(x8 + x4, 13);
        x0 ^= Integer.rotateLeft(x12 + x8, 18);

        x9 ^= Integer.rotateLeft(x5 + x1, 7);
        x13 ^= Integer.rotateLeft(x9 + x5, 9);
        x1 ^= Integer.rotateLeft(x13 + x9, 13);
        x5 ^= Integer.rotateLeft(x1 + x13, 18);

        x14 ^= Integer.rotateLeft(x10 + x6, 7);
        x2 ^= Integer.rotateLeft(x14 + x10, 9);
        x6 ^= Integer.rotateLeft(x2 + x14, 13);
        x10 ^= Integer.rotateLeft(x6 + x2, 18);

        x3 ^= Integer.rotateLeft(x15 + x11, 7);
        x7 ^= Integer.rotateLeft(x3 + x15, 9);
        x11 ^= Integer.rotateLeft(x7 + x3, 13);
        x15 ^= Integer.rotateLeft(x11 + x7, 18);

        x1 ^= Integer.rotateLeft(x0 + x3, 7);
        x2 ^= Integer.rotateLeft(x1 + x0, 9);
        x3 ^= Integer.rotateLeft(x2 + x1, 13);
        x0 ^= Integer.rotateLeft(x3 + x2, 18);

        x6 ^= Integer.rotateLeft(x5 + x4, 7);
        x7 ^= Integer.rotateLeft(x6 + x5, 9);
        x4 ^= Integer.rotateLeft(x7 + x6, 13);
        x5 ^= Integer.rotateLeft(x4 + x7, 18);

        x11 ^= Integer.rotateLeft(x10 + x9, 7);
        x8 ^= Integer.rotateLeft(x11 + x10, 9);
        x9 ^= Integer.rotateLeft(x8 + x11, 13);
        x10 ^= Integer.rotateLeft(x9 + x8, 18);

        x12 ^= Integer.rotateLeft(x15 + x14, 7);
        x13 ^= Integer.rotateLeft(x12 + x15, 9);
        x14 ^= Integer.rotateLeft(x13 + x12, 13);
        x15 ^= Integer.rotateLeft(x14 + x13, 18);
      }

      x0 += v[to];
      v[to] = x0;
      x0 ^= v[from + 16];
      v[to + 16] = x0;
      x1 += v[to + 1];
      v[to + 1] = x1;
      x1 ^= v[from + 17];
      v[to + 17] = x1;
      x2 += v[to + 2];
      v[to + 2] = x2;
      x2 ^= v[from + 18];
      v[to + 18] = x2;
      x3 += v[to + 3];
      v[to + 3] = x3;
      x3 ^= v[from + 19];
      v[to + 19] = x3;
      x4 += v[to + 4];
      v[to + 4] = x4;
      x4 ^= v[from + 20];
      v[to + 20] = x4;
      x5 += v[to + 5];
      v[to + 5] = x5;
      x5 ^= v[from + 21];
      v[to + 21] = x5;
      x6 += v[to + 6];
      v[to + 6] = x6;
      x6 ^= v[from + 22];
      v[to + 22] = x6;
      x7 += v[to + 7];
      v[to + 7] = x7;
      x7 ^= v[from + 23];
      v[to + 23] = x7;
      x8 += v[to + 8];
      v[to + 8] = x8;
      x8 ^= v[from + 24];
      v[to + 24] = x8;
      x9 += v[to + 9];
      v[to + 9] = x9;
      x9 ^= v[from + 25];
      v[to + 25] = x9;
      x10 += v[to + 10];
      v[to + 10] = x10;
      x10 ^= v[from + 26];
      v[to + 26] = x10;
      x11 += v[to + 11];
      v[to + 11] = x11;
      x11 ^= v[from + 27];
      v[to + 27] = x11;
      x12 += v[to + 12];
      v[to + 12] = x12;
      x12 ^= v[from + 28];
      v[to + 28] = x12;
      x13 += v[to + 13];
      v[to + 13] = x13;
      x13 ^= v[from + 29];
      v[to + 29] = x13;
      x14 += v[to + 14];
      v[to + 14] = x14;
      x14 ^= v[from + 30];
      v[to + 30] = x14;
      x15 += v[to + 15];
      v[to + 15] = x15;
      x15 ^= v[from + 31];
      v[to + 31] = x15;

      for (int doubleRound = 0; doubleRound < 4; doubleRound++) {
        x4 ^= Integer.rotateLeft(x0 + x12, 7);
        x8 ^= Integer.rotateLeft(x4 + x0, 9);
        x12 ^= Integer.rotateLeft(x8 + x4, 13);
        x0 ^= Integer.rotateLeft(x12 + x8, 18);

        x9 ^= Integer.rotateLeft(x5 + x1, 7);
        x13 ^= Integer.rotateLeft(x9 + x5, 9);
        x1 ^= Integer.rotateLeft(x13 + x9, 13);
        x5 ^= Integer.rotateLeft(x1 + x13, 18);

        x14 ^= Integer.rotateLeft(x10 + x6, 7);
        x2 ^= Integer.rotateLeft(x14 + x10, 9);
        x6 ^= Integer.rotateLeft(x2 + x14, 13);
        x10 ^= Integer.rotateLeft(x6 + x2, 18);

        x3 ^= Integer.rotateLeft(x15 + x11, 7);
        x7 ^= Integer.rotateLeft(x3 + x15, 9);
        x11 ^= Integer.rotateLeft(x7 + x3, 13);
        x15 ^= Integer.rotateLeft(x11 + x7, 18);

        x1 ^= Integer.rotateLeft(x0 + x3, 7);
        x2 ^= Integer.rotateLeft(x1 + x0, 9);
        x3 ^= Integer.rotateLeft(x2 + x1, 13);
        x0 ^= Integer.rotateLeft(x3 + x2, 18);

        x6 ^= Integer.rotateLeft(x5 + x4, 7);
        x7 ^= Integer.rotateLeft(x6 + x5, 9);
        x4 ^= Integer.rotateLeft(x7 + x6, 13);
        x5 ^= Integer.rotateLeft(x4 + x7, 18);

        x11 ^= Integer.rotateLeft(x10 + x9, 7);
        x8 ^= Integer.rotateLeft(x11 + x10, 9);
        x9 ^= Integer.rotateLeft(x8 + x11, 13);
        x10 ^= Integer.rotateLeft(x9 + x8, 18);

        x12 ^= Integer.rotateLeft(x15 + x14, 7);
        x13 ^= Integer.rotateLeft(x12 + x15, 9);
        x14 ^= Integer.rotateLeft(x13 + x12, 13);
        x15 ^= Integer.rotateLeft(x14 + x13, 18);
      }

      v[to + 16] += x0;
      v[to + 17] += x1;
      v[to + 18] += x2;
      v[to + 19] += x3;
      v[to + 20] += x4;
      v[to + 21] += x5;
      v[to + 22] += x6;
      v[to + 23] += x7;
      v[to + 24] += x8;
      v[to + 25] += x9;
      v[to + 26] += x10;
      v[to + 27] += x11;
      v[to + 28] += x12;
      v[to + 29] += x13;
      v[to + 30] += x14;
      v[to + 31] += x15;
    }
  }
}
