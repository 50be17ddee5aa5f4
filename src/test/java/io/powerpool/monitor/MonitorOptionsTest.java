package io.powerpool.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitorOptionsTest {
  private final Faults faults = new Faults();

  @Test
  void listensOnThisMachineOnlyAtPowerPoolsPortPlusTheServerNumber() {
    assertThat(options(Map.of(), 2))
        .isEqualTo(new MonitorOptions("pool", "127.0.0.1", 3857, Duration.ofMinutes(2)));
    assertThat(faults.found()).isEmpty();
  }

  @Test
  void readsItsKeys() {
    Map<String, Object> given =
        Map.of("address", "0.0.0.0", "port", 8080, "template_max_age", "30s");
    assertThat(options(given, 0))
        .isEqualTo(new MonitorOptions("pool", "0.0.0.0", 8080, Duration.ofSeconds(30)));
    assertThat(faults.found()).isEmpty();
  }

  @Test
  void takesAnyFreePortWhateverTheServerNumber() {
    assertThat(options(Map.of("port", 0), 3).port()).isZero();
  }

  @Test
  void refusesAPortThatTheServerNumberPushesTooHigh() {
    options(Map.of("port", 65_535), 1);
    assertThat(faults.found())
        .singleElement()
        .asString()
        .contains("port", "65535", "server_number");
  }

  private MonitorOptions options(Map<String, ?> given, int serverNumber) {
    return MonitorOptions.from(Section.root(given, faults), "pool", serverNumber);
  }
}
