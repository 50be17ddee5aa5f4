package io.powerpool.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector of the file against every algorithm we list, and the other way round. */
class AlgorithmVectorsTest {

  /** What the file calls differently from us. */
  private static final Map<String, String> OUR_NAMES =
      Map.of("scrypt2048", "scryptn", "blake256r8", "blake256");

  @ParameterizedTest
  @MethodSource("shippedVectors")
  void hashesHeader(Vector vector) {
    Hasher hasher = Algorithms.byName(vector.algorithm()).newHasher();
    byte[] hash = new byte[Hasher.HASH_SIZE];

    hasher.hash(Hex.decode(vector.header()), 0, hash, 0);

    assertThat(Hash256.of(hash)).isEqualTo(vector.hash());
  }

  @ParameterizedTest
  @MethodSource("batchedVectors")
  void hashesHeaderInEveryLane(Vector vector) {
    Batched algorithm = (Batched) Algorithms.byName(vector.algorithm());
    for (Kernel kernel : algorithm.newKernels()) {
      byte[] headers = Hex.decode(vector.header().repeat(kernel.lanes()));
      byte[] hashes = new byte[kernel.lanes() * Hasher.HASH_SIZE];

      kernel.hash(headers, 0, kernel.lanes(), hashes, 0);

      for (int lane = 0; lane < kernel.lanes(); lane++) {
        assertThat(Hash256.read(hashes, lane * Hasher.HASH_SIZE)).isEqualTo(vector.hash());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void algorithmHasVectorFromRealBlock(Algorithm algorithm) {
    assertThat(vectors())
        .anyMatch(vector -> vector.algorithm().equals(algorithm.name()) && vector.real());
  }

  /** Shows in the report of the test run what the file has in store. */
  @ParameterizedTest
  @MethodSource("vectorAlgorithms")
  void algorithmOfVectorsIsShipped(String name) {
    assumeTrue(shipped(name), name + " has vectors but is not shipped yet");

    assertThat(Algorithms.byName(name).name()).isEqualTo(name);
  }

  static List<Algorithm> algorithms() {
    return Algorithms.all();
  }

  static Stream<Vector> shippedVectors() {
    return vectors().stream().filter(vector -> shipped(vector.algorithm()));
  }

  static Stream<Vector> batchedVectors() {
    return shippedVectors()
        .filter(vector -> Algorithms.byName(vector.algorithm()) instanceof Batched);
  }

  static Stream<String> vectorAlgorithms() {
    return vectors().stream().map(Vector::algorithm).distinct();
  }

  private static boolean shipped(String name) {
    return Algorithms.all().stream().anyMatch(algorithm -> algorithm.name().equals(name));
  }

  private static List<Vector> vectors() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                AlgorithmVectorsTest.class.getResourceAsStream("/algorithm/pow-vectors.txt"),
                StandardCharsets.UTF_8))) {
      return lines.lines().map(Vector::read).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Vector(
      String algorithm, String header, Hash256 hash, boolean real, String source) {

    static Optional<Vector> read(String line) {
      if (line.startsWith("#")) {
        return Optional.empty();
      }
      String[] fields = line.split(", ", 6);
      return Optional.of(
          new Vector(
              OUR_NAMES.getOrDefault(fields[0], fields[0]),
              fields[1],
              Hash256.ofDisplayHex(fields[2]),
              fields[3].equals("real"),
              fields[5]));
    }

    @Override
    public String toString() {
      return algorithm + ": " + source;
    }
  }
}
