package io.powerpool.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.generators.SCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HasherTest {

  private static final int COUNT = 37;

  private final Random random = new Random(17);

  static Iterable<Algorithm> algorithms() {
    return Algorithms.all();
  }

  @ParameterizedTest
  @CsvSource({"scrypt, 1024", "scryptn, 2048"})
  void reusedScryptHasherAgreesWithBouncyCastle(String name, int cost) {
    Hasher hasher = Algorithms.byName(name).newHasher();
    byte[] header = new byte[Hasher.HEADER_SIZE];
    byte[] hash = new byte[Hasher.HASH_SIZE];
    for (int i = 0; i < 40; i++) {
      random.nextBytes(header);

      hasher.hash(header, 0, hash, 0);

      assertThat(hash).isEqualTo(SCrypt.generate(header, header, cost, 1, 1, hash.length));
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void hashesAllAsItHashesOne(Algorithm algorithm) {
    Hasher hasher = algorithm.newHasher();
    byte[] headers = new byte[COUNT * Hasher.HEADER_SIZE];
    random.nextBytes(headers);
    byte[] together = new byte[COUNT * Hasher.HASH_SIZE];
    byte[] singly = new byte[COUNT * Hasher.HASH_SIZE];

    hasher.hashAll(headers, COUNT, together);
    for (int i = 0; i < COUNT; i++) {
      byte[] header = Arrays.copyOfRange(headers, i * 80, (i + 1) * 80);
      algorithm.newHasher().hash(header, 0, singly, i * 32);
    }

    assertThat(together).isEqualTo(singly);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void leavesHeaderAndTheRestOfTheSinkAlone(Algorithm algorithm) {
    byte[] header = new byte[100];
    random.nextBytes(header);
    byte[] before = header.clone();
    byte[] sink = new byte[50];

    algorithm.newHasher().hash(header, 11, sink, 9);

    assertThat(header).isEqualTo(before);
    assertThat(Arrays.copyOfRange(sink, 0, 9)).containsOnly(0);
    assertThat(Arrays.copyOfRange(sink, 41, 50)).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void hashesRightAfterRefusingShortArrays(Algorithm algorithm) {
    Hasher hasher = algorithm.newHasher();
    byte[] header = new byte[Hasher.HEADER_SIZE];
    byte[] hash = new byte[Hasher.HASH_SIZE];
    byte[] expected = new byte[Hasher.HASH_SIZE];
    algorithm.newHasher().hash(header, 0, expected, 0);

    assertThatThrownBy(() -> hasher.hash(header, 1, hash, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> hasher.hash(header, 0, hash, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    hasher.hash(header, 0, hash, 0);

    assertThat(hash).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 1 << 21, Integer.MIN_VALUE})
  void refusesCostThatIsNoPowerOfTwo(int cost) {
    assertThatThrownBy(() -> new Scrypt("scrypt", cost))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was " + cost);
  }

  /** The numbers are PowerPool's "hashes per share", where it has any, except for blake256. */
  @ParameterizedTest
  @CsvSource({
    "sha256d, 32",
    "scrypt, 16",
    "scryptn, 16",
    "blake256, 32",
    "x11, 32",
    "x13, 32",
    "x15, 32",
    "qubit, 32",
    "quark, 32",
    "nist5, 32",
    "groestl, 32",
    "myriad-groestl, 32",
    "skein, 32",
    "keccak, 25",
    "lyra2rev2, 24",
    "neoscrypt, 16"
  })
  void difficultyOneTakesAsManyHashesAsMinersThink(String name, int logarithm) {
    BigInteger target = Algorithms.byName(name).difficultyOne().toBigInteger();

    assertThat(BigInteger.ONE.shiftLeft(256).divide(target))
        .isBetween(
            BigInteger.ONE.shiftLeft(logarithm), BigInteger.valueOf(65_538L << (logarithm - 16)));
  }

  @Test
  void unknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> Algorithms.byName("scrypto"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "no algorithm is called 'scrypto', known are sha256d, scrypt, scryptn, ");
  }

  @ParameterizedTest
  @CsvSource({
    "sha256, sha256d",
    "scrypt2048, scryptn",
    "blake256r8, blake256",
    "myr-gr, myriad-groestl",
    "groestlmyriad, myriad-groestl"
  })
  void knowsTheNamesThatOthersUse(String other, String ours) {
    assertThat(Algorithms.byName(other)).isSameAs(Algorithms.byName(ours));
  }
}
