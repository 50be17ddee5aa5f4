package io.powerpool.jobmanager.switching;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The last good price of every coin. What a source does not say any more holds until it is too old.
 */
final class PriceBook {

  /** The price, and when the source said so last. */
  private record Known(Price price, long atMillis, long changedMillis) {}

  private final Duration staleAfter;
  private final Map<String, Known> known = new LinkedHashMap<>();
  private String trouble = "no prices yet";

  PriceBook(Duration staleAfter) {
    this.staleAfter = staleAfter;
  }

  /** The source has answered. */
  void onReading(PriceReading reading, long nowMillis) {
    long saidMillis = Math.min(nowMillis, reading.saidMillis().orElse(nowMillis));
    reading
        .prices()
        .forEach(
            (currency, price) -> {
              Known before = known.get(currency);
              boolean same = before != null && before.price.equals(price);
              known.put(
                  currency, new Known(price, saidMillis, same ? before.changedMillis : nowMillis));
            });
    trouble = String.join("; ", reading.faults());
  }

  /** The source gives nothing. */
  void onFailure(String words) {
    trouble = Objects.requireNonNull(words, "words");
  }

  /** The price of a coin if it is known and not too old. */
  Optional<Price> price(String currency, long nowMillis) {
    return Optional.ofNullable(known.get(currency))
        .filter(price -> nowMillis - price.atMillis < staleAfter.toMillis())
        .map(Known::price);
  }

  /** What is wrong with the source, in words; empty if it said all that it was asked for. */
  String trouble() {
    return trouble;
  }

  /** The coins of these whose price is not known or too old. */
  List<String> without(List<String> currencies, long nowMillis) {
    return currencies.stream()
        .filter(currency -> price(currency, nowMillis).isEmpty())
        .collect(Collectors.toList());
  }

  /** PowerPool's {@code price_data}: profit, ratio, and since when they are so. */
  JsonObject toJson(List<String> currencies) {
    JsonObject all = new JsonObject();
    for (String currency : currencies) {
      Known price = known.get(currency);
      JsonArray row = new JsonArray();
      if (price == null) {
        row.addNull().addNull().addNull();
      } else {
        row.add(price.price.profit()).add(price.price.ratio()).add(price.changedMillis / 1000.0);
      }
      all.put(currency, row);
    }
    return all;
  }
}
