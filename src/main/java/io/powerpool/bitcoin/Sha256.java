package io.powerpool.bitcoin;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * SHA-256 and its double application, by one reused message digest: the JDK's is compiled to the
 * processor's own instructions, and looking one up costs as much as hashing. Not thread safe.
 */
public final class Sha256 {

  private final MessageDigest digest = newDigest();

  /** Hashes {@code length} bytes at {@code from} once; writes 32 bytes at {@code to}. */
  public void single(byte[] source, int from, int length, byte[] sink, int to) {
    digest.update(source, from, length);
    finish(sink, to);
  }

  /** Hashes {@code length} bytes at {@code from} twice; writes 32 bytes at {@code to}. */
  public void twice(byte[] source, int from, int length, byte[] sink, int to) {
    digest.update(source, from, length);
    finish(sink, to);
    digest.update(sink, to, Hash256.SIZE);
    finish(sink, to);
  }

  /** SHA-256 of the bytes. */
  public static byte[] single(byte[] source) {
    return newDigest().digest(source);
  }

  /** SHA-256 of SHA-256 of the bytes, in internal order. */
  public static byte[] twice(byte[] source) {
    MessageDigest digest = newDigest();
    return digest.digest(digest.digest(source));
  }

  private void finish(byte[] sink, int to) {
    try {
      digest.digest(sink, to, Hash256.SIZE);
    } catch (DigestException e) {
      throw new IllegalArgumentException("no room for a hash at " + to, e);
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}
