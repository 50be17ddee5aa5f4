package io.powerpool.stratum.v1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtensionsTest {

  private static final int POOL_MASK = 0x1fffe000;

  private static Extensions read(String extension, Map<String, Object> parameters) {
    return Extensions.read(List.of(extension), parameters, POOL_MASK);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, null, 1fffe000",
        "ffffffff, null, 1fffe000",
        "00ffe000, 11, 00ffe000",
        "FFE000, 11, 00ffe000",
        "00ffe000, 12, refused",
        "e0000000, null, refused",
        "00000000, 0, refused",
        "1fffe0000, null, version-rolling.mask must be 8 hexadecimal digits",
        "0x1ffe00, null, version-rolling.mask must be 8 hexadecimal digits",
        "1fffe000, 33, version-rolling.min-bit-count must be 0 to 32",
        "1fffe000, -1, version-rolling.min-bit-count must be 0 to 32",
        "1fffe000, two, version-rolling.min-bit-count must be 0 to 32",
      })
  void agreesOnTheVersionBitsThatBothSidesAllow(String mask, String fewest, String expected) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("version-rolling.mask", mask);
    parameters.put("version-rolling.min-bit-count", fewest);
    Extensions agreed = read("version-rolling", parameters);
    if (expected.length() == 8) {
      assertThat(agreed.answer())
          .isEqualTo(Map.of("version-rolling", true, "version-rolling.mask", expected));
      assertThat(agreed.versionMask()).isEqualTo(Integer.parseInt(expected, 16));
    } else {
      Object answer = expected.equals("refused") ? false : expected;
      assertThat(agreed.answer()).isEqualTo(Map.of("version-rolling", answer));
      assertThat(agreed.versionMask()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"2048, 2048", "0.5, 0.5", "0, 0", "-1, 0", "NaN, 0", "Infinity, 0", "much, 0"})
  void takesAMinimumDifficultyAsNumberOrText(String given, double expected) {
    Extensions agreed = read("minimum-difficulty", Map.of("minimum-difficulty.value", given));
    assertThat(agreed.minimumDifficulty().orElse(0)).isEqualTo(expected);
    assertThat(agreed.answer().get("minimum-difficulty"))
        .isEqualTo(expected > 0 ? true : "minimum-difficulty.value must be a positive number");
    assertThat(
            read("minimum-difficulty", Map.of("minimum-difficulty.value", 7)).minimumDifficulty())
        .hasValue(7);
  }

  @Test
  void answersEveryExtensionAskedForAlsoThoseItDoesNotKnow() {
    Extensions agreed =
        Extensions.read(
            List.of("subscribe-extranonce", "info", "teleport"),
            Map.of("info.sw-version", "firmware 1.0"),
            POOL_MASK);
    assertThat(agreed.answer())
        .isEqualTo(Map.of("subscribe-extranonce", true, "info", true, "teleport", false));
    assertThat(agreed.extranonce()).isTrue();
    assertThat(agreed.software()).isEqualTo("firmware 1.0");
    assertThat(agreed.versionMask()).isZero();
    assertThat(Extensions.read(List.of("version-rolling"), Map.of(), 0).answer())
        .isEqualTo(Map.of("version-rolling", false));
  }
}
