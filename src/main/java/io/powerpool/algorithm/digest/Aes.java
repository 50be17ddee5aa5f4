package io.powerpool.algorithm.digest;

/**
 * The parts of the AES (FIPS 197) that digests borrow: the S-box and a round by table lookups.
 * Words hold a column with its first byte as the least significant one.
 */
final class Aes {

  /** What becomes of each byte. */
  static final byte[] S_BOX = sBox();

  /**
   * SubBytes and MixColumns of a byte in row 0 by its value, then, in the next 256 places each, in
   * rows 1, 2 and 3. One table, since the compiler keeps its address in one register.
   */
  private static final int[] ROUND = new int[4 * 256];

  static {
    for (int i = 0; i < 256; i++) {
      int s = S_BOX[i] & 0xff;
      int column = times(s, 2) | s << 8 | s << 16 | times(s, 3) << 24;
      for (int row = 0; row < 4; row++) {
        ROUND[row * 256 + i] = Integer.rotateLeft(column, row * 8);
      }
    }
  }

  private Aes() {}

  /**
   * A column of the state after a round without its key.
   *
   * @param a the same column before the round
   * @param b the column to the right of that
   * @param c the next
   * @param d and the next
   */
  static int round(int a, int b, int c, int d) {
    return ROUND[a & 0xff]
        ^ ROUND[256 + (b >>> 8 & 0xff)]
        ^ ROUND[512 + (c >>> 16 & 0xff)]
        ^ ROUND[768 + (d >>> 24)];
  }

  /**
   * The same from bytes of a state in memory: loading each is cheaper than to take them out of
   * words.
   *
   * @param a where the byte of row 0 is, and so on
   */
  static int round(byte[] state, int a, int b, int c, int d) {
    return ROUND[state[a] & 0xff]
        ^ ROUND[256 + (state[b] & 0xff)]
        ^ ROUND[512 + (state[c] & 0xff)]
        ^ ROUND[768 + (state[d] & 0xff)];
  }

  /** The product in the field of 256 elements modulo x^8 + x^4 + x^3 + x + 1. */
  static int times(int a, int b) {
    int product = 0;
    for (int factor = a, rest = b; rest != 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        product ^= factor;
      }
      factor = factor << 1 ^ (factor >> 7) * 0x11b;
    }
    return product;
  }

  /** The inverse in the field, then an affine map: FIPS 197, section 5.1.1. */
  private static byte[] sBox() {
    byte[] box = new byte[256];
    for (int i = 0; i < 256; i++) {
      // The field's multiplicative group has 255 elements, so that x^254 is the inverse of x.
      int inverse = 1;
      for (int j = 0; j < 254; j++) {
        inverse = times(inverse, i);
      }
      int doubled = inverse | inverse << 8;
      box[i] = (byte) (inverse ^ doubled >> 7 ^ doubled >> 6 ^ doubled >> 5 ^ doubled >> 4 ^ 0x63);
    }
    return box;
  }
}
