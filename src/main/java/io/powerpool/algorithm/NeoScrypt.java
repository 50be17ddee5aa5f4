package io.powerpool.algorithm;

import io.powerpool.bitcoin.Target;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * NeoScrypt, with N = 128 and r = 2, of the header as password and as salt: Feathercoin and its
 * relatives.
 *
 * <p>Source: Doering, "NeoScrypt, a strong memory intensive key derivation function", 2014, and its
 * code in Feathercoin. It is scrypt with three changes: {@link FastKdf} stands for PBKDF2, the
 * state goes through ROMix twice, once with ChaCha20 and once with Salsa20, all twenty rounds of
 * them, and what comes of the two is added.
 */
final class NeoScrypt implements Algorithm {

  /** 2^16 hashes per share of difficulty 1, as of scrypt. */
  private static final Target DIFFICULTY_ONE =
      Target.ofHex("0000ffff00000000000000000000000000000000000000000000000000000000");

  @Override
  public String name() {
    return "neoscrypt";
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
    return new NeoScryptHasher();
  }

  @Override
  public String toString() {
    return name();
  }

  private static final class NeoScryptHasher implements Hasher {

    /** scrypt's N: states that are kept. */
    private static final int COST = 128;

    private static final int DOUBLE_ROUNDS = 10;

    /** Ints in a block of the ciphers, and in the four of them that make the state. */
    private static final int BLOCK = 16;

    private static final int STATE = 4 * BLOCK;
    private static final int STATE_SIZE = STATE * Integer.BYTES;

    /** Where, after the states that are kept, two more are that take turns as the present one. */
    private static final int PRESENT = COST * STATE;

    private static final int NEXT = PRESENT + STATE;

    private static final VarHandle INTS =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final FastKdf kdf = new FastKdf();
    private final byte[] state = new byte[STATE_SIZE];
    private final int[] scratch = new int[NEXT + STATE];
    private final int[] sum = new int[STATE];

    @Override
    public void hash(byte[] header, int from, byte[] sink, int to) {
      Objects.checkFromIndexSize(from, HEADER_SIZE, header.length);
      Objects.checkFromIndexSize(to, HASH_SIZE, sink.length);
      kdf.derive(header, from, HEADER_SIZE, header, from, HEADER_SIZE, state, 0, STATE_SIZE);
      int[] s = scratch;
      for (int i = 0; i < STATE; i++) {
        s[i] = (int) INTS.get(state, i * Integer.BYTES);
      }
      mixWithChaCha(s);
      System.arraycopy(s, PRESENT, sum, 0, STATE);
      // The first of the states that are kept is still what it was.
      mixWithSalsa(s);
      for (int i = 0; i < STATE; i++) {
        INTS.set(state, i * Integer.BYTES, sum[i] ^ s[PRESENT + i]);
      }
      kdf.derive(header, from, HEADER_SIZE, state, 0, STATE_SIZE, sink, to, HASH_SIZE);
    }

    private static void mixWithChaCha(int[] s) {
      for (int at = 0; at < PRESENT; at += STATE) {
        chaChaBlocks(s, at, at + STATE);
      }
      for (int i = 0; i < COST; i += 2) {
        addKept(s, PRESENT);
        chaChaBlocks(s, PRESENT, NEXT);
        addKept(s, NEXT);
        chaChaBlocks(s, NEXT, PRESENT);
      }
    }

    private static void mixWithSalsa(int[] s) {
      for (int at = 0; at < PRESENT; at += STATE) {
        salsaBlocks(s, at, at + STATE);
      }
      for (int i = 0; i < COST; i += 2) {
        addKept(s, PRESENT);
        salsaBlocks(s, PRESENT, NEXT);
        addKept(s, NEXT);
        salsaBlocks(s, NEXT, PRESENT);
      }
    }

    /** Adds the kept state that the first word of the last block picks. */
    private static void addKept(int[] s, int at) {
      int kept = (s[at + 3 * BLOCK] & COST - 1) * STATE;
      for (int i = 0; i < STATE; i++) {
        s[at + i] ^= s[kept + i];
      }
    }

    /** scrypt's BlockMix, in whose result the blocks with odd numbers come last. */
    private static void chaChaBlocks(int[] s, int at, int to) {
      chaCha(s, at, at + 3 * BLOCK, to);
      chaCha(s, at + BLOCK, to, to + 2 * BLOCK);
      chaCha(s, at + 2 * BLOCK, to + 2 * BLOCK, to + BLOCK);
      chaCha(s, at + 3 * BLOCK, to + BLOCK, to + 3 * BLOCK);
    }

    private static void salsaBlocks(int[] s, int at, int to) {
      salsa(s, at, at + 3 * BLOCK, to);
      salsa(s, at + BLOCK, to, to + 2 * BLOCK);
      salsa(s, at + 2 * BLOCK, to + 2 * BLOCK, to + BLOCK);
      salsa(s, at + 3 * BLOCK, to + BLOCK, to + 3 * BLOCK);
    }

    /** ChaCha20 of two blocks' exclusive or, which is added to it (the core's feed-forward). */
    private static void chaCha(int[] s, int at, int other, int to) {
      int i0 = s[at] ^ s[other];
      int i1 = s[at + 1] ^ s[other + 1];
      int i2 = s[at + 2] ^ s[other + 2];
      int i3 = s[at + 3] ^ s[other + 3];
      int i4 = s[at + 4] ^ s[other + 4];
      int i5 = s[at + 5] ^ s[other + 5];
      int i6 = s[at + 6] ^ s[other + 6];
      int i7 = s[at + 7] ^ s[other + 7];
      int i8 = s[at + 8] ^ s[other + 8];
      int i9 = s[at + 9] ^ s[other + 9];
      int i10 = s[at + 10] ^ s[other + 10];
      int i11 = s[at + 11] ^ s[other + 11];
      int i12 = s[at + 12] ^ s[other + 12];
      int i13 = s[at + 13] ^ s[other + 13];
      int i14 = s[at + 14] ^ s[other + 14];
      int i15 = s[at + 15] ^ s[other + 15];
      int x0 = i0;
      int x1 = i1;
      int x2 = i2;
      int x3 = i3;
      int x4 = i4;
      int x5 = i5;
      int x6 = i6;
      int x7 = i7;
      int x8 = i8;
      int x9 = i9;
      int x10 = i10;
      int x11 = i11;
      int x12 = i12;
      int x13 = i13;
      int x14 = i14;
      int x15 = i15;
      for (int i = 0; i < DOUBLE_ROUNDS; i++) {
        x0 += x4;
        x12 = Integer.rotateLeft(x12 ^ x0, 16);
        x8 += x12;
        x4 = Integer.rotateLeft(x4 ^ x8, 12);
        x0 += x4;
        x12 = Integer.rotateLeft(x12 ^ x0, 8);
        x8 += x12;
        x4 = Integer.rotateLeft(x4 ^ x8, 7);
        x1 += x5;
        x13 = Integer.rotateLeft(x13 ^ x1, 16);
        x9 += x13;
        x5 = Integer.rotateLeft(x5 ^ x9, 12);
        x1 += x5;
        x13 = Integer.rotateLeft(x13 ^ x1, 8);
        x9 += x13;
        x5 = Integer.rotateLeft(x5 ^ x9, 7);
        x2 += x6;
        x14 = Integer.rotateLeft(x14 ^ x2, 16);
        x10 += x14;
        x6 = Integer.rotateLeft(x6 ^ x10, 12);
        x2 += x6;
        x14 = Integer.rotateLeft(x14 ^ x2, 8);
        x10 += x14;
        x6 = Integer.rotateLeft(x6 ^ x10, 7);
        x3 += x7;
        x15 = Integer.rotateLeft(x15 ^ x3, 16);
        x11 += x15;
        x7 = Integer.rotateLeft(x7 ^ x11, 12);
        x3 += x7;
        x15 = Integer.rotateLeft(x15 ^ x3, 8);
        x11 += x15;
        x7 = Integer.rotateLeft(x7 ^ x11, 7);
        x0 += x5;
        x15 = Integer.rotateLeft(x15 ^ x0, 16);
        x10 += x15;
        x5 = Integer.rotateLeft(x5 ^ x10, 12);
        x0 += x5;
        x15 = Integer.rotateLeft(x15 ^ x0, 8);
        x10 += x15;
        x5 = Integer.rotateLeft(x5 ^ x10, 7);
        x1 += x6;
        x12 = Integer.rotateLeft(x12 ^ x1, 16);
        x11 += x12;
        x6 = Integer.rotateLeft(x6 ^ x11, 12);
        x1 += x6;
        x12 = Integer.rotateLeft(x12 ^ x1, 8);
        x11 += x12;
        x6 = Integer.rotateLeft(x6 ^ x11, 7);
        x2 += x7;
        x13 = Integer.rotateLeft(x13 ^ x2, 16);
        x8 += x13;
        x7 = Integer.rotateLeft(x7 ^ x8, 12);
        x2 += x7;
        x13 = Integer.rotateLeft(x13 ^ x2, 8);
        x8 += x13;
        x7 = Integer.rotateLeft(x7 ^ x8, 7);
        x3 += x4;
        x14 = Integer.rotateLeft(x14 ^ x3, 16);
        x9 += x14;
        x4 = Integer.rotateLeft(x4 ^ x9, 12);
        x3 += x4;
        x14 = Integer.rotateLeft(x14 ^ x3, 8);
        x9 += x14;
        x4 = Integer.rotateLeft(x4 ^ x9, 7);
      }
      s[to] = i0 + x0;
      s[to + 1] = i1 + x1;
      s[to + 2] = i2 + x2;
      s[to + 3] = i3 + x3;
      s[to + 4] = i4 + x4;
      s[to + 5] = i5 + x5;
      s[to + 6] = i6 + x6;
      s[to + 7] = i7 + x7;
      s[to + 8] = i8 + x8;
      s[to + 9] = i9 + x9;
      s[to + 10] = i10 + x10;
      s[to + 11] = i11 + x11;
      s[to + 12] = i12 + x12;
      s[to + 13] = i13 + x13;
      s[to + 14] = i14 + x14;
      s[to + 15] = i15 + x15;
    }

    /** Salsa20 of two blocks' exclusive or, which is added to it (the core's feed-forward). */
    private static void salsa(int[] s, int at, int other, int to) {
      int i0 = s[at] ^ s[other];
      int i1 = s[at + 1] ^ s[other + 1];
      int i2 = s[at + 2] ^ s[other + 2];
      int i3 = s[at + 3] ^ s[other + 3];
      int i4 = s[at + 4] ^ s[other + 4];
      int i5 = s[at + 5] ^ s[other + 5];
      int i6 = s[at + 6] ^ s[other + 6];
      int i7 = s[at + 7] ^ s[other + 7];
      int i8 = s[at + 8] ^ s[other + 8];
      int i9 = s[at + 9] ^ s[other + 9];
      int i10 = s[at + 10] ^ s[other + 10];
      int i11 = s[at + 11] ^ s[other + 11];
      int i12 = s[at + 12] ^ s[other + 12];
      int i13 = s[at + 13] ^ s[other + 13];
      int i14 = s[at + 14] ^ s[other + 14];
      int i15 = s[at + 15] ^ s[other + 15];
      int x0 = i0;
      int x1 = i1;
      int x2 = i2;
      int x3 = i3;
      int x4 = i4;
      int x5 = i5;
      int x6 = i6;
      int x7 = i7;
      int x8 = i8;
      int x9 = i9;
      int x10 = i10;
      int x11 = i11;
      int x12 = i12;
      int x13 = i13;
      int x14 = i14;
      int x15 = i15;
      for (int i = 0; i < DOUBLE_ROUNDS; i++) {
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
      s[to] = i0 + x0;
      s[to + 1] = i1 + x1;
      s[to + 2] = i2 + x2;
      s[to + 3] = i3 + x3;
      s[to + 4] = i4 + x4;
      s[to + 5] = i5 + x5;
      s[to + 6] = i6 + x6;
      s[to + 7] = i7 + x7;
      s[to + 8] = i8 + x8;
      s[to + 9] = i9 + x9;
      s[to + 10] = i10 + x10;
      s[to + 11] = i11 + x11;
      s[to + 12] = i12 + x12;
      s[to + 13] = i13 + x13;
      s[to + 14] = i14 + x14;
      s[to + 15] = i15 + x15;
    }
  }
}
