package io.powerpool.miner;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.difficulty.Difficulty;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the hashing threads work on: a job with everything else that a header needs. Immutable but
 * for the counter, which all threads share so that no two try the same header.
 */
final class Work {

  private static final long ODD_STEP = 0x9e3779b97f4a7c15L;

  private final ClientJob job;
  private final byte[] extranonce1;
  private final int extranonce2Size;
  private final double difficulty;
  private final Target target;
  private final int versionMask;
  private final AtomicLong counter;

  Work(
      ClientJob job,
      String extranonce1,
      int extranonce2Size,
      double difficulty,
      Algorithm algorithm,
      int versionMask,
      AtomicLong counter) {
    this.job = job;
    this.extranonce1 = Hex.decode(extranonce1);
    this.extranonce2Size = extranonce2Size;
    this.difficulty = difficulty;
    target = Difficulty.of(difficulty).toTarget(algorithm.difficultyOne());
    this.versionMask = versionMask;
    this.counter = counter;
  }

  ClientJob job() {
    return job;
  }

  double difficulty() {
    return difficulty;
  }

  Target target() {
    return target;
  }

  /** Whether this has made shares for the earlier work worthless. */
  boolean replaces(Work earlier) {
    return (job != earlier.job && job.clean()) || !Arrays.equals(extranonce1, earlier.extranonce1);
  }

  /** Another mask for the same job. */
  Work withVersionMask(int mask, Algorithm algorithm) {
    return new Work(
        job, Hex.encode(extranonce1), extranonce2Size, difficulty, algorithm, mask, counter);
  }

  /** The next piece: a header of which every nonce may be tried. */
  Piece nextPiece() {
    long number = counter.getAndIncrement();
    byte[] extranonce2 = new byte[extranonce2Size];
    for (int i = 0; i < extranonce2Size && i < Long.BYTES; i++) {
      extranonce2[extranonce2Size - 1 - i] = (byte) (number >>> (8 * i));
    }
    // Spread over all bits, so that rolling is really exercised. The first piece rolls nothing.
    int versionBits = (int) ((number * ODD_STEP) >>> 32) & versionMask;
    int version = (job.version() & ~versionMask) | versionBits;
    byte[] header = job.header(extranonce1, extranonce2, job.time(), 0, version);
    return new Piece(header, Hex.encode(extranonce2), versionBits, versionMask != 0);
  }

  /** One header without its nonce, and how to tell the pool about it. */
  record Piece(byte[] header, String extranonce2, int versionBits, boolean versionRolled) {}
}
