package io.powerpool.algorithm;

import fr.cryptohash.BLAKE512;
import fr.cryptohash.BMW512;
import fr.cryptohash.ECHO512;
import fr.cryptohash.JH512;
import fr.cryptohash.Keccak512;
import fr.cryptohash.SHAvite512;
import fr.cryptohash.SIMD512;
import io.powerpool.algorithm.digest.Blake512;
import io.powerpool.algorithm.digest.Bmw512;
import io.powerpool.algorithm.digest.CubeHash;
import io.powerpool.algorithm.digest.Digest;
import io.powerpool.algorithm.digest.Echo512;
import io.powerpool.algorithm.digest.Fugue512;
import io.powerpool.algorithm.digest.Groestl512;
import io.powerpool.algorithm.digest.Hamsi512;
import io.powerpool.algorithm.digest.Jh512;
import io.powerpool.algorithm.digest.Keccak;
import io.powerpool.algorithm.digest.Luffa512;
import io.powerpool.algorithm.digest.Shabal512;
import io.powerpool.algorithm.digest.Shavite512;
import io.powerpool.algorithm.digest.Simd512;
import io.powerpool.algorithm.digest.Skein512;
import io.powerpool.algorithm.digest.Whirlpool;
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
 * The stages of X11 and X15 one by one beside those of saphir-hash, to which HotSpot's limit for
 * big methods is lifted: without that its SIMD would run interpreted, ten times slower.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-XX:-DontCompileHugeMethods")
public class DigestBenchmark {

  private static final int SIZE = 64;

  @Param({
    "blake",
    "bmw",
    "groestl",
    "skein",
    "jh",
    "keccak",
    "luffa",
    "cubehash",
    "shavite",
    "simd",
    "echo",
    "hamsi",
    "fugue",
    "shabal",
    "whirlpool"
  })
  private String function;

  private final byte[] input = new byte[SIZE];
  private final byte[] result = new byte[SIZE];
  private Digest ours;
  private fr.cryptohash.Digest theirs;

  @Setup
  public void prepare() {
    new Random(17).nextBytes(input);
    switch (function) {
      case "blake" -> compare(new Blake512(), new BLAKE512());
      case "bmw" -> compare(new Bmw512(), new BMW512());
      case "groestl" -> compare(new Groestl512(), new fr.cryptohash.Groestl512());
      case "skein" -> compare(Skein512.of512(), new fr.cryptohash.Skein512());
      case "jh" -> compare(new Jh512(), new JH512());
      case "keccak" -> compare(Keccak.of512(), new Keccak512());
      case "luffa" -> compare(new Luffa512(), new fr.cryptohash.Luffa512());
      case "cubehash" -> compare(CubeHash.of512(), new fr.cryptohash.CubeHash512());
      case "shavite" -> compare(new Shavite512(), new SHAvite512());
      case "simd" -> compare(new Simd512(), new SIMD512());
      case "echo" -> compare(new Echo512(), new ECHO512());
      case "hamsi" -> compare(new Hamsi512(), new fr.cryptohash.Hamsi512());
      case "fugue" -> compare(new Fugue512(), new fr.cryptohash.Fugue512());
      case "shabal" -> compare(new Shabal512(), new fr.cryptohash.Shabal512());
      case "whirlpool" -> compare(new Whirlpool(), new fr.cryptohash.Whirlpool());
      default -> throw new IllegalArgumentException(function);
    }
  }

  private void compare(Digest one, fr.cryptohash.Digest other) {
    ours = one;
    theirs = other;
  }

  @Benchmark
  public byte[] ours() {
    input[0]++;
    ours.digest(input, 0, SIZE, result, 0);
    return result;
  }

  @Benchmark
  public byte[] saphir() {
    input[0]++;
    theirs.update(input, 0, SIZE);
    theirs.digest(result, 0, SIZE);
    return result;
  }
}
