package io.powerpool.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.algorithm.digest.Blake256;
import io.powerpool.algorithm.digest.Rounds;
import io.powerpool.bitcoin.Target;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every kernel, for every width of vectors, against hashing one by one. A width that the machine
 * lacks is computed lane by lane by the JDK: slow, but with the same result.
 */
class KernelsTest {

  private static final String PACKAGE = "io.powerpool.algorithm.vector.";
  private static final String BITS = "powerpool.vector.bits";

  private final Random random = new Random(17);

  static Stream<Case> kernels() throws Exception {
    Stream.Builder<Case> cases = Stream.builder();
    for (int bits : new int[] {128, 256, 512}) {
      Kernels kernels = kernels(bits);
      Hasher blake =
          new DigestChain("blake256", Target.EASIEST, List.of(Blake256::ofEightRounds)).newHasher();
      kernels.sha256d().forEach(it -> cases.add(new Case(bits, it, new Sha256d().newHasher())));
      kernels.blake256().forEach(it -> cases.add(new Case(bits, it, blake)));
      for (int cost : new int[] {2, 32}) {
        Hasher scrypt = new Scrypt("scrypt", cost).newHasher();
        kernels.scrypt(cost).forEach(it -> cases.add(new Case(bits, it, scrypt)));
      }
    }
    return cases.build();
  }

  private record Case(int bits, Kernel kernel, Hasher single) {

    @Override
    public String toString() {
      return kernel.getClass().getSimpleName() + ", " + bits + " bits, " + kernel.lanes();
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void hashesAnyNumberAsOneByOneAndTouchesNothingElse(Case tested) {
    Kernel kernel = tested.kernel();
    for (int count = 1; count <= kernel.lanes(); count++) {
      byte[] headers = new byte[7 + count * Hasher.HEADER_SIZE];
      random.nextBytes(headers);
      byte[] before = headers.clone();
      byte[] hashes = new byte[3 + count * Hasher.HASH_SIZE + 5];
      byte[] expected = hashes.clone();
      for (int i = 0; i < count; i++) {
        tested.single().hash(headers, 7 + i * 80, expected, 3 + i * 32);
      }

      kernel.hash(headers, 7, count, hashes, 3);

      assertThat(hashes).isEqualTo(expected);
      assertThat(headers).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void hashesBatchesOfAnySize(Case tested) {
    Kernel kernel = tested.kernel();
    BatchPlan always = BatchPlan.of(List.of(kernel), 64, Long.MAX_VALUE, new long[] {1});
    Hasher hasher = new BatchHasher(tested.single(), () -> List.of(kernel), () -> always);
    assertThat(hasher.batchSize()).isEqualTo(kernel.lanes());
    for (int count = 0; count <= 2 * kernel.lanes(); count++) {
      byte[] headers = new byte[count * Hasher.HEADER_SIZE];
      random.nextBytes(headers);
      byte[] hashes = new byte[count * Hasher.HASH_SIZE];
      byte[] expected = hashes.clone();
      for (int i = 0; i < count; i++) {
        tested.single().hash(headers, i * 80, expected, i * 32);
      }

      hasher.hashAll(headers, count, hashes);

      assertThat(hashes).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void refusesShortArrays(Case tested) {
    byte[] headers = new byte[2 * Hasher.HEADER_SIZE];
    byte[] hashes = new byte[2 * Hasher.HASH_SIZE];

    assertThatThrownBy(() -> tested.kernel().hash(headers, 1, 2, hashes, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tested.kernel().hash(headers, 0, 2, hashes, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(hashes).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void everyBatchedAlgorithmHasKernelsHereAndHashesTheSame(Algorithm algorithm) {
    // Without this the other tests could pass on classes that no algorithm uses.
    List<Kernel> kernels = ((Batched) algorithm).newKernels();
    assertThat(kernels).isNotEmpty();
    byte[] header = new byte[Hasher.HEADER_SIZE];
    random.nextBytes(header);
    byte[] expected = new byte[Hasher.HASH_SIZE];
    algorithm.newHasher().hash(header, 0, expected, 0);
    for (Kernel kernel : kernels) {
      byte[] hash = new byte[Hasher.HASH_SIZE];

      kernel.hash(header, 0, 1, hash, 0);

      assertThat(hash).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 512})
  void roundsInVectorsAreThePlainOnes(int bits) throws Exception {
    Rounds rounds = kernels(bits).rounds().orElseThrow();
    for (int i = 0; i < 20; i++) {
      int[] state = random.ints(40).toArray();
      int[] expected = state.clone();

      rounds.cubeHash(state, 16);
      rounds.luffa(state);

      Rounds.PLAIN.cubeHash(expected, 16);
      Rounds.PLAIN.luffa(expected);
      assertThat(state).isEqualTo(expected);
    }
  }

  @Test
  void roundsTakeVectorsOfEightWordsAtLeast() throws Exception {
    assertThat(kernels(128).rounds()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"x11, true", "qubit, true", "lyra2rev2, true", "sha256d, false", "keccak, false"})
  void knowsWhoseSingleHashCanBecomeFaster(String name, boolean can) {
    assertThat(Algorithms.byName(name).preparesSingleHash()).isEqualTo(can);
  }

  static Stream<Algorithm> algorithms() {
    return Algorithms.all().stream().filter(algorithm -> algorithm instanceof Batched);
  }

  /**
   * The kernels of this width, whose classes are loaded anew: the width is a constant of theirs.
   */
  private static Kernels kernels(int bits) throws Exception {
    String before = System.getProperty(BITS);
    System.setProperty(BITS, Integer.toString(bits));
    try {
      return new Fresh()
          .loadClass(PACKAGE + "VectorKernels")
          .asSubclass(Kernels.class)
          .getDeclaredConstructor()
          .newInstance();
    } finally {
      if (before == null) {
        System.clearProperty(BITS);
      } else {
        System.setProperty(BITS, before);
      }
    }
  }

  /** Defines the classes of one package itself and leaves all others to the tests' own loader. */
  private static final class Fresh extends ClassLoader {

    Fresh() {
      super(KernelsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded != null) {
          return loaded;
        }
        return name.startsWith(PACKAGE) ? define(name) : super.loadClass(name, resolve);
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = file.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
