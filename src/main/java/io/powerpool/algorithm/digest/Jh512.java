package io.powerpool.algorithm.digest;

/**
 * JH-512, a finalist of the SHA-3 competition. Takes 64 bytes.
 *
 * <p>Source: Hongjun Wu, "The hash function JH", 2011; the bits are arranged for words as in its
 * section on bit-slice implementations. There, even and odd words are mixed with each other within
 * a round, and the two words of a 128-bit value only by every seventh round: so seven rounds run on
 * one word of each value, in eight local variables, and then on the other.
 */
public final class Jh512 implements Digest {

  private static final int SIZE = 64;

  /** Words of the state, of which a block fills the first half. */
  private static final int WORDS = 16;

  private static final int ROUNDS = 42;

  /** How far bits move to their neighbours in seven rounds; in the last, whole words do. */
  private static final int[] DISTANCES = {1, 2, 4, 8, 16, 32, 0};

  /** The lower of the bits that change places; all if none do. */
  private static final long[] LOWER = {
    0x5555555555555555L,
    0x3333333333333333L,
    0x0f0f0f0f0f0f0f0fL,
    0x00ff00ff00ff00ffL,
    0x0000ffff0000ffffL,
    0x00000000ffffffffL,
    -1
  };

  /** Four words for each round: two of the even values' constant, two of the odd values'. */
  private static final long[] CONSTANTS = {
    0x72d5dea2df15f867L, 0x7b84150ab7231557L, 0x81abd6904d5a87f6L, 0x4e9f4fc5c3d12b40L,
    0xea983ae05c45fa9cL, 0x03c5d29966b2999aL, 0x660296b4f2bb538aL, 0xb556141a88dba231L,
    0x03a35a5c9a190edbL, 0x403fb20a87c14410L, 0x1c051980849e951dL, 0x6f33ebad5ee7cddcL,
    0x10ba139202bf6b41L, 0xdc786515f7bb27d0L, 0x0a2c813937aa7850L, 0x3f1abfd2410091d3L,
    0x422d5a0df6cc7e90L, 0xdd629f9c92c097ceL, 0x185ca70bc72b44acL, 0xd1df65d663c6fc23L,
    0x976e6c039ee0b81aL, 0x2105457e446ceca8L, 0xeef103bb5d8e61faL, 0xfd9697b294838197L,
    0x4a8e8537db03302fL, 0x2a678d2dfb9f6a95L, 0x8afe7381f8b8696cL, 0x8ac77246c07f4214L,
    0xc5f4158fbdc75ec4L, 0x75446fa78f11bb80L, 0x52de75b7aee488bcL, 0x82b8001e98a6a3f4L,
    0x8ef48f33a9a36315L, 0xaa5f5624d5b7f989L, 0xb6f1ed207c5ae0fdL, 0x36cae95a06422c36L,
    0xce2935434efe983dL, 0x533af974739a4ba7L, 0xd0f51f596f4e8186L, 0x0e9dad81afd85a9fL,
    0xa7050667ee34626aL, 0x8b0b28be6eb91727L, 0x47740726c680103fL, 0xe0a07e6fc67e487bL,
    0x0d550aa54af8a4c0L, 0x91e3e79f978ef19eL, 0x8676728150608dd4L, 0x7e9e5a41f3e5b062L,
    0xfc9f1fec4054207aL, 0xe3e41a00cef4c984L, 0x4fd794f59dfa95d8L, 0x552e7e1124c354a5L,
    0x5bdf7228bdfe6e28L, 0x78f57fe20fa5c4b2L, 0x05897cefee49d32eL, 0x447e9385eb28597fL,
    0x705f6937b324314aL, 0x5e8628f11dd6e465L, 0xc71b770451b920e7L, 0x74fe43e823d4878aL,
    0x7d29e8a3927694f2L, 0xddcb7a099b30d9c1L, 0x1d1b30fb5bdc1be0L, 0xda24494ff29c82bfL,
    0xa4e7ba31b470bfffL, 0x0d324405def8bc48L, 0x3baefc3253bbd339L, 0x459fc3c1e0298ba0L,
    0xe5c905fdf7ae090fL, 0x947034124290f134L, 0xa271b701e344ed95L, 0xe93b8e364f2f984aL,
    0x88401d63a06cf615L, 0x47c1444b8752afffL, 0x7ebb4af1e20ac630L, 0x4670b6c5cc6e8ce6L,
    0xa4d5a456bd4fca00L, 0xda9d844bc83e18aeL, 0x7357ce453064d1adL, 0xe8a6ce68145c2567L,
    0xa3da8cf2cb0ee116L, 0x33e906589a94999aL, 0x1f60b220c26f847bL, 0xd1ceac7fa0d18518L,
    0x32595ba18ddd19d3L, 0x509a1cc0aaa5b446L, 0x9f3d6367e4046bbaL, 0xf6ca19ab0b56ee7eL,
    0x1fb179eaa9282174L, 0xe9bdf7353b3651eeL, 0x1d57ac5a7550d376L, 0x3a46c2fea37d7001L,
    0xf735c1af98a4d842L, 0x78edec209e6b6779L, 0x41836315ea3adba8L, 0xfac33b4d32832c83L,
    0xa7403b1f1c2747f3L, 0x5940f034b72d769aL, 0xe73e4e6cd2214ffdL, 0xb8fd8d39dc5759efL,
    0x8d9b0c492b49ebdaL, 0x5ba2d74968f3700dL, 0x7d3baed07a8d5584L, 0xf5a5e9f0e4f88e65L,
    0xa0b8a2f436103b53L, 0x0ca8079e753eec5aL, 0x9168949256e8884fL, 0x5bb05c55f8babc4cL,
    0xe3bb3b99f387947bL, 0x75daf4d6726b1c5dL, 0x64aeac28dc34b36dL, 0x6c34a550b828db71L,
    0xf861e2f2108d512aL, 0xe3db643359dd75fcL, 0x1cacbcf143ce3fa2L, 0x67bbd13c02e843b0L,
    0x330a5bca8829a175L, 0x7f34194db416535cL, 0x923b94c30e794d1eL, 0x797475d7b6eeaf3fL,
    0xeaa8d4f7be1a3921L, 0x5cf47e094c232751L, 0x26a32453ba323cd2L, 0x44a3174a6da6d5adL,
    0xb51d3ea6aff2c908L, 0x83593d98916b3c56L, 0x4cf87ca17286604dL, 0x46e23ecc086ec7f6L,
    0x2f9833b3b1bc765eL, 0x2bd666a5efc4e62aL, 0x06f4b6e8bec1d436L, 0x74ee8215bcef2163L,
    0xfdc14e0df453c969L, 0xa77d5ac406585826L, 0x7ec1141606e0fa16L, 0x7e90af3d28639d3fL,
    0xd2c9f2e3009bd20cL, 0x5faace30b7d40c30L, 0x742a5116f2e03298L, 0x0deb30d8e3cef89aL,
    0x4bc59e7bb5f17992L, 0xff51e66e048668d3L, 0x9b234d57e6966731L, 0xcce6a6f3170a7505L,
    0xb17681d913326cceL, 0x3c175284f805a262L, 0xf42bcbb378471547L, 0xff46548223936a48L,
    0x38df58074e5e6565L, 0xf2fc7c89fc86508eL, 0x31702e44d00bca86L, 0xf04009a23078474eL,
    0x65a0ee39d1f73883L, 0xf75ee937e42c3abdL, 0x2197b2260113f86fL, 0xa344edd1ef9fdee7L,
    0x8ba0df15762592d9L, 0x3c85f7f612dc42beL, 0xd8a7ec7cab27b07eL, 0x538d7ddaaa3ea8deL,
    0xaa25ce93bd0269d8L, 0x5af643fd1a7308f9L, 0xc05fefda174a19a5L, 0x974d66334cfd216aL,
    0x35b49831db411570L, 0xea1e0fbbedcd549bL, 0x9ad063a151974072L, 0xf6759dbf91476fe2L
  };

  private static final long[] INITIAL = initial();

  private final long[] state = new long[WORDS];
  private final long[] block = new long[WORDS / 2];

  @Override
  public int size() {
    return SIZE;
  }

  @Override
  public void digest(byte[] source, int from, int length, byte[] sink, int to) {
    Words.check(source, from, length, sink, to, SIZE, length == SIZE);
    System.arraycopy(INITIAL, 0, state, 0, WORDS);
    Words.readBig(source, from, block, block.length);
    compress(state, block);
    Words.pad(block, 0, 1L << 63);
    block[7] = SIZE * Byte.SIZE;
    compress(state, block);
    Words.writeBig(state, WORDS / 2, WORDS / 2, sink, to);
  }

  /** A block of zeros, compressed into a state that holds nothing but the result's bits. */
  private static long[] initial() {
    long[] state = new long[WORDS];
    state[0] = ((long) SIZE * Byte.SIZE) << 48;
    compress(state, new long[WORDS / 2]);
    return state;
  }

  private static void compress(long[] h, long[] m) {
    for (int i = 0; i < WORDS / 2; i++) {
      h[i] ^= m[i];
    }
    for (int round = 0; round < ROUNDS; round += 7) {
      sevenRounds(h, 0, round);
      sevenRounds(h, 1, round);
      for (int i = 2; i < WORDS; i += 4) {
        long moved = h[i];
        h[i] = h[i + 1];
        h[i + 1] = moved;
      }
    }
    for (int i = 0; i < WORDS / 2; i++) {
      h[i + WORDS / 2] ^= m[i];
    }
  }

  /** Rounds on word 0 or 1 of each of the eight values, but for the last's exchange of words. */
  private static void sevenRounds(long[] h, int word, int round) {
    long a0 = h[word];
    long b0 = h[word + 2];
    long a1 = h[word + 4];
    long b1 = h[word + 6];
    long a2 = h[word + 8];
    long b2 = h[word + 10];
    long a3 = h[word + 12];
    long b3 = h[word + 14];
    for (int i = 0; i < 7; i++) {
      // The S-box, whose choice between two is by the constant's bits.
      long constant = CONSTANTS[4 * (round + i) + word];
      a3 = ~a3;
      a0 ^= constant & ~a2;
      long kept = constant ^ (a0 & a1);
      a0 ^= a2 & a3;
      a3 ^= ~a1 & a2;
      a1 ^= a0 & a2;
      a2 ^= a0 & ~a3;
      a0 ^= a1 | a3;
      a3 ^= a1 & a2;
      a1 ^= kept & a0;
      a2 ^= kept;

      constant = CONSTANTS[4 * (round + i) + word + 2];
      b3 = ~b3;
      b0 ^= constant & ~b2;
      kept = constant ^ (b0 & b1);
      b0 ^= b2 & b3;
      b3 ^= ~b1 & b2;
      b1 ^= b0 & b2;
      b2 ^= b0 & ~b3;
      b0 ^= b1 | b3;
      b3 ^= b1 & b2;
      b1 ^= kept & b0;
      b2 ^= kept;

      // The code with distance 3.
      b0 ^= a1;
      b1 ^= a2;
      b2 ^= a3 ^ a0;
      b3 ^= a0;
      a0 ^= b1;
      a1 ^= b2;
      a2 ^= b3 ^ b0;
      a3 ^= b0;

      // The permutation: odd values' bits change places with their neighbours.
      int n = DISTANCES[i];
      long lower = LOWER[i];
      b0 = (b0 & lower) << n | (b0 >>> n & lower);
      b1 = (b1 & lower) << n | (b1 >>> n & lower);
      b2 = (b2 & lower) << n | (b2 >>> n & lower);
      b3 = (b3 & lower) << n | (b3 >>> n & lower);
    }
    h[word] = a0;
    h[word + 2] = b0;
    h[word + 4] = a1;
    h[word + 6] = b1;
    h[word + 8] = a2;
    h[word + 10] = b2;
    h[word + 12] = a3;
    h[word + 14] = b3;
  }
}
