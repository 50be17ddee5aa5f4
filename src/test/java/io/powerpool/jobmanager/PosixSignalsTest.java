package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.process.PosixSignals;
import io.powerpool.process.PosixSignals.Registration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals are sent to the JVM that runs the tests: one that does harm unless it is handled. */
@EnabledOnOs(OS.LINUX)
class PosixSignalsTest {

  private static final int USR1 = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void everybodyWhoListensIsTold() throws Exception {
    AtomicInteger one = new AtomicInteger();
    AtomicInteger other = new AtomicInteger();
    Registration first = PosixSignals.listen(USR1, one::incrementAndGet);
    Registration second = PosixSignals.listen(USR1, other::incrementAndGet);
    kill(USR1);
    await().atMost(PATIENCE).until(() -> one.get() == 1 && other.get() == 1);
    first.cancel();
    kill(USR1);
    await().atMost(PATIENCE).until(() -> other.get() == 2);
    assertThat(one).hasValue(1);
    second.cancel();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9, 11, 12, 15, 17, 63})
  void doesNotTakeWhatOthersNeed(int number) {
    assertThatThrownBy(() -> PosixSignals.listen(number, () -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNumberThatCannotBeUsedIsAFaultOfTheConfiguration() {
    Faults faults = new Faults();
    options(Map.of("signal", 12), faults);
    assertThatThrownBy(faults::throwIfAny)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("signal: is 12, expected a POSIX signal that the JVM leaves to us:")
        .hasMessageContaining("10 (SIGUSR1)");
  }

  /** As in PowerPool: null polls unless there is a signal. */
  @ParameterizedTest
  @CsvSource({
    ", , 200",
    "10, , 2000",
    ", true, 200",
    "10, true, 200",
    ", false, 2000",
    "10, false, 2000"
  })
  void pollsUnlessThereIsASignal(Integer signal, Boolean poll, long tipMillis) {
    Map<String, Object> values = new HashMap<>();
    values.put("signal", signal);
    values.put("poll", poll);
    assertThat(options(values, new Faults()).intervals().tip().toMillis()).isEqualTo(tipMillis);
  }

  private static JobManagerOptions options(Map<String, Object> values, Faults faults) {
    Map<String, Object> all = new HashMap<>(values);
    all.put("servers", List.of(Map.of("port", 1, "username", "a", "password", "b")));
    return JobManagerOptions.from(Section.root(all, faults), Path.of("data"));
  }

  private static void kill(int number) throws Exception {
    String pid = Long.toString(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-" + number, pid).start().waitFor()).isZero();
  }
}
