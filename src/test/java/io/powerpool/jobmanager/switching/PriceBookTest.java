package io.powerpool.jobmanager.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.powerpool.jobmanager.switching.PriceSource.Wanted;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is made of what sources say. */
class PriceBookTest {

  private static final long START = 1_700_000_000_000L;
  private static final Wanted LTC = new Wanted(List.of("LTC"), List.of("DOGE"));

  private final PriceBook book = new PriceBook(Duration.ofSeconds(60));

  @Test
  void theLastGoodPriceHoldsUntilItIsTooOld() {
    book.onReading(PriceReading.ofDocument(document("0.002"), LTC), START);
    book.onReading(PriceReading.ofDocument(document("much"), LTC), START + 1000);
    book.onFailure("connection refused");

    assertThat(book.price("LTC", START + 59_999)).contains(new Price(0.002, 1));
    assertThat(book.without(List.of("LTC"), START + 59_999)).isEmpty();
    assertThat(book.price("LTC", START + 60_000)).isEmpty();
    assertThat(book.without(List.of("LTC"), START + 60_000)).containsExactly("LTC");
    assertThat(book.trouble()).isEqualTo("connection refused");
  }

  @Test
  void aPriceThatIsSaidAgainStaysFreshAndKeepsTheTimeOfItsChange() {
    book.onReading(PriceReading.ofDocument(document("0.002"), LTC), START);
    book.onReading(PriceReading.ofDocument(document("0.002"), LTC), START + 50_000);

    assertThat(book.price("LTC", START + 100_000)).isPresent();
    assertThat(book.trouble()).isEmpty();
    assertThat(book.toJson(List.of("LTC", "BTC")).getMap())
        .containsEntry("LTC", new JsonArray().add(0.002).add(1.0).add(START / 1000.0))
        .containsEntry("BTC", new JsonArray().addNull().addNull().addNull());
  }

  @Test
  void aPriceIsAsOldAsWhatItWasReadFrom() {
    PriceReading reading = PriceReading.ofDocument(document("0.002"), LTC);
    book.onReading(reading.since(START - 59_000), START);
    assertThat(book.price("LTC", START)).isPresent();
    book.onReading(reading.since(START - 59_000), START + 1_000);
    assertThat(book.price("LTC", START + 1_000)).isEmpty();
    book.onReading(reading.since(START + 90_000), START + 2_000);
    assertThat(book.price("LTC", START + 62_000)).as("a clock that is wrong").isEmpty();
  }

  @Test
  void readsWhatIsWantedAndPassesOverTheRest() {
    PriceReading reading =
        PriceReading.ofDocument(
            Map.of(
                "LTC", Map.of("profit", 0.002, "ratio", "1.1"),
                "DOGE", Map.of("profit", 1),
                "BTC", "whatever"),
            LTC);

    assertThat(reading.faults()).isEmpty();
    assertThat(reading.prices())
        .isEqualTo(Map.of("LTC", new Price(0.002, 1.1), "DOGE", new Price(1, 1)));
  }

  @ParameterizedTest
  @MethodSource("badDocuments")
  void whatIsWrongIsToldByKeyValueAndExpectation(Object document, String fault) {
    PriceReading reading = PriceReading.ofDocument(document, LTC);

    assertThat(reading.prices()).doesNotContainKey("LTC");
    assertThat(reading.faults()).singleElement().asString().contains(fault);
  }

  static Stream<Arguments> badDocuments() {
    return Stream.of(
        arguments(List.of(), "is no mapping of coins to prices"),
        arguments(null, "is no mapping of coins to prices"),
        arguments(Map.of(), "LTC is missing"),
        arguments(Map.of("LTC", 0.002), "LTC is '0.002', expected a mapping with profit and ratio"),
        arguments(Map.of("LTC", Map.of("ratio", 1)), "LTC.profit is missing"),
        arguments(document("-1"), "LTC.profit is '-1', expected a number not below 0"),
        arguments(document("NaN"), "LTC.profit is 'NaN', expected a number"),
        arguments(document("1e999"), "LTC.profit is '1e999', expected a number"),
        arguments(document("x".repeat(1000)), "LTC.profit is '" + "x".repeat(40) + "…'"),
        arguments(
            Map.of("LTC", Map.of("profit", 1, "ratio", List.of())),
            "LTC.ratio is '[]', expected a number"));
  }

  private static Map<String, Object> document(Object profit) {
    return new HashMap<>(Map.of("LTC", Map.of("profit", profit)));
  }
}
