package io.powerpool.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {

  private static final Duration YEAR = Duration.ofDays(365);

  private final Faults faults = new Faults();

  @Test
  void readsEachKindOfValue() {
    Section root =
        root(
            Map.of(
                "name",
                "pool",
                "port",
                3333,
                "share",
                0.001,
                "on",
                true,
                "tiers",
                List.of(1, 2.5),
                "aliases",
                Map.of("me", "LTC1")));

    assertThat(root.string("name", "x")).isEqualTo("pool");
    assertThat(root.integer("port", 1, 1, 65_535)).isEqualTo(3333);
    assertThat(root.number("share", 1, 0, 10)).isEqualTo(0.001);
    assertThat(root.flag("on", false)).isTrue();
    assertThat(root.numbers("tiers", List.of(), 0, 10)).containsExactly(1.0, 2.5);
    assertThat(root.texts("aliases")).containsExactly(Map.entry("me", "LTC1"));
    assertThat(root.choice("kind", "b", List.of("a", "b"))).isEqualTo("b");
    assertThatCode(faults::throwIfAny).doesNotThrowAnyException();
  }

  @Test
  void takesNumbersAndFlagsInQuotesAsEnvironmentVariablesGiveThem() {
    Section root = root(Map.of("port", "3333", "on", "true", "share", "1e-3"));

    assertThat(root.integer("port", 1, 1, 65_535)).isEqualTo(3333);
    assertThat(root.flag("on", false)).isTrue();
    assertThat(root.number("share", 1, 0, 10)).isEqualTo(0.001);
    assertThat(faults.found()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "250ms,PT0.25S",
    "30s,PT30S",
    "10m,PT10M",
    "2h,PT2H",
    "1d,PT24H",
    "1.5s,PT1.5S",
    "90,PT1M30S",
    "0,PT0S"
  })
  void readsDurations(String text, Duration expected) {
    assertThat(root(Map.of("time", text)).duration("time", YEAR, Duration.ZERO, YEAR))
        .isEqualTo(expected);
    assertThat(faults.found()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s", "-1s", "1w", "1 2s", "1e9s", "99999999999999999999d", "999999999999d"})
  void refusesWhatIsNoDuration(String text) {
    assertThat(
            root(Map.of("time", text)).duration("time", Duration.ofSeconds(7), Duration.ZERO, YEAR))
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(faults.found()).hasSize(1);
  }

  @Test
  void namesKeyValueAndExpectationOfEveryFaultAtOnce() {
    Section ports =
        root(Map.of(
                "stratum",
                Map.of("ports", List.of(Map.of("port", 70_000, "vardiff", "yes", "coin", 7)))))
            .section("stratum")
            .sections("ports")
            .get(0);
    ports.integer("port", 3333, 1, 65_535);
    ports.flag("vardiff", true);
    ports.requiredString("coin");
    ports.requiredString("address");

    assertThatThrownBy(faults::throwIfAny)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "stratum.ports[0].port: is 70000, expected a whole number from 1 to 65535")
        .hasMessageContaining("stratum.ports[0].vardiff: is 'yes', expected true or false")
        .hasMessageContaining("stratum.ports[0].coin: is 7, expected text")
        .hasMessageContaining("stratum.ports[0].address: is missing, expected a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "1e999999999", "NaN", "0x10", "9223372036854775808", "- 1"})
  void refusesWhatIsNoWholeNumber(String text) {
    assertThat(root(Map.of("n", text)).integer("n", 5L, 0L, Long.MAX_VALUE)).isEqualTo(5);
    assertThat(faults.found()).hasSize(1);
  }

  @Test
  void refusesNotANumber() {
    assertThat(root(Map.of("n", Double.NaN)).number("n", 5, 0, Double.MAX_VALUE)).isEqualTo(5);
    assertThat(faults.found()).hasSize(1);
  }

  @Test
  void namesTheNearestKnownKeyForAnUnknownOne() {
    Section monitor =
        root(Map.of("monitor", Map.of("adress", "::1", "colour", "red"))).section("monitor");
    monitor.string("address", "127.0.0.1");
    monitor.integer("port", 3855, 1, 65_535);

    assertThatThrownBy(faults::throwIfAny)
        .hasMessageContaining("monitor.adress: is not a known key, expected 'address' perhaps")
        .hasMessageContaining("monitor.colour: is not a known key, expected one of address, port");
    assertThatCode(faults::throwIfAnyAmongKnownKeys).doesNotThrowAnyException();
  }

  @Test
  void reportsASectionThatNobodyAskedForOnce() {
    root(Map.of("extra", Map.of("a", 1, "b", 2)));

    assertThatThrownBy(faults::throwIfAny)
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.faults()).hasSize(1));
  }

  @Test
  void readsASectionTwiceAsOneSoThatSeveralOwnersMayShareIt() {
    Section root = root(Map.of("coins", Map.of("LTC", Map.of("algorithm", "scrypt", "height", 1))));
    root.named("coins").get("LTC").requiredString("algorithm");
    root.named("coins").get("LTC").integer("height", 0, 0, 10);

    assertThatCode(faults::throwIfAny).doesNotThrowAnyException();
  }

  @Test
  void refusesAScalarWhereAMappingOrListBelongs() {
    Section root = root(Map.of("stratum", 5, "ports", Map.of(), "coins", List.of("LTC")));
    root.section("stratum");
    root.sections("ports");
    root.named("coins");

    assertThat(faults.found()).extracting(Fault::path).containsExactly("stratum", "ports", "coins");
  }

  @Test
  void tellsWhereMappingsAndListsBelong() {
    Section root = root(Map.of("ports", List.of("[x]"), "rules", "[a]"));
    root.strings("rules", List.of());
    root.numbers("tiers", List.of(1.0), 0, 10);
    root.texts("aliases");
    root.secret("password");
    root.string("name", "");
    root.section("stratum").named("inner");
    root.sections("ports").forEach(port -> port.integer("port", 1, 1, 2));

    assertThat(root.structures())
        .containsExactlyInAnyOrder(
            "", "rules", "tiers", "aliases", "stratum", "stratum.inner", "ports", "ports[0]");
  }

  @Test
  void neverShowsASecret() {
    Section root = root(Map.of("password", "hunter2", "key", 123_456));

    assertThat(root.secret("password")).contains(new Secret("hunter2"));
    assertThat(root.secret("key")).isEmpty();
    assertThat(root.secret("absent")).isEmpty();
    assertThat(new Secret("hunter2")).hasToString("****");
    assertThat(root.effective().toString()).contains("****").doesNotContain("hunter2");
    assertThat(root.settings().toString()).doesNotContain("hunter2");
    assertThatThrownBy(faults::throwIfAny)
        .hasMessageContaining("key: is ****, expected a text that is not empty")
        .hasMessageNotContaining("123456");
  }

  @Test
  void tellsWhatIsInEffectWithDefaultsFilledIn() {
    Section root = root(Map.of("port", 1));
    root.integer("port", 3333, 1, 65_535);
    root.section("limits").duration("idle", Duration.ofMinutes(5), Duration.ZERO, YEAR);

    assertThat(root.effective()).isEqualTo(Map.of("port", 1L, "limits", Map.of("idle", "5m")));
    assertThat(root.settings())
        .containsExactly(
            new Setting("port", Optional.of(1L), Optional.of(3333L), true),
            new Setting(
                "limits.idle",
                Optional.of(Duration.ofMinutes(5)),
                Optional.of(Duration.ofMinutes(5)),
                false));
  }

  @Test
  void showsAbsurdValuesOnOneShortLine() {
    root(Map.of("port", "a\nb" + "x".repeat(500))).integer("port", 1, 1, 2);

    assertThat(faults.found().get(0).toString()).doesNotContain("\n").hasSizeLessThan(200);
  }

  private Section root(Map<String, ?> values) {
    return Section.root(values, faults);
  }
}
