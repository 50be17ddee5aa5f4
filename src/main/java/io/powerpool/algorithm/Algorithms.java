package io.powerpool.algorithm;

import io.powerpool.algorithm.digest.Blake256;
import io.powerpool.algorithm.digest.Blake512;
import io.powerpool.algorithm.digest.Bmw512;
import io.powerpool.algorithm.digest.CubeHash512;
import io.powerpool.algorithm.digest.Digest;
import io.powerpool.algorithm.digest.Echo512;
import io.powerpool.algorithm.digest.Groestl512;
import io.powerpool.algorithm.digest.Jh512;
import io.powerpool.algorithm.digest.Keccak;
import io.powerpool.algorithm.digest.Luffa512;
import io.powerpool.algorithm.digest.Shavite512;
import io.powerpool.algorithm.digest.Simd512;
import io.powerpool.algorithm.digest.Skein512;
import io.powerpool.bitcoin.Target;
import java.util.List;
import java.util.Map;
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

  /** Dash and its relatives: eleven candidates of the SHA-3 competition. */
  private static final List<Supplier<Digest>> X11 =
      List.of(
          Blake512::new,
          Bmw512::new,
          Groestl512::new,
          Skein512::new,
          Jh512::new,
          Keccak::of512,
          Luffa512::new,
          CubeHash512::new,
          Shavite512::new,
          Simd512::new,
          Echo512::new);

  /**
   * In the order in which they are shown. For BLAKE-256 there is disagreement: cpuminer-opt and
   * eloipool count 2^32 hashes, the original PowerPool 2^16, node-stratum-pool 2^24.
   */
  private static final List<Algorithm> ALL =
      List.of(
          new Sha256d(),
          new Scrypt("scrypt", 1024),
          new Scrypt("scryptn", 2048),
          new DigestChain("blake256", BITCOINS, List.of(Blake256::ofEightRounds)),
          new DigestChain("x11", BITCOINS, X11));

  /** What other software calls some of them: the original PowerPool, and lists of vectors. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("sha256", "sha256d", "scrypt2048", "scryptn", "blake256r8", "blake256");

  private Algorithms() {}

  /** Every function, in the order in which they are shown. */
  public static List<Algorithm> all() {
    return ALL;
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
        "no algorithm is called '"
            + name
            + "', known are "
            + ALL.stream().map(Algorithm::name).collect(Collectors.joining(", ")));
  }
}
