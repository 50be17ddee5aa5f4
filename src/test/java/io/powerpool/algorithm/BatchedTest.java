package io.powerpool.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions that take the time they are told to, on a clock that only they move. */
class BatchedTest {

  private static final String MODULE = "jdk.incubator.vector";

  private long nanos;
  private final List<String> hashed = new ArrayList<>();

  @Test
  void hashesOneByOneUntilPreparedAndThenByTheWayThatIsFasterForTheNumber() {
    // One takes 100 us; 1 to 4 take 150 us, 1 to 8 take 240 us.
    Batched algorithm = batched(100, new TimedKernel(4, 150), new TimedKernel(8, 240));
    Hasher hasher = algorithm.newHasher();
    assertThat(hasher.batchSize()).isEqualTo(1);
    assertThat(ways(hasher, 3)).containsExactly("1", "1", "1");

    Optional<String> finding = algorithm.prepare();

    assertThat(finding.orElseThrow())
        .startsWith(
            "timed is hashed one header at a time in 100.00 us, 2 to 4 together in 150.00 us,")
        .contains("6 to 8 together in 240.00 us");
    assertThat(hasher.batchSize()).isEqualTo(8);
    assertThat(ways(hasher, 1)).containsExactly("1");
    assertThat(ways(hasher, 2)).containsExactly("2 of 4");
    assertThat(ways(hasher, 5)).containsExactly("4 of 4", "1");
    assertThat(ways(hasher, 6)).containsExactly("6 of 8");
    assertThat(ways(hasher, 11)).containsExactly("8 of 8", "3 of 4");
    assertThat(ways(hasher, 16)).containsExactly("8 of 8", "8 of 8");
  }

  @Test
  void aKernelThatIsSlowerIsNotUsed() {
    Batched algorithm = batched(100, new TimedKernel(4, 399), new TimedKernel(8, 100_000));
    Hasher hasher = algorithm.newHasher();

    Optional<String> finding = algorithm.prepare();

    assertThat(finding.orElseThrow()).contains("faster here than several at once");
    assertThat(hasher.batchSize()).isEqualTo(1);
    assertThat(ways(hasher, 2)).containsExactly("1", "1");
  }

  @Test
  void waitsForAKernelToBeCompiled() {
    TimedKernel kernel = new TimedKernel(4, 20_000);
    kernel.microsWhenCompiled = 150;
    Batched algorithm = batched(100, kernel);

    algorithm.prepare();

    assertThat(algorithm.newHasher().batchSize()).isEqualTo(4);
  }

  @Test
  void aClockThatLeapsNowAndThenDecidesNothing() {
    TimedKernel kernel = new TimedKernel(4, 500);
    kernel.leapEvery = 32;
    Batched algorithm = batched(100, kernel);

    algorithm.prepare();

    assertThat(algorithm.newHasher().batchSize()).isEqualTo(1);
  }

  @Test
  void preparesOnce() {
    Batched algorithm = batched(100, new TimedKernel(4, 150));
    Optional<String> finding = algorithm.prepare();
    long then = nanos;

    assertThat(algorithm.prepare()).isEqualTo(finding);
    assertThat(nanos).isEqualTo(then);
  }

  @ParameterizedTest
  @CsvSource({
    "false, true, '', java was started without --add-modules jdk.incubator.vector",
    "false, false, '', this JDK has no module jdk.incubator.vector",
    "true, true, 0, vectors are turned off by -Dpowerpool.vector.bits=0"
  })
  void saysWhyThereAreNoVectorsAndDoesWithout(
      boolean loaded, boolean shipped, String bits, String reason) {
    VectorModule none = VectorModule.find(loaded, shipped, bits);
    Algorithm algorithm =
        new Batched(
            new Scrypt("scrypt", 1024), kernels -> kernels.scrypt(1024), none, this::nanoTime);

    assertThat(algorithm.prepare().orElseThrow())
        .startsWith("scrypt is hashed one header at a time: " + reason);
    assertThat(algorithm.newHasher().batchSize()).isEqualTo(1);
    assertThat(nanos).isZero();
  }

  /**
   * The build gives the module to the tests; without it the tests of kernels would show nothing.
   */
  @Test
  void findsTheModuleThatTheBuildGivesToTheTests() {
    assertThat(ModuleLayer.boot().findModule(MODULE)).isPresent();
    assertThat(VectorModule.find(true, true, "").description()).endsWith("-bit vectors");
  }

  private Batched batched(long micros, TimedKernel... kernels) {
    return new Batched(
        new TimedAlgorithm(micros), made -> List.of(kernels), VectorModule.ours(), this::nanoTime);
  }

  private List<String> ways(Hasher hasher, int count) {
    hashed.clear();
    hasher.hashAll(new byte[count * 80], count, new byte[count * 32]);
    return hashed;
  }

  private long nanoTime() {
    return nanos;
  }

  private void pass(long micros) {
    nanos += TimeUnit.MICROSECONDS.toNanos(micros);
  }

  private final class TimedAlgorithm implements Algorithm {

    private final long micros;

    TimedAlgorithm(long micros) {
      this.micros = micros;
    }

    @Override
    public String name() {
      return "timed";
    }

    @Override
    public Target difficultyOne() {
      return Target.EASIEST;
    }

    @Override
    public boolean slow() {
      return true;
    }

    @Override
    public Hasher newHasher() {
      return (header, from, sink, to) -> {
        hashed.add("1");
        pass(micros);
      };
    }
  }

  private final class TimedKernel implements Kernel {

    private final int lanes;
    private final long micros;
    private long microsWhenCompiled;
    private int leapEvery = Integer.MAX_VALUE;
    private int calls;

    TimedKernel(int lanes, long micros) {
      this.lanes = lanes;
      this.micros = micros;
      microsWhenCompiled = micros;
    }

    @Override
    public int lanes() {
      return lanes;
    }

    @Override
    public void hash(byte[] headers, int from, int count, byte[] sink, int to) {
      hashed.add(count + " of " + lanes);
      pass(++calls > 16 ? microsWhenCompiled : micros);
      if (calls % leapEvery == 0) {
        pass(-1_900);
      }
    }
  }
}
