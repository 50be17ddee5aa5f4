package io.powerpool.bitcoin;

/**
 * The 80 bytes that are hashed for proof of work: version, parent, merkle root, time, bits, nonce;
 * numbers little-endian, hashes in internal order.
 *
 * @param time seconds since 1970, unsigned
 */
public record BlockHeader(
    int version, Hash256 previous, Hash256 merkleRoot, int time, CompactBits bits, int nonce) {

  /** Bytes in a header. */
  public static final int SIZE = 80;

  /** Reads a header at {@code from}. */
  public static BlockHeader read(byte[] source, int from) {
    if (source.length - from < SIZE) {
      throw new IllegalArgumentException(
          "a block header takes 80 bytes, " + (source.length - from) + " were left");
    }
    return new BlockHeader(
        u32(source, from),
        Hash256.read(source, from + 4),
        Hash256.read(source, from + 36),
        u32(source, from + 68),
        new CompactBits(u32(source, from + 72)),
        u32(source, from + 76));
  }

  /** The 80 bytes. */
  public byte[] toBytes() {
    return new ByteSink(SIZE)
        .u32(version)
        .hash(previous)
        .hash(merkleRoot)
        .u32(time)
        .u32(bits.value())
        .u32(nonce)
        .toBytes();
  }

  /** The double SHA-256 of the header: the block id of most coins. */
  public Hash256 id() {
    return Hash256.of(Sha256.twice(toBytes()));
  }

  private static int u32(byte[] source, int from) {
    return (source[from] & 0xff)
        | (source[from + 1] & 0xff) << 8
        | (source[from + 2] & 0xff) << 16
        | source[from + 3] << 24;
  }
}
