package io.powerpool.algorithm;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Every algorithm, one header at a time, each one new. Add {@code -prof gc}: no hasher may allocate
 * more than 100 bytes per hash.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AlgorithmBenchmark {

  /** All of {@link Algorithms#all}, which the setup compares. */
  @Param({
    "sha256d",
    "scrypt",
    "scryptn",
    "blake256",
    "x11",
    "x13",
    "x15",
    "qubit",
    "quark",
    "nist5",
    "groestl",
    "myriad-groestl",
    "skein",
    "keccak",
    "lyra2rev2",
    "neoscrypt"
  })
  private String algorithm;

  /** Whether vectors may be used where they are faster. */
  @Param({"false", "true"})
  private boolean prepared;

  private final byte[] header = new byte[Hasher.HEADER_SIZE];
  private final byte[] hash = new byte[Hasher.HASH_SIZE];
  private Hasher hasher;

  @Setup
  public void prepare() throws NoSuchFieldException {
    Param listed =
        AlgorithmBenchmark.class.getDeclaredField("algorithm").getAnnotation(Param.class);
    for (Algorithm known : Algorithms.all()) {
      if (!List.of(listed.value()).contains(known.name())) {
        throw new IllegalStateException("the benchmark does not list " + known);
      }
    }
    new Random(17).nextBytes(header);
    Algorithm tested = Algorithms.byName(algorithm);
    if (prepared) {
      tested.prepare().ifPresent(System.out::println);
    }
    hasher = tested.newHasher();
  }

  @Benchmark
  public byte[] hash() {
    header[76]++;
    hasher.hash(header, 0, hash, 0);
    return hash;
  }
}
