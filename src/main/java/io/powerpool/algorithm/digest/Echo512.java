package io.powerpool.algorithm.digest;

/**
 * ECHO-512, a candidate of the SHA-3 competition's second round. Takes 64 bytes.
 *
 * <p>Source: Benadjila, Billet, Gilbert, Macario-Rat, Peyrin, Robshaw, Seurin, "SHA-3 proposal:
 * ECHO", version 1.5. The state is an AES state whose bytes are AES states: its columns lie one
 * behind the other, and in each its four rows of 16 bytes.
 */
public final class Echo512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;
  private static final int ROUNDS = 10;

  /** Bytes in the state: the chain in the first half, the block in the second. */
  private static final int STATE_SIZE = 256;

  private static final int STATES = 16;
  private static final int COLUMN_SIZE = 64;
  private static final int ROW_SIZE = 16;

  /** The chain and the padded block. */
  private final byte[] initial = new byte[STATE_SIZE];

  private final byte[] state = new byte[STATE_SIZE];
  private final byte[] other = new byte[STATE_SIZE];

  /** What all inputs have in common, the chain and the padding, is laid down once. */
  public Echo512() {
    for (int i = 0; i < STATE_SIZE / 2; i += ROW_SIZE) {
      Words.setLittle(initial, i, BITS);
    }
    // A one bit, zeros, the bits of the result in 16 bits, and those of the input in 128.
    initial[192] = (byte) 0x80;
    Words.setLittle(initial, 236, BITS << 16);
    Words.setLittle(initial, 240, BITS);
  }

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    System.arraycopy(source, from, initial, STATE_SIZE / 2, SIZE);
    System.arraycopy(initial, 0, state, 0, STATE_SIZE);
    // Each AES state has a number as its key that grows from the number of bits on.
    for (int round = 0; round < ROUNDS; round += 2) {
      encrypt(state, other, BITS + round * STATES);
      mixColumns(other);
      encrypt(other, state, BITS + (round + 1) * STATES);
      mixColumns(state);
    }
    for (int i = 0; i < SIZE; i += Long.BYTES) {
      Words.setLittle(
          sink,
          to + i,
          Words.longLittle(initial, i)
              ^ Words.longLittle(initial, STATE_SIZE / 2 + i)
              ^ Words.longLittle(state, i)
              ^ Words.longLittle(state, STATE_SIZE / 2 + i));
    }
  }

  /**
   * Two AES rounds, the first with the key, of each AES state, and their shift to other columns.
   */
  private static void encrypt(byte[] x, byte[] y, int key) {
    for (int i = 0; i < STATES; i++) {
      int row = i & 3;
      encrypt(x, i * ROW_SIZE, y, (i - 4 * row & 15) * ROW_SIZE, key + i);
    }
  }

  private static void encrypt(byte[] x, int from, byte[] y, int to, int key) {
    int a = Aes.round(x, from, from + 5, from + 10, from + 15) ^ key;
    int b = Aes.round(x, from + 4, from + 9, from + 14, from + 3);
    int c = Aes.round(x, from + 8, from + 13, from + 2, from + 7);
    int d = Aes.round(x, from + 12, from + 1, from + 6, from + 11);
    Words.setLittle(y, to, Aes.round(a, b, c, d));
    Words.setLittle(y, to + 4, Aes.round(b, c, d, a));
    Words.setLittle(y, to + 8, Aes.round(c, d, a, b));
    Words.setLittle(y, to + 12, Aes.round(d, a, b, c));
  }

  /** The AES's MixColumns of each four bytes at the same place in the rows of a column. */
  private static void mixColumns(byte[] y) {
    for (int at = 0; at < STATE_SIZE; at += COLUMN_SIZE) {
      for (int i = at; i < at + ROW_SIZE; i += Long.BYTES) {
        long a = Words.longLittle(y, i);
        long b = Words.longLittle(y, i + ROW_SIZE);
        long c = Words.longLittle(y, i + 2 * ROW_SIZE);
        long d = Words.longLittle(y, i + 3 * ROW_SIZE);
        long ab = a ^ b;
        long bc = b ^ c;
        long cd = c ^ d;
        long ab2 = twice(ab);
        long bc2 = twice(bc);
        long cd2 = twice(cd);
        Words.setLittle(y, i, ab2 ^ bc ^ d);
        Words.setLittle(y, i + ROW_SIZE, bc2 ^ a ^ cd);
        Words.setLittle(y, i + 2 * ROW_SIZE, cd2 ^ ab ^ d);
        Words.setLittle(y, i + 3 * ROW_SIZE, ab2 ^ bc2 ^ cd2 ^ ab ^ c);
      }
    }
  }

  /** Each of the eight bytes times x in the AES's field. */
  private static long twice(long x) {
    return ((x & 0x7f7f7f7f7f7f7f7fL) << 1) ^ ((x >>> 7) & 0x0101010101010101L) * 27;
  }
}
