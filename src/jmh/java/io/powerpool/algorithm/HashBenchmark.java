package io.powerpool.algorithm;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.SCrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One header at a time, each one new, beside what else there is on the class path. Add {@code -prof
 * gc}: no hasher may allocate more than 100 bytes per hash.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class HashBenchmark {

  private final byte[] header = new byte[Hasher.HEADER_SIZE];
  private final byte[] hash = new byte[Hasher.HASH_SIZE];
  private final Hasher sha256d = Algorithms.byName("sha256d").newHasher();
  private final Hasher scrypt = Algorithms.byName("scrypt").newHasher();
  private final Hasher scryptN = Algorithms.byName("scryptn").newHasher();
  private final Hasher blake256 = Algorithms.byName("blake256").newHasher();
  private MessageDigest first;
  private MessageDigest second;

  @Setup
  public void prepare() throws NoSuchAlgorithmException {
    first = MessageDigest.getInstance("SHA-256");
    second = MessageDigest.getInstance("SHA-256");
    new Random(17).nextBytes(header);
  }

  @Benchmark
  public byte[] sha256d() {
    return ours(sha256d);
  }

  @Benchmark
  public byte[] sha256dMessageDigestTwice() throws DigestException {
    header[76]++;
    first.update(header, 0, header.length);
    first.digest(hash, 0, hash.length);
    second.update(hash, 0, hash.length);
    second.digest(hash, 0, hash.length);
    return hash;
  }

  @Benchmark
  public byte[] scrypt() {
    return ours(scrypt);
  }

  @Benchmark
  public byte[] scryptBouncyCastle() {
    return bouncyCastle(1024);
  }

  @Benchmark
  public byte[] scryptn() {
    return ours(scryptN);
  }

  @Benchmark
  public byte[] scryptnBouncyCastle() {
    return bouncyCastle(2048);
  }

  @Benchmark
  public byte[] blake256() {
    return ours(blake256);
  }

  private byte[] ours(Hasher hasher) {
    header[76]++;
    hasher.hash(header, 0, hash, 0);
    return hash;
  }

  private byte[] bouncyCastle(int cost) {
    header[76]++;
    return SCrypt.generate(header, header, cost, 1, 1, hash.length);
  }
}
