package io.powerpool.algorithm.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import fr.cryptohash.BLAKE256;
import fr.cryptohash.BLAKE512;
import fr.cryptohash.BMW256;
import fr.cryptohash.BMW512;
import fr.cryptohash.CubeHash256;
import fr.cryptohash.ECHO512;
import fr.cryptohash.JH512;
import fr.cryptohash.Keccak256;
import fr.cryptohash.Keccak512;
import fr.cryptohash.SHAvite512;
import fr.cryptohash.SIMD512;
import fr.cryptohash.Skein256;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each function and length of input against another implementation. */
class DigestTest {

  private static final int TRIES = 100;

  private final Random random = new Random(17);

  static Stream<Arguments> digests() {
    return Stream.of(
        arguments(Blake256.ofFourteenRounds(), new BLAKE256(), 80),
        arguments(new Blake512(), new BLAKE512(), 64),
        arguments(new Blake512(), new BLAKE512(), 80),
        arguments(new Bmw512(), new BMW512(), 64),
        arguments(new Groestl512(), new fr.cryptohash.Groestl512(), 64),
        arguments(new Groestl512(), new fr.cryptohash.Groestl512(), 80),
        arguments(new Bmw256(), new BMW256(), 32),
        arguments(Skein512.of256(), new Skein256(), 32),
        arguments(Skein512.of512(), new fr.cryptohash.Skein512(), 64),
        arguments(Skein512.of512(), new fr.cryptohash.Skein512(), 80),
        arguments(new Jh512(), new JH512(), 64),
        arguments(Keccak.of512(), new Keccak512(), 64),
        arguments(Keccak.of512(), new Keccak512(), 80),
        arguments(Keccak.of256(), new Keccak256(), 32),
        arguments(Keccak.of256(), new Keccak256(), 80),
        arguments(new Luffa512(), new fr.cryptohash.Luffa512(), 64),
        arguments(new Luffa512(), new fr.cryptohash.Luffa512(), 80),
        arguments(CubeHash.of512(), new fr.cryptohash.CubeHash512(), 64),
        arguments(CubeHash.of256(), new CubeHash256(), 32),
        arguments(new Shavite512(), new SHAvite512(), 64),
        arguments(new Simd512(), new SIMD512(), 64),
        arguments(new Echo512(), new ECHO512(), 64),
        arguments(new Hamsi512(), new fr.cryptohash.Hamsi512(), 64),
        arguments(new Fugue512(), new fr.cryptohash.Fugue512(), 64),
        arguments(new Shabal512(), new fr.cryptohash.Shabal512(), 64),
        arguments(new Whirlpool(), new fr.cryptohash.Whirlpool(), 64));
  }

  @ParameterizedTest
  @MethodSource("digests")
  void agreesWithAnotherImplementation(Digest ours, fr.cryptohash.Digest theirs, int length) {
    byte[] input = new byte[length];
    byte[] result = new byte[ours.size()];
    for (int i = 0; i < TRIES; i++) {
      switch (i) {
        case 0 -> Arrays.fill(input, (byte) 0);
        case 1 -> Arrays.fill(input, (byte) -1);
        default -> random.nextBytes(input);
      }

      ours.digest(input, 0, length, result, 0);

      assertThat(result).isEqualTo(theirs.digest(input));
    }
  }

  @ParameterizedTest
  @MethodSource("digests")
  void readsAndWritesWhereItIsTold(Digest ours, fr.cryptohash.Digest theirs, int length) {
    byte[] array = new byte[200];
    random.nextBytes(array);
    byte[] expected = array.clone();
    byte[] hash = theirs.digest(Arrays.copyOfRange(array, 7, 7 + length));
    System.arraycopy(hash, 0, expected, 30, hash.length);

    ours.digest(array, 7, length, array, 30);

    assertThat(array).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("digests")
  void refusesWhatDoesNotFit(Digest ours, fr.cryptohash.Digest theirs, int length) {
    byte[] input = new byte[length];
    byte[] result = new byte[ours.size()];

    assertThatThrownBy(() -> ours.digest(new byte[100], 0, 81, result, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("does not hash inputs of 81 bytes");
    assertThatThrownBy(() -> ours.digest(input, 1, length, result, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> ours.digest(input, 0, length, result, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(theirs.getDigestLength()).isEqualTo(ours.size());
  }
}
