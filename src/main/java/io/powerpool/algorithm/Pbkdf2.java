package io.powerpool.algorithm;

import io.powerpool.bitcoin.Sha256;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * PBKDF2-HMAC-SHA256 with one iteration (RFC 8018, RFC 2104) as scrypt uses it, with a header as
 * the password: it makes the state that scrypt mixes, and then the hash of it. Not thread safe.
 */
public final class Pbkdf2 {

  /** Bytes that scrypt mixes with r = 1. */
  public static final int STATE_SIZE = 128;

  /** Bytes in a SHA-256 block, to which an HMAC key is padded. */
  private static final int BLOCK_SIZE = 64;

  private static final VarHandle NUMBERS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private final Sha256 sha256 = new Sha256();

  /** What the inner hash of the HMAC reads: the key, then the salt, then the block's number. */
  private final byte[] inner = new byte[BLOCK_SIZE + STATE_SIZE + Integer.BYTES];

  /** What its outer hash reads: the key, then the inner hash. */
  private final byte[] outer = new byte[BLOCK_SIZE + Hasher.HASH_SIZE];

  /** Without a password yet: {@link #expand} sets it. */
  public Pbkdf2() {
    Arrays.fill(inner, 0, BLOCK_SIZE, (byte) 0x36);
    Arrays.fill(outer, 0, BLOCK_SIZE, (byte) 0x5c);
  }

  /** Makes {@link #STATE_SIZE} bytes of the header, which is the password and the salt. */
  public void expand(byte[] header, int from, byte[] state) {
    setKey(header, from);
    for (int i = 0; i < STATE_SIZE / Hasher.HASH_SIZE; i++) {
      derive(header, from, Hasher.HEADER_SIZE, i + 1, state, i * Hasher.HASH_SIZE);
    }
  }

  /** Makes the hash of the mixed state, which is the salt; the last header is the password. */
  public void finish(byte[] state, byte[] sink, int to) {
    derive(state, 0, STATE_SIZE, 1, sink, to);
  }

  /** Makes the header the key of the HMAC; being longer than a block, it is hashed first. */
  private void setKey(byte[] header, int from) {
    sha256.single(header, from, Hasher.HEADER_SIZE, outer, BLOCK_SIZE);
    for (int i = 0; i < Hasher.HASH_SIZE; i++) {
      inner[i] = (byte) (outer[BLOCK_SIZE + i] ^ 0x36);
      outer[i] = (byte) (outer[BLOCK_SIZE + i] ^ 0x5c);
    }
  }

  /** One block of 32 bytes. */
  private void derive(byte[] salt, int from, int length, int number, byte[] sink, int to) {
    System.arraycopy(salt, from, inner, BLOCK_SIZE, length);
    NUMBERS.set(inner, BLOCK_SIZE + length, number);
    sha256.single(inner, 0, BLOCK_SIZE + length + Integer.BYTES, outer, BLOCK_SIZE);
    sha256.single(outer, 0, outer.length, sink, to);
  }
}
