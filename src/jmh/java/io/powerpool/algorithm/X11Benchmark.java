package io.powerpool.algorithm;

import fr.cryptohash.BLAKE512;
import fr.cryptohash.BMW512;
import fr.cryptohash.CubeHash512;
import fr.cryptohash.Digest;
import fr.cryptohash.ECHO512;
import fr.cryptohash.Groestl512;
import fr.cryptohash.JH512;
import fr.cryptohash.Keccak512;
import fr.cryptohash.Luffa512;
import fr.cryptohash.SHAvite512;
import fr.cryptohash.SIMD512;
import fr.cryptohash.Skein512;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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
 * X11, without and with vectors, beside that of saphir-hash, all with HotSpot's limit for big
 * methods lifted, which only the latter needs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:-DontCompileHugeMethods", "--add-modules=jdk.incubator.vector"})
public class X11Benchmark {

  private final byte[] header = new byte[Hasher.HEADER_SIZE];
  private final byte[] hash = new byte[Hasher.HASH_SIZE];
  private final byte[] result = new byte[64];
  private final Hasher ours = Algorithms.byName("x11").newHasher();
  private final List<Digest> theirs =
      List.of(
          new BLAKE512(),
          new BMW512(),
          new Groestl512(),
          new Skein512(),
          new JH512(),
          new Keccak512(),
          new Luffa512(),
          new CubeHash512(),
          new SHAvite512(),
          new SIMD512(),
          new ECHO512());

  @Setup
  public void prepare() {
    new Random(17).nextBytes(header);
  }

  @Benchmark
  public byte[] ours() {
    header[76]++;
    ours.hash(header, 0, hash, 0);
    return hash;
  }

  @Benchmark
  public byte[] oursWithVectors(Prepared vectors) {
    return ours();
  }

  /** Lets hashers find out whether vectors are faster; before, they do without. */
  @State(Scope.Thread)
  public static class Prepared {

    @Setup
    public void prepare() {
      Algorithms.byName("x11").prepare().ifPresent(System.out::println);
    }
  }

  @Benchmark
  public byte[] saphir() {
    header[76]++;
    byte[] input = header;
    for (Digest stage : theirs) {
      stage.update(input, 0, input.length);
      stage.digest(result, 0, result.length);
      input = result;
    }
    return result;
  }
}
