package io.powerpool.algorithm.vector;

import io.powerpool.algorithm.Hasher;
import io.powerpool.algorithm.Kernel;
import java.util.Objects;

/** SHA-256 of the SHA-256 of a header per lane. */
final class Sha256dKernel implements Kernel {

  private final Sha256Lanes sha256 = new Sha256Lanes();

  @Override
  public int lanes() {
    return Lanes.COUNT;
  }

  @Override
  public void hash(byte[] headers, int from, int count, byte[] sink, int to) {
    Objects.checkFromIndexSize(from, count * Hasher.HEADER_SIZE, headers.length);
    Objects.checkFromIndexSize(to, count * Hasher.HASH_SIZE, sink.length);
    sha256.reset();
    Lanes.readBig(headers, from, Hasher.HEADER_SIZE, count, sha256.block(), Sha256Lanes.WORDS);
    sha256.compress();
    int rest = from + Sha256Lanes.WORDS * Integer.BYTES;
    Lanes.readBig(headers, rest, Hasher.HEADER_SIZE, count, sha256.block(), 4);
    sha256.pad(4, Hasher.HEADER_SIZE);
    sha256.compress();
    System.arraycopy(sha256.chain(), 0, sha256.block(), 0, sha256.chain().length);
    sha256.pad(8, Hasher.HASH_SIZE);
    sha256.reset();
    sha256.compress();
    Lanes.writeBig(sha256.chain(), count, sink, to);
  }
}
