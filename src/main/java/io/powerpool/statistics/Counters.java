package io.powerpool.statistics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The named counters of one component. Keep the {@link RollingCounter} that a registration returns
 * and count on it: looking it up by name is for set-up only. Used by one thread.
 */
public final class Counters {
  private final String owner;
  private final Map<String, RollingCounter> counters = new LinkedHashMap<>();

  /**
   * @param owner the component's type and key as the monitor prints them: "StratumServer_3333"
   */
  public Counters(String owner) {
    this.owner = owner;
  }

  public String owner() {
    return owner;
  }

  /** A second counter of this name, made on first use. */
  public RollingCounter perSecond(String name, long nowNanos) {
    return register(name, nowNanos, RollingCounter::perSecond);
  }

  /** A minute counter of this name, made on first use. */
  public RollingCounter perMinute(String name, long nowNanos) {
    return register(name, nowNanos, RollingCounter::perMinute);
  }

  private RollingCounter register(
      String name, long nowNanos, BiFunction<String, Long, RollingCounter> factory) {
    return counters.computeIfAbsent(name, key -> factory.apply(key, nowNanos));
  }

  /**
   * Every counter's fields in the order of registration: what a status report carries under the key
   * {@code counters}.
   */
  public List<Map<String, Object>> toList(long nowNanos) {
    return counters.values().stream().map(counter -> counter.toMap(owner, nowNanos)).toList();
  }
}
