package io.powerpool.algorithm.digest;

/**
 * SHAvite-3-512, a candidate of the SHA-3 competition's second round, with the tweak made there.
 * Takes 64 bytes.
 *
 * <p>Source: Biham, Dunkelman, "The SHAvite-3 hash function", 2009, and its erratum.
 */
public final class Shavite512 implements Digest {

  private static final int SIZE = 64;
  private static final int BITS = SIZE * Byte.SIZE;

  /** Words in a block, in the chain, and of keys for all rounds. */
  private static final int BLOCK_WORDS = 32;

  private static final int WORDS = 16;
  private static final int KEY_WORDS = 448;

  private static final int[] INITIAL = {
    0x72fccdd8, 0x79ca4727, 0x128a077b, 0x40d55aec, 0xd1901a06, 0x430ae307, 0xb29f5cd1, 0xdf07fbfc,
    0x8e45d73d, 0x681ab538, 0xbde86578, 0xdd577e47, 0xe275eade, 0x502d9fcd, 0xb9357178, 0x022a4b9a
  };

  private final int[] keys = new int[KEY_WORDS];
  private final int[] state = new int[WORDS];
  private final int[] result = new int[WORDS];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    int[] k = keys;
    Words.readLittle(source, from, k, SIZE / Integer.BYTES);
    for (int i = SIZE / Integer.BYTES; i < BLOCK_WORDS; i++) {
      k[i] = 0;
    }
    // The padding: a one bit, zeros, the number of bits in 128 bits, and those of the result in 16.
    k[16] = 0x80;
    k[27] = BITS << 16;
    k[31] = BITS << 16;
    expand(k);
    System.arraycopy(INITIAL, 0, state, 0, WORDS);
    encrypt(state, k);
    // After 14 rounds of four names for the parts, the halves have changed places.
    for (int i = 0; i < WORDS; i++) {
      result[i] = state[i + 8 & 15] ^ INITIAL[i];
    }
    Words.writeLittle(result, 0, WORDS, sink, to);
  }

  /**
   * Makes the keys of all rounds from the block: 32 words by AES rounds, and 32 words by plain
   * addition, in turns. At four places the number of bits and its complement are added.
   */
  private static void expand(int[] k) {
    for (int at = BLOCK_WORDS; at < KEY_WORDS; at += 2 * BLOCK_WORDS) {
      for (int i = at; i < at + BLOCK_WORDS; i += 4) {
        int x0 = k[i - 31];
        int x1 = k[i - 30];
        int x2 = k[i - 29];
        int x3 = k[i - 32];
        k[i] = Aes.round(x0, x1, x2, x3) ^ k[i - 4];
        k[i + 1] = Aes.round(x1, x2, x3, x0) ^ k[i - 3];
        k[i + 2] = Aes.round(x2, x3, x0, x1) ^ k[i - 2];
        k[i + 3] = Aes.round(x3, x0, x1, x2) ^ k[i - 1];
        count(k, i);
      }
      if (at + BLOCK_WORDS < KEY_WORDS) {
        for (int i = at + BLOCK_WORDS; i < at + 2 * BLOCK_WORDS; i++) {
          k[i] = k[i - 32] ^ k[i - 7];
        }
      }
    }
  }

  /** The counter's upper three words are zero: an exclusive or with their complement remains. */
  private static void count(int[] k, int at) {
    switch (at) {
      case 32 -> {
        k[32] ^= BITS;
        k[35] = ~k[35];
      }
      case 164 -> k[167] ^= ~BITS;
      case 316 -> {
        k[318] ^= BITS;
        k[319] = ~k[319];
      }
      case 440 -> {
        k[441] ^= BITS;
        k[443] = ~k[443];
      }
      default -> {}
    }
  }

  /** 14 rounds of a Feistel network of four parts, whose names go round instead of the parts. */
  private static void encrypt(int[] p, int[] k) {
    for (int at = 0; at < KEY_WORDS - 64; at += 128) {
      halfRound(p, 0, 4, k, at);
      halfRound(p, 8, 12, k, at + 16);
      halfRound(p, 12, 0, k, at + 32);
      halfRound(p, 4, 8, k, at + 48);
      halfRound(p, 8, 12, k, at + 64);
      halfRound(p, 0, 4, k, at + 80);
      halfRound(p, 4, 8, k, at + 96);
      halfRound(p, 12, 0, k, at + 112);
    }
    halfRound(p, 0, 4, k, 384);
    halfRound(p, 8, 12, k, 400);
    halfRound(p, 12, 0, k, 416);
    halfRound(p, 4, 8, k, 432);
  }

  /** Adds to one part four AES rounds of another. */
  private static void halfRound(int[] p, int to, int from, int[] k, int at) {
    int x0 = p[from] ^ k[at];
    int x1 = p[from + 1] ^ k[at + 1];
    int x2 = p[from + 2] ^ k[at + 2];
    int x3 = p[from + 3] ^ k[at + 3];
    int y0 = Aes.round(x0, x1, x2, x3) ^ k[at + 4];
    int y1 = Aes.round(x1, x2, x3, x0) ^ k[at + 5];
    int y2 = Aes.round(x2, x3, x0, x1) ^ k[at + 6];
    int y3 = Aes.round(x3, x0, x1, x2) ^ k[at + 7];
    x0 = Aes.round(y0, y1, y2, y3) ^ k[at + 8];
    x1 = Aes.round(y1, y2, y3, y0) ^ k[at + 9];
    x2 = Aes.round(y2, y3, y0, y1) ^ k[at + 10];
    x3 = Aes.round(y3, y0, y1, y2) ^ k[at + 11];
    y0 = Aes.round(x0, x1, x2, x3) ^ k[at + 12];
    y1 = Aes.round(x1, x2, x3, x0) ^ k[at + 13];
    y2 = Aes.round(x2, x3, x0, x1) ^ k[at + 14];
    y3 = Aes.round(x3, x0, x1, x2) ^ k[at + 15];
    p[to] ^= Aes.round(y0, y1, y2, y3);
    p[to + 1] ^= Aes.round(y1, y2, y3, y0);
    p[to + 2] ^= Aes.round(y2, y3, y0, y1);
    p[to + 3] ^= Aes.round(y3, y0, y1, y2);
  }
}
