package io.powerpool.jobmanager.switching;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a source gave at one time: the prices that can be used, and in words what is wrong with the
 * others.
 *
 * @param saidMillis since when the source says so, if it tells; otherwise it says so now
 */
record PriceReading(Map<String, Price> prices, List<String> faults, OptionalLong saidMillis) {

  /** The ratio of a coin for which none is given. */
  private static final String NO_RATIO = "1";

  PriceReading {
    prices = Map.copyOf(prices);
    faults = List.copyOf(faults);
  }

  /** What a source says now. */
  PriceReading(Map<String, Price> prices, List<String> faults) {
    this(prices, faults, OptionalLong.empty());
  }

  /** The same, said at that time. */
  PriceReading since(long millis) {
    return new PriceReading(prices, faults, OptionalLong.of(millis));
  }

  /**
   * Reads a mapping of coins to {@code profit} and, if it is not 1, {@code ratio}.
   *
   * @param document as JSON and YAML have it; coins that nobody asks for may be there too
   */
  static PriceReading ofDocument(Object document, PriceSource.Wanted wanted) {
    Builder reading = new Builder();
    if (!(document instanceof Map<?, ?> coins)) {
      return reading
          .fault("is no mapping of coins to prices, like LTC: {profit: 0.0021, ratio: 1}")
          .build();
    }
    for (String currency : wanted.all()) {
      Object entry = coins.get(currency);
      if (entry instanceof Map<?, ?> price) {
        reading.add(
            currency,
            currency + ".profit",
            price.get("profit"),
            currency + ".ratio",
            price.get("ratio"));
      } else if (entry != null) {
        reading.fault(
            currency + " is " + shown(entry) + ", expected a mapping with profit and ratio");
      } else if (wanted.coins().contains(currency)) {
        reading.fault(currency + " is missing");
      }
    }
    return reading.build();
  }

  /** Collects what a source gives. */
  static final class Builder {

    private final Map<String, Price> prices = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * Adds a coin's price, or what is wrong with it.
     *
     * @param profitKey what the source calls the profit
     * @param profit a number or a text; null for none
     * @param ratioKey what the source calls the ratio
     * @param ratio the same; null for 1
     */
    Builder add(String currency, String profitKey, Object profit, String ratioKey, Object ratio) {
      Optional<Double> price = number(profitKey, profit);
      Optional<Double> factor = number(ratioKey, ratio == null ? NO_RATIO : ratio);
      if (price.isPresent() && factor.isPresent()) {
        prices.put(currency, new Price(price.get(), factor.get()));
      }
      return this;
    }

    Builder fault(String words) {
      faults.add(words);
      return this;
    }

    PriceReading build() {
      return new PriceReading(prices, faults);
    }

    private Optional<Double> number(String key, Object value) {
      if (value == null) {
        fault(key + " is missing");
        return Optional.empty();
      }
      try {
        double number = new BigDecimal(value.toString().strip()).doubleValue();
        if (number >= 0 && number < Double.POSITIVE_INFINITY) {
          return Optional.of(number);
        }
      } catch (NumberFormatException e) {
        // Told below.
      }
      fault(key + " is " + shown(value) + ", expected a number not below 0");
      return Optional.empty();
    }
  }

  private static String shown(Object value) {
    String text = String.valueOf(value);
    return "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + "'";
  }
}
