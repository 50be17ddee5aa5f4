package io.powerpool.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;

/**
 * The pool's hash rate over the last hour, by algorithm, as samples at a fixed interval. Used by
 * one thread.
 */
final class HashrateHistory {
  static final Duration INTERVAL = Duration.ofSeconds(5);
  static final int SAMPLES = (int) Duration.ofHours(1).dividedBy(INTERVAL);

  private record Sample(long epochMillis, double hps) {}

  private final Map<String, ArrayDeque<Sample>> byAlgorithm = new TreeMap<>();

  /**
   * Notes the present hash rates; an algorithm that is gone counts as zero until it has aged out.
   */
  void add(Map<String, Double> hpsByAlgorithm, long nowEpochMillis) {
    hpsByAlgorithm.keySet().forEach(name -> byAlgorithm.putIfAbsent(name, new ArrayDeque<>()));
    byAlgorithm.forEach(
        (name, samples) -> {
          samples.add(new Sample(nowEpochMillis, hpsByAlgorithm.getOrDefault(name, 0.0)));
          if (samples.size() > SAMPLES) {
            samples.remove();
          }
        });
    byAlgorithm.values().removeIf(samples -> samples.stream().allMatch(one -> one.hps == 0));
  }

  /** {@code {"interval_seconds": 5, "algorithms": {name: [[epoch seconds, hps], ...]}}}. */
  JsonObject toJson() {
    JsonObject algorithms = new JsonObject();
    byAlgorithm.forEach(
        (name, samples) -> {
          JsonArray points = new JsonArray();
          samples.forEach(
              one -> points.add(new JsonArray().add(one.epochMillis / 1000).add(one.hps)));
          algorithms.put(name, points);
        });
    return new JsonObject()
        .put("interval_seconds", INTERVAL.toSeconds())
        .put("algorithms", algorithms);
  }
}
