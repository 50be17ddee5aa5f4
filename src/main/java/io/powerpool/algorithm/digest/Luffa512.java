package io.powerpool.algorithm.digest;

import java.util.Arrays;

/**
 * Luffa-512, a candidate of the SHA-3 competition's second round. Takes 64 or 80 bytes.
 *
 * <p>Source: De Canniere, Sato, Watanabe, "Hash function Luffa: specification", version 2.0.1.
 */
public final class Luffa512 implements Digest {

  private static final int SIZE = 64;

  /** Words in a block, and in each of the lanes that the state consists of. */
  private static final int WORDS = 8;

  private static final int BLOCK_SIZE = WORDS * Integer.BYTES;
  private static final int LANES = 5;

  /** Where words are kept for a while: behind the lanes. */
  private static final int KEPT = LANES * WORDS;

  private static final int ROUNDS = 8;

  private static final int[] INITIAL = {
    0x6d251e69, 0x44b051e0, 0x4eaa6fb4, 0xdbf78465, 0x6e292011, 0x90152df4, 0xee058139, 0xdef610bb,
    0xc3b44b95, 0xd9d2f256, 0x70eee9a0, 0xde099fa3, 0x5d9b0557, 0x8fc944b3, 0xcf1ccf0e, 0x746cd581,
    0xf7efc89d, 0x5dba5781, 0x04016ce5, 0xad659c05, 0x0306194f, 0x666d1836, 0x24aa230a, 0x8b264ae7,
    0x858075d5, 0x36d79cce, 0xe571f7d7, 0x204b1f67, 0x35870c6a, 0x57e9e923, 0x14bcb808, 0x7cde72ce,
    0x6c68e9be, 0x5ec41e22, 0xc825b7c7, 0xaffb4363, 0xf5df3999, 0x0fc688f1, 0xb07224cc, 0x03e86cea
  };

  /** For words 0 and 4, round by round, lane by lane. */
  private static final int[] CONSTANTS = {
    0x303994a6, 0xe0337818, 0xc0e65299, 0x441ba90d, 0x6cc33a12, 0x7f34d442, 0xdc56983e, 0x9389217f,
    0x1e00108f, 0xe5a8bce6, 0x7800423d, 0x5274baf4, 0x8f5b7882, 0x26889ba7, 0x96e1db12, 0x9a226e9d,
    0xb6de10ed, 0x01685f3d, 0x70f47aae, 0x05a17cf4, 0x0707a3d4, 0xbd09caca, 0x1c1e8f51, 0xf4272b28,
    0x707a3d45, 0x144ae5cc, 0xaeb28562, 0xfaa7ae2b, 0xbaca1589, 0x2e48f1c1, 0x40a46f3e, 0xb923c704,
    0xfc20d9d2, 0xe25e72c1, 0x34552e25, 0xe623bb72, 0x7ad8818f, 0x5c58a4a4, 0x8438764a, 0x1e38e2e7,
    0xbb6de032, 0x78e38b9d, 0xedb780c8, 0x27586719, 0xd9847356, 0x36eda57f, 0xa2c78434, 0x703aace7,
    0xb213afa5, 0xe028c9bf, 0xc84ebe95, 0x44756f91, 0x4e608a22, 0x7e8fce32, 0x56d858fe, 0x956548be,
    0x343b138f, 0xfe191be2, 0xd0ec4e3d, 0x3cb226e5, 0x2ceb4882, 0x5944a28e, 0xb3ad2208, 0xa1c4c355,
    0xf0d2e9e3, 0x5090d577, 0xac11d7fa, 0x2d1925ab, 0x1bcb66f2, 0xb46496ac, 0x6f2d9bc9, 0xd1925ab0,
    0x78602649, 0x29131ab6, 0x8edae952, 0x0fc053c3, 0x3b6ba548, 0x3f014f0c, 0xedae9520, 0xfc053c31
  };

  private final Rounds rounds;
  private final int[] block = new int[WORDS];
  private final int[] state = new int[KEPT + WORDS];
  private final int[] result = new int[WORDS];

  public Luffa512() {
    this(Rounds.PLAIN);
  }

  public Luffa512(Rounds rounds) {
    this.rounds = rounds;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == 64 || length == 80);
    System.arraycopy(INITIAL, 0, state, 0, INITIAL.length);
    int at = 0;
    for (; length - at >= BLOCK_SIZE; at += BLOCK_SIZE) {
      Words.readBig(source, from + at, block, WORDS);
      absorb();
    }
    int left = (length - at) / Integer.BYTES;
    Words.readBig(source, from + at, block, left);
    Words.pad(block, left, 1 << 31);
    absorb();
    for (int half = 0; half < 2; half++) {
      Arrays.fill(block, 0);
      absorb();
      for (int i = 0; i < WORDS; i++) {
        result[i] = state[i] ^ state[8 + i] ^ state[16 + i] ^ state[24 + i] ^ state[32 + i];
      }
      Words.writeBig(result, 0, WORDS, sink, to + half * BLOCK_SIZE);
    }
  }

  /** The constants of a word in a lane, by the round: of word 0 or 4. */
  public static int constant(int lane, int word, int round) {
    return CONSTANTS[(lane * ROUNDS + round) * 2 + word / 4];
  }

  /** Mixes the block and the lanes with each other, and then each lane in itself. */
  private void absorb() {
    inject(state, block);
    for (int lane = 1; lane < LANES; lane++) {
      // The tweak that tells the lanes apart.
      for (int i = lane * WORDS + 4; i < lane * WORDS + 8; i++) {
        state[i] = Integer.rotateLeft(state[i], lane);
      }
    }
    rounds.luffa(state);
  }

  /** Each of the five lanes for itself. */
  static void permute(int[] state) {
    for (int lane = 0; lane < LANES; lane++) {
      permute(state, lane);
    }
  }

  /** Overwrites the block, and what lies behind the lanes. */
  private static void inject(int[] v, int[] m) {
    for (int i = 0; i < WORDS; i++) {
      v[KEPT + i] = v[i] ^ v[8 + i] ^ v[16 + i] ^ v[24 + i] ^ v[32 + i];
    }
    twice(v, KEPT);
    for (int i = 0; i < WORDS; i++) {
      int sum = v[KEPT + i];
      v[i] ^= sum;
      v[8 + i] ^= sum;
      v[16 + i] ^= sum;
      v[24 + i] ^= sum;
      v[32 + i] ^= sum;
    }

    System.arraycopy(v, 0, v, KEPT, WORDS);
    twiceAnd(v, KEPT, v, 8);
    twiceAnd(v, 8, v, 16);
    twiceAnd(v, 16, v, 24);
    twiceAnd(v, 24, v, 32);
    twiceAnd(v, 32, v, 0);

    System.arraycopy(v, KEPT, v, 0, WORDS);
    twiceAnd(v, 0, v, 32);
    twiceAnd(v, 32, v, 24);
    twiceAnd(v, 24, v, 16);
    twiceAnd(v, 16, v, 8);
    twiceAnd(v, 8, v, KEPT);

    and(v, 0, m, 0);
    twice(m, 0);
    and(v, 8, m, 0);
    twice(m, 0);
    and(v, 16, m, 0);
    twice(m, 0);
    and(v, 24, m, 0);
    twice(m, 0);
    and(v, 32, m, 0);
  }

  private static void twiceAnd(int[] v, int at, int[] other, int from) {
    twice(v, at);
    and(v, at, other, from);
  }

  private static void and(int[] v, int at, int[] other, int from) {
    for (int i = 0; i < WORDS; i++) {
      v[at + i] ^= other[from + i];
    }
  }

  /** The lane at {@code at} times x, in the ring modulo x^8 + x^4 + x^3 + x + 1. */
  private static void twice(int[] v, int at) {
    int carry = v[at + 7];
    v[at + 7] = v[at + 6];
    v[at + 6] = v[at + 5];
    v[at + 5] = v[at + 4];
    v[at + 4] = v[at + 3] ^ carry;
    v[at + 3] = v[at + 2] ^ carry;
    v[at + 2] = v[at + 1];
    v[at + 1] = v[at] ^ carry;
    v[at] = carry;
  }

  private static void permute(int[] v, int lane) {
    int at = lane * WORDS;
    int x0 = v[at];
    int x1 = v[at + 1];
    int x2 = v[at + 2];
    int x3 = v[at + 3];
    int x4 = v[at + 4];
    int x5 = v[at + 5];
    int x6 = v[at + 6];
    int x7 = v[at + 7];
    int end = (lane + 1) * ROUNDS * 2;
    for (int i = lane * ROUNDS * 2; i < end; i += 2) {
      // SubCrumb, the S-box: of words 0 to 3, and of words 5, 6, 7 and 4.
      int kept = x0;
      x0 |= x1;
      x2 ^= x3;
      x1 = ~x1;
      x0 ^= x3;
      x3 &= kept;
      x1 ^= x3;
      x3 ^= x2;
      x2 &= x0;
      x0 = ~x0;
      x2 ^= x1;
      x1 |= x3;
      kept ^= x1;
      x3 ^= x2;
      x2 &= x1;
      x1 ^= x0;
      x0 = kept;

      kept = x5;
      x5 |= x6;
      x7 ^= x4;
      x6 = ~x6;
      x5 ^= x4;
      x4 &= kept;
      x6 ^= x4;
      x4 ^= x7;
      x7 &= x5;
      x5 = ~x5;
      x7 ^= x6;
      x6 |= x4;
      kept ^= x6;
      x4 ^= x7;
      x7 &= x6;
      x6 ^= x5;
      x5 = kept;

      // MixWord.
      x4 ^= x0;
      x0 = Integer.rotateLeft(x0, 2) ^ x4;
      x4 = Integer.rotateLeft(x4, 14) ^ x0;
      x0 = Integer.rotateLeft(x0, 10) ^ x4;
      x4 = Integer.rotateLeft(x4, 1);
      x5 ^= x1;
      x1 = Integer.rotateLeft(x1, 2) ^ x5;
      x5 = Integer.rotateLeft(x5, 14) ^ x1;
      x1 = Integer.rotateLeft(x1, 10) ^ x5;
      x5 = Integer.rotateLeft(x5, 1);
      x6 ^= x2;
      x2 = Integer.rotateLeft(x2, 2) ^ x6;
      x6 = Integer.rotateLeft(x6, 14) ^ x2;
      x2 = Integer.rotateLeft(x2, 10) ^ x6;
      x6 = Integer.rotateLeft(x6, 1);
      x7 ^= x3;
      x3 = Integer.rotateLeft(x3, 2) ^ x7;
      x7 = Integer.rotateLeft(x7, 14) ^ x3;
      x3 = Integer.rotateLeft(x3, 10) ^ x7;
      x7 = Integer.rotateLeft(x7, 1);

      x0 ^= CONSTANTS[i];
      x4 ^= CONSTANTS[i + 1];
    }
    v[at] = x0;
    v[at + 1] = x1;
    v[at + 2] = x2;
    v[at + 3] = x3;
    v[at + 4] = x4;
    v[at + 5] = x5;
    v[at + 6] = x6;
    v[at + 7] = x7;
  }
}
