package io.powerpool.algorithm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The key derivation of {@link NeoScrypt}: 32 times, BLAKE2s of 64 bytes of the password with 32
 * bytes of the salt as its key says where both go on, and changes the salt there. Not thread safe.
 *
 * <p>Password and salt lie in rings of 256 bytes, which they fill again and again.
 */
final class FastKdf {

  private static final int RING = 256;
  private static final int ITERATIONS = 32;

  /** Bytes of BLAKE2s's blocks, keys and results. */
  private static final int BLOCK_SIZE = 64;

  private static final int KEY_SIZE = 32;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** RFC 7693, section 2.6: those of SHA-256. */
  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /** Sizes of result and key, and a fanout and depth of 1 (RFC 7693, section 2.5). */
  private static final int PARAMETERS = KEY_SIZE | KEY_SIZE << 8 | 1 << 16 | 1 << 24;

  /** Behind their ends, the rings begin once more, so that what is read lies in one piece. */
  private final byte[] password = new byte[RING + BLOCK_SIZE];

  private final byte[] salt = new byte[RING + KEY_SIZE];
  private final int[] chain = new int[KEY_SIZE / Integer.BYTES];
  private final int[] block = new int[BLOCK_SIZE / Integer.BYTES];
  private final int[] state = new int[BLOCK_SIZE / Integer.BYTES];

  /**
   * @param size bytes of the key that is written at {@code to}, at most 256; password and salt are
   *     neither empty nor longer than that
   */
  void derive(
      byte[] passwords,
      int passwordFrom,
      int passwordLength,
      byte[] salts,
      int saltFrom,
      int saltLength,
      byte[] sink,
      int to,
      int size) {
    fill(password, passwords, passwordFrom, passwordLength);
    fill(salt, salts, saltFrom, saltLength);
    int at = 0;
    for (int i = 0; i < ITERATIONS; i++) {
      blake2s(at);
      at = sumOfBytes(chain) & RING - 1;
      for (int j = 0; j < chain.length; j++) {
        int place = at + j * Integer.BYTES;
        INTS.set(salt, place, (int) INTS.get(salt, place) ^ chain[j]);
      }
      // What changed at the one end changes at the other.
      if (at < KEY_SIZE) {
        System.arraycopy(salt, at, salt, RING + at, KEY_SIZE - at);
      } else if (at > RING - KEY_SIZE) {
        System.arraycopy(salt, RING, salt, 0, at - (RING - KEY_SIZE));
      }
    }
    for (int i = 0; i < size; i++) {
      sink[to + i] = (byte) (salt[at + i & RING - 1] ^ password[i]);
    }
  }

  private static void fill(byte[] ring, byte[] source, int from, int length) {
    for (int at = 0; at < ring.length; at += length) {
      // Behind the end of the ring it begins anew.
      System.arraycopy(source, from, ring, at, Math.min(length, ring.length - at));
    }
    System.arraycopy(ring, 0, ring, RING, ring.length - RING);
  }

  private static int sumOfBytes(int[] words) {
    int even = 0;
    int odd = 0;
    for (int word : words) {
      even += word & 0x00ff00ff;
      odd += word >>> 8 & 0x00ff00ff;
    }
    int sum = even + odd;
    return (sum & 0xffff) + (sum >>> 16);
  }

  /** Hashes 64 bytes of the password with 32 of the salt as the key into the chain. */
  private void blake2s(int at) {
    System.arraycopy(INITIAL, 0, chain, 0, chain.length);
    chain[0] ^= PARAMETERS;
    for (int i = 0; i < 8; i++) {
      block[i] = (int) INTS.get(salt, at + i * Integer.BYTES);
      block[8 + i] = 0;
    }
    compress(BLOCK_SIZE, 0);
    for (int i = 0; i < 16; i++) {
      block[i] = (int) INTS.get(password, at + i * Integer.BYTES);
    }
    compress(2 * BLOCK_SIZE, -1);
  }

  /**
   * Mixes the block into the chain.
   *
   * @param position bytes up to the end of the block, with the key's
   * @param last all bits set for the last block
   */
  private void compress(int position, int last) {
    int[] v = state;
    int[] m = block;
    System.arraycopy(chain, 0, v, 0, 8);
    System.arraycopy(INITIAL, 0, v, 8, 8);
    v[12] ^= position;
    v[14] ^= last;
    round(v, m, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    round(v, m, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3);
    round(v, m, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4);
    round(v, m, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8);
    round(v, m, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13);
    round(v, m, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9);
    round(v, m, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11);
    round(v, m, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10);
    round(v, m, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5);
    round(v, m, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0);
    for (int i = 0; i < 8; i++) {
      chain[i] ^= v[i] ^ v[8 + i];
    }
  }

  /** A round, with the words of the block in the order in which it takes them. */
  private static void round(
      int[] v,
      int[] w,
      int a,
      int b,
      int c,
      int d,
      int e,
      int f,
      int g,
      int h,
      int i,
      int j,
      int k,
      int l,
      int m,
      int n,
      int o,
      int p) {
    mix(v, 0, 4, 8, 12, w[a], w[b]);
    mix(v, 1, 5, 9, 13, w[c], w[d]);
    mix(v, 2, 6, 10, 14, w[e], w[f]);
    mix(v, 3, 7, 11, 15, w[g], w[h]);
    mix(v, 0, 5, 10, 15, w[i], w[j]);
    mix(v, 1, 6, 11, 12, w[k], w[l]);
    mix(v, 2, 7, 8, 13, w[m], w[n]);
    mix(v, 3, 4, 9, 14, w[o], w[p]);
  }

  private static void mix(int[] v, int a, int b, int c, int d, int x, int y) {
    int va = v[a] + v[b] + x;
    int vd = Integer.rotateRight(v[d] ^ va, 16);
    int vc = v[c] + vd;
    int vb = Integer.rotateRight(v[b] ^ vc, 12);
    va += vb + y;
    vd = Integer.rotateRight(vd ^ va, 8);
    vc += vd;
    v[a] = va;
    v[b] = Integer.rotateRight(vb ^ vc, 7);
    v[c] = vc;
    v[d] = vd;
  }
}
