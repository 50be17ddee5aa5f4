package io.powerpool.algorithm;

import io.powerpool.algorithm.digest.Blake256;
import io.powerpool.algorithm.digest.Blake512;
import io.powerpool.algorithm.digest.Bmw256;
import io.powerpool.algorithm.digest.Bmw512;
import io.powerpool.algorithm.digest.CubeHash;
import io.powerpool.algorithm.digest.Digest;
import io.powerpool.algorithm.digest.Echo512;
import io.powerpool.algorithm.digest.EitherDigest;
import io.powerpool.algorithm.digest.Fugue512;
import io.powerpool.algorithm.digest.Groestl512;
import io.powerpool.algorithm.digest.Hamsi512;
import io.powerpool.algorithm.digest.Jh512;
import io.powerpool.algorithm.digest.Keccak;
import io.powerpool.algorithm.digest.Luffa512;
import io.powerpool.algorithm.digest.Lyra2;
import io.powerpool.algorithm.digest.Rounds;
import io.powerpool.algorithm.digest.Sha256Digest;
import io.powerpool.algorithm.digest.Shabal512;
import io.powerpool.algorithm.digest.Shavite512;
import io.powerpool.algorithm.digest.Simd512;
import io.powerpool.algorithm.digest.Skein512;
import io.powerpool.algorithm.digest.Whirlpool;
import io.powerpool.bitcoin.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The proof-of-work functions that the pool knows. */
public final class Algorithms {

  /**
   * 2^32 hashes per share of difficulty 1, as of SHA-256d: what miners count for any function that
   * they have no factor for (cpuminer-opt, {@code opt_target_factor}).
   */
  private static final Target BITCOINS =
      Target.ofHex("00000000ffff0000000000000000000000000000000000000000000000000000");

  /** 2^24 hashes per share of difficulty 1: the factor of cpuminer-opt for Lyra2REv2 is 256. */
  private static final Target LYRAS =
      Target.ofHex("000000ffff000000000000000000000000000000000000000000000000000000");

  /** 2^25 hashes per share of difficulty 1: the factor of cpuminer-opt for Keccak is 128. */
  private static final Target KECCAKS =
      Target.ofHex("0000007fff800000000000000000000000000000000000000000000000000000");

  /** Quark and PIVX: six such functions, three times by choice. */
  private static final List<Supplier<Digest>> QUARK =
      List.of(
          Blake512::new,
          Bmw512::new,
          () -> new EitherDigest(new Groestl512(), Skein512.of512()),
          Groestl512::new,
          Jh512::new,
          () -> new EitherDigest(new Blake512(), new Bmw512()),
          Keccak::of512,
          Skein512::of512,
          () -> new EitherDigest(Keccak.of512(), new Jh512()));

  /** Bulwark and others: the five finalists of the SHA-3 competition. */
  private static final List<Supplier<Digest>> NIST5 =
      List.of(Blake512::new, Groestl512::new, Jh512::new, Keccak::of512, Skein512::of512);

  /**
   * In the order in which they are shown. There is disagreement about difficulty 1: for BLAKE-256
   * cpuminer-opt and eloipool count 2^32 hashes, the original PowerPool 2^16 and node-stratum-pool
   * 2^24, and 2^24 for both kinds of Groestl as well.
   */
  private static final List<Algorithm> ALL =
      List.of(
          new Batched(new Sha256d(), Kernels::sha256d),
          new Batched(new Scrypt("scrypt", 1024), kernels -> kernels.scrypt(1024)),
          new Batched(new Scrypt("scryptn", 2048), kernels -> kernels.scrypt(2048)),
          new Batched(
              new DigestChain("blake256", BITCOINS, List.of(Blake256::ofEightRounds)),
              Kernels::blake256),
          inVectors("x11", BITCOINS, Algorithms::x11),
          inVectors("x13", BITCOINS, Algorithms::x13),
          inVectors("x15", BITCOINS, Algorithms::x15),
          inVectors("qubit", BITCOINS, Algorithms::qubit),
          new DigestChain("quark", BITCOINS, QUARK),
          new DigestChain("nist5", BITCOINS, NIST5),
          new DigestChain("groestl", BITCOINS, List.of(Groestl512::new, Groestl512::new)),
          new DigestChain("myriad-groestl", BITCOINS, List.of(Groestl512::new, Sha256Digest::new)),
          new DigestChain("skein", BITCOINS, List.of(Skein512::of512, Sha256Digest::new)),
          new DigestChain("keccak", KECCAKS, List.of(Keccak::of256)),
          inVectors("lyra2rev2", LYRAS, Algorithms::lyra2ReV2),
          new NeoScrypt());

  /**
   * What other software calls some of them: the original PowerPool, lists of vectors,
   * node-stratum-pool and miners.
   */
  private static final Map<String, String> OTHER_NAMES =
      Map.of(
          "sha256", "sha256d",
          "scrypt2048", "scryptn",
          "blake256r8", "blake256",
          "groestlmyriad", "myriad-groestl",
          "myr-gr", "myriad-groestl");

  /** What PowerPool calls a function: its front ends know no other names. */
  private static final Map<String, String> POWERPOOL_NAMES = Map.of("sha256d", "sha256");

  private Algorithms() {}

  /** Qubitcoin, and some of DigiByte's blocks: five candidates of the SHA-3 competition. */
  private static List<Supplier<Digest>> qubit(Rounds rounds) {
    return List.of(
        () -> new Luffa512(rounds),
        () -> CubeHash.of512(rounds),
        Shavite512::new,
        Simd512::new,
        Echo512::new);
  }

  /** Dash and its relatives: eleven candidates of the SHA-3 competition, the last five as Qubit. */
  private static List<Supplier<Digest>> x11(Rounds rounds) {
    List<Supplier<Digest>> stages =
        new ArrayList<>(
            List.of(
                Blake512::new,
                Bmw512::new,
                Groestl512::new,
                Skein512::of512,
                Jh512::new,
                Keccak::of512));
    stages.addAll(qubit(rounds));
    return stages;
  }

  /** Navcoin and its relatives: two more candidates. */
  private static List<Supplier<Digest>> x13(Rounds rounds) {
    return and(x11(rounds), Hamsi512::new, Fugue512::new);
  }

  /** EverGreenCoin and its relatives: one more candidate, and Whirlpool. */
  private static List<Supplier<Digest>> x15(Rounds rounds) {
    return and(x13(rounds), Shabal512::new, Whirlpool::new);
  }

  private static List<Supplier<Digest>> and(
      List<Supplier<Digest>> stages, Supplier<Digest> first, Supplier<Digest> second) {
    List<Supplier<Digest>> more = new ArrayList<>(stages);
    more.add(first);
    more.add(second);
    return more;
  }

  /** Lyra2REv2: Monacoin, and Vertcoin until 2019. */
  private static List<Supplier<Digest>> lyra2ReV2(Rounds rounds) {
    return List.of(
        Blake256::ofFourteenRounds,
        Keccak::of256,
        () -> CubeHash.of256(rounds),
        Lyra2::new,
        Skein512::of256,
        () -> CubeHash.of256(rounds),
        Bmw256::new);
  }

  /** A chain, of which some functions are faster with vectors, where those are to be had. */
  private static Algorithm inVectors(
      String name, Target difficultyOne, Function<Rounds, List<Supplier<Digest>>> stages) {
    return new Batched(
        new DigestChain(name, difficultyOne, stages.apply(Rounds.PLAIN)),
        kernels ->
            kernels.rounds().stream()
                .map(rounds -> new DigestChain(name, difficultyOne, stages.apply(rounds)))
                .<Kernel>map(chain -> new SingleKernel(chain.newHasher()))
                .toList());
  }

  /** Every function, in the order in which they are shown. */
  public static List<Algorithm> all() {
    return ALL;
  }

  /** PowerPool's name of a function, for what its front ends read. */
  public static String powerPoolName(String name) {
    return POWERPOOL_NAMES.getOrDefault(name, name);
  }

  /**
   * The function of this name, or of this other name for it.
   *
   * @throws IllegalArgumentException if there is none; the message lists the known names
   */
  public static Algorithm byName(String name) {
    String ours = OTHER_NAMES.getOrDefault(name, name);
    for (Algorithm algorithm : ALL) {
      if (algorithm.name().equals(ours)) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException(
        "no algorithm is called '" + name + "', known are " + names());
  }

  /** The names of all, for people. */
  public static String names() {
    return ALL.stream().map(Algorithm::name).collect(Collectors.joining(", "));
  }
}
