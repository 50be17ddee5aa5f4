package io.powerpool.algorithm.digest;

/**
 * Hamsi-512, a candidate of the SHA-3 competition's second round. Takes 64 bytes.
 *
 * <p>Source: Kucuk, "The hash function Hamsi", 2009.
 */
public final class Hamsi512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;

  /** Words in the chain, and in the state, which is four rows of eight. */
  private static final int CHAIN_WORDS = 16;

  private static final int WORDS = 32;
  private static final int ROUNDS = 6;
  private static final int LAST_ROUNDS = 12;

  /**
   * A part of an address in ASCII: "steelpark Arenberg 10, bus 2446, B-3001 Leuven-Heverlee,
   * Belgium".
   */
  private static final int[] INITIAL = {
    0x73746565, 0x6c706172, 0x6b204172, 0x656e6265, 0x72672031, 0x302c2062, 0x75732032, 0x3434362c,
    0x20422d33, 0x30303120, 0x4c657576, 0x656e2d48, 0x65766572, 0x6c65652c, 0x2042656c, 0x6769756d
  };

  private static final int[] CONSTANTS = {
    0xff00f0f0, 0xccccaaaa, 0xf0f0cccc, 0xff00aaaa, 0xccccaaaa, 0xf0f0ff00, 0xaaaacccc, 0xf0f0ff00,
    0xf0f0cccc, 0xaaaaff00, 0xccccff00, 0xaaaaf0f0, 0xaaaaf0f0, 0xff00cccc, 0xccccf0f0, 0xff00aaaa,
    0xccccaaaa, 0xff00f0f0, 0xff00aaaa, 0xf0f0cccc, 0xf0f0ff00, 0xccccaaaa, 0xf0f0ff00, 0xaaaacccc,
    0xaaaaff00, 0xf0f0cccc, 0xaaaaf0f0, 0xccccff00, 0xff00cccc, 0xaaaaf0f0, 0xff00aaaa, 0xccccf0f0
  };

  private static final int[] LAST_CONSTANTS = {
    0xcaf9639c, 0x0ff0f9c0, 0x639c0ff0, 0xcaf9f9c0, 0x0ff0f9c0, 0x639ccaf9, 0xf9c00ff0, 0x639ccaf9,
    0x639c0ff0, 0xf9c0caf9, 0x0ff0caf9, 0xf9c0639c, 0xf9c0639c, 0xcaf90ff0, 0x0ff0639c, 0xcaf9f9c0,
    0x0ff0f9c0, 0xcaf9639c, 0xcaf9f9c0, 0x639c0ff0, 0x639ccaf9, 0x0ff0f9c0, 0x639ccaf9, 0xf9c00ff0,
    0xf9c0caf9, 0x639c0ff0, 0xf9c0639c, 0x0ff0caf9, 0xcaf90ff0, 0xf9c0639c, 0xcaf9f9c0, 0x0ff0639c
  };

  private final int[] chain = new int[CHAIN_WORDS];
  private final int[] state = new int[WORDS];
  private final long[] code = new long[CHAIN_WORDS / 2];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    System.arraycopy(INITIAL, 0, chain, 0, CHAIN_WORDS);
    for (int i = 0; i < SIZE; i += Long.BYTES) {
      absorb(Words.longBig(source, from + i), ROUNDS, CONSTANTS);
    }
    // The padding: a one bit and zeros, and the number of bits in a block of its own.
    absorb(1L << 63, ROUNDS, CONSTANTS);
    absorb(BITS, LAST_ROUNDS, LAST_CONSTANTS);
    Words.writeBig(chain, 0, CHAIN_WORDS, sink, to);
  }

  private void absorb(long block, int rounds, int[] constants) {
    Hamsi512Code.spread(block, code);
    concatenate(chain, code, state);
    for (int round = 0; round < rounds; round++) {
      mix(state, constants, round);
    }
    for (int i = 0; i < 8; i++) {
      chain[i] ^= state[i];
      chain[8 + i] ^= state[16 + i];
    }
  }

  /** Pairs of words of the code and of the chain take turns. */
  private static void concatenate(int[] chain, long[] code, int[] s) {
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 2; i++) {
        int at = half * 16 + i * 4;
        int pair = half * 4 + i;
        s[at] = (int) code[pair];
        s[at + 1] = (int) (code[pair] >>> 32);
        s[at + 2] = chain[2 * pair];
        s[at + 3] = chain[2 * pair + 1];
        s[at + 8] = chain[2 * pair + 4];
        s[at + 9] = chain[2 * pair + 5];
        s[at + 10] = (int) code[pair + 2];
        s[at + 11] = (int) (code[pair + 2] >>> 32);
      }
    }
  }

  /** One round: constants and counter, the S-box, diffusion along diagonals and within rows. */
  private static void mix(int[] s, int[] constants, int round) {
    s[1] ^= round;
    substitute(s, constants, 0);
    substitute(s, constants, 1);
    substitute(s, constants, 2);
    substitute(s, constants, 3);
    substitute(s, constants, 4);
    substitute(s, constants, 5);
    substitute(s, constants, 6);
    substitute(s, constants, 7);
    diffuse(s, 0, 9, 18, 27);
    diffuse(s, 1, 10, 19, 28);
    diffuse(s, 2, 11, 20, 29);
    diffuse(s, 3, 12, 21, 30);
    diffuse(s, 4, 13, 22, 31);
    diffuse(s, 5, 14, 23, 24);
    diffuse(s, 6, 15, 16, 25);
    diffuse(s, 7, 8, 17, 26);
    diffuse(s, 0, 2, 5, 7);
    diffuse(s, 16, 19, 21, 22);
    diffuse(s, 9, 11, 12, 14);
    diffuse(s, 25, 26, 28, 31);
  }

  /** Constants, and an S-box of Serpent's on the bits of the rows at each place in a column. */
  private static void substitute(int[] s, int[] constants, int column) {
    int a = s[column] ^ constants[column];
    int b = s[column + 8] ^ constants[column + 8];
    int c = s[column + 16] ^ constants[column + 16];
    int d = s[column + 24] ^ constants[column + 24];
    int e = (a & c) ^ d;
    c ^= b ^ e;
    d = (d | a) ^ b;
    a ^= c;
    b = d;
    d = (d | a) ^ e;
    a ^= e & b;
    s[column] = c;
    s[column + 8] = d;
    s[column + 16] = b ^ d ^ a;
    s[column + 24] = ~a;
  }

  /** Serpent's linear transformation. */
  private static void diffuse(int[] s, int i, int j, int k, int l) {
    int a = Integer.rotateLeft(s[i], 13);
    int c = Integer.rotateLeft(s[k], 3);
    int b = Integer.rotateLeft(s[j] ^ a ^ c, 1);
    int d = Integer.rotateLeft(s[l] ^ c ^ a << 3, 7);
    s[i] = Integer.rotateLeft(a ^ b ^ d, 5);
    s[j] = b;
    s[k] = Integer.rotateLeft(c ^ d ^ b << 7, 22);
    s[l] = d;
  }
}
