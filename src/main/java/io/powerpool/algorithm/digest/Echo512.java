package io.powerpool.algorithm.digest;

/**
 * ECHO-512, a candidate of the SHA-3 competition's second round. Takes 64 bytes.
 *
 * <p>Source: Benadjila, Billet, Gilbert, Macario-Rat, Peyrin, Robshaw, Seurin, "SHA-3 proposal:
 * ECHO", version 1.5. The state is an AES state whose bytes are AES states: its columns lie one
 * behind the other, four words for each of their four rows.
 */
public final class Echo512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;
  private static final int ROUNDS = 10;

  /** Words in the state: the chain in the first half, the block in the second. */
  private static final int WORDS = 64;

  private final int[] initial = new int[WORDS];
  private final int[] state = new int[WORDS];
  private final int[] other = new int[WORDS];

  /** What all inputs have in common, the chain and the padding, is laid down once. */
  public Echo512() {
    for (int i = 0; i < 32; i += 4) {
      initial[i] = BITS;
    }
    // A one bit, zeros, the bits of the result in 16 bits, and those of the input in 128.
    initial[48] = 0x80;
    initial[59] = BITS << 16;
    initial[60] = BITS;
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    Words.readLittle(source, from, other, 16);
    System.arraycopy(other, 0, initial, 32, 16);
    System.arraycopy(initial, 0, state, 0, WORDS);
    // Each AES state has a number as its key that grows from the number of bits on.
    for (int round = 0; round < ROUNDS; round += 2) {
      round(state, other, BITS + round * 16);
      round(other, state, BITS + (round + 1) * 16);
    }
    for (int i = 0; i < 16; i++) {
      other[i] = initial[i] ^ initial[32 + i] ^ state[i] ^ state[32 + i];
    }
    Words.writeLittle(other, 0, 16, sink, to);
  }

  private static void round(int[] x, int[] y, int key) {
    column(x, y, 0, key);
    column(x, y, 1, key);
    column(x, y, 2, key);
    column(x, y, 3, key);
  }

  /** A new column: row by row from further right in the old state, encrypted, and then mixed. */
  private static void column(int[] x, int[] y, int at, int key) {
    encrypt(x, 4 * at, y, 4 * at, key);
    encrypt(x, 4 * (at + 1 & 3) + 1, y, 4 * at + 1, key);
    encrypt(x, 4 * (at + 2 & 3) + 2, y, 4 * at + 2, key);
    encrypt(x, 4 * (at + 3 & 3) + 3, y, 4 * at + 3, key);
    for (int i = 16 * at; i < 16 * at + 4; i++) {
      int a = y[i];
      int b = y[i + 4];
      int c = y[i + 8];
      int d = y[i + 12];
      int ab = a ^ b;
      int bc = b ^ c;
      int cd = c ^ d;
      int ab2 = twice(ab);
      int bc2 = twice(bc);
      int cd2 = twice(cd);
      y[i] = ab2 ^ bc ^ d;
      y[i + 4] = bc2 ^ a ^ cd;
      y[i + 8] = cd2 ^ ab ^ d;
      y[i + 12] = ab2 ^ bc2 ^ cd2 ^ ab ^ c;
    }
  }

  /** Two AES rounds, the first with the key, the second without, of one of the 16 AES states. */
  private static void encrypt(int[] x, int from, int[] y, int to, int key) {
    int a = x[4 * from];
    int b = x[4 * from + 1];
    int c = x[4 * from + 2];
    int d = x[4 * from + 3];
    int e = Aes.round(a, b, c, d) ^ key + from;
    int f = Aes.round(b, c, d, a);
    int g = Aes.round(c, d, a, b);
    int h = Aes.round(d, a, b, c);
    y[4 * to] = Aes.round(e, f, g, h);
    y[4 * to + 1] = Aes.round(f, g, h, e);
    y[4 * to + 2] = Aes.round(g, h, e, f);
    y[4 * to + 3] = Aes.round(h, e, f, g);
  }

  /** Each of the four bytes times x in the AES's field. */
  private static int twice(int x) {
    return (x & 0x7f7f7f7f) << 1 ^ (x >>> 7 & 0x01010101) * 27;
  }
}
