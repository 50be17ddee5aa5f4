package io.powerpool.algorithm;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.SCrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Sixteen headers at once, in hashes per second: as a hasher does it once it is prepared, by the
 * kernel with most lanes even where that is slower, one by one, and by what else there is on the
 * class path (for BLAKE-256 nothing: our own, one by one). Add {@code -prof gc}: nothing of ours
 * may allocate more than 100 bytes per hash.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@OperationsPerInvocation(BatchBenchmark.COUNT)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class BatchBenchmark {

  /** As many as the widest vectors have lanes. */
  static final int COUNT = 16;

  @Param({"sha256d", "blake256", "scrypt", "scryptn"})
  private String function;

  private final byte[] headers = new byte[COUNT * Hasher.HEADER_SIZE];
  private final byte[] hashes = new byte[COUNT * Hasher.HASH_SIZE];
  private final byte[] header = new byte[Hasher.HEADER_SIZE];
  private Hasher hasher;
  private Kernel kernel;
  private MessageDigest first;
  private MessageDigest second;

  @Setup
  public void prepare() throws NoSuchAlgorithmException {
    new Random(17).nextBytes(headers);
    first = MessageDigest.getInstance("SHA-256");
    second = MessageDigest.getInstance("SHA-256");
    Batched algorithm = (Batched) Algorithms.byName(function);
    System.out.println(algorithm.prepare().orElseThrow());
    hasher = algorithm.newHasher();
    List<Kernel> kernels = algorithm.newKernels();
    kernel = kernels.isEmpty() ? null : kernels.get(kernels.size() - 1);
  }

  @Benchmark
  public byte[] prepared() {
    headers[76]++;
    hasher.hashAll(headers, COUNT, hashes);
    return hashes;
  }

  @Benchmark
  public byte[] kernel() {
    headers[76]++;
    for (int i = 0; i < COUNT; i += kernel.lanes()) {
      kernel.hash(headers, i * Hasher.HEADER_SIZE, kernel.lanes(), hashes, i * Hasher.HASH_SIZE);
    }
    return hashes;
  }

  @Benchmark
  public byte[] oneByOne() {
    headers[76]++;
    for (int i = 0; i < COUNT; i++) {
      hasher.hash(headers, i * Hasher.HEADER_SIZE, hashes, i * Hasher.HASH_SIZE);
    }
    return hashes;
  }

  @Benchmark
  public byte[] reference() throws DigestException {
    headers[76]++;
    for (int i = 0; i < COUNT; i++) {
      int from = i * Hasher.HEADER_SIZE;
      int to = i * Hasher.HASH_SIZE;
      switch (function) {
        case "sha256d" -> {
          first.update(headers, from, Hasher.HEADER_SIZE);
          first.digest(hashes, to, Hasher.HASH_SIZE);
          second.update(hashes, to, Hasher.HASH_SIZE);
          second.digest(hashes, to, Hasher.HASH_SIZE);
        }
        case "scrypt" -> bouncyCastle(from, 1024, to);
        case "scryptn" -> bouncyCastle(from, 2048, to);
        default -> hasher.hash(headers, from, hashes, to);
      }
    }
    return hashes;
  }

  private void bouncyCastle(int from, int cost, int to) {
    System.arraycopy(headers, from, header, 0, header.length);
    byte[] hash = SCrypt.generate(header, header, cost, 1, 1, Hasher.HASH_SIZE);
    System.arraycopy(hash, 0, hashes, to, hash.length);
  }
}
