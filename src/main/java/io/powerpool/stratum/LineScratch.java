package io.powerpool.stratum;

/** The bytes that an event loop is just reading. Used again for every connection. */
final class LineScratch {

  private static final int USUAL = 65_536;

  private byte[] bytes = new byte[USUAL];

  /** An array of at least this size, its contents undefined; valid until the next call. */
  byte[] room(int size) {
    if (bytes.length < size) {
      bytes = new byte[Math.max(size, bytes.length * 2)];
    }
    return bytes;
  }
}
