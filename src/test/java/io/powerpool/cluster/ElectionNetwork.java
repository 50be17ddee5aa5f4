package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Candidates in one simulated network, whose links and processes are stopped at will. */
final class ElectionNetwork {

  static final long TICK_MILLIS = 50;
  static final int BEAT_TICKS = 5;
  static final long CLOCK = 1_700_000_000_000L;

  /** In the order of starting. */
  final Map<String, Election> nodes = new LinkedHashMap<>();

  final Map<String, Long> clockAhead = new HashMap<>();
  final Set<String> stopped = new HashSet<>();

  /** Those that can make no work. */
  final Set<String> unable = new HashSet<>();

  final Set<Set<String>> cuts = new HashSet<>();

  /** Of all terms, in the order of their beginnings. */
  final List<Long> epochs = new ArrayList<>();

  long millis;

  void start(String... names) {
    for (String name : names) {
      startAs(name, "same");
    }
  }

  void startAs(String name, String fingerprint) {
    nodes.put(
        name,
        // Names in the order of starting, as every clock agrees on in these tests.
        new Election(
            "LTC",
            List.of(),
            name,
            name.charAt(0),
            fingerprint,
            0,
            CLOCK + name.charAt(0),
            nanos()));
  }

  void cut(String one, String other) {
    cuts.add(Set.of(one, other));
  }

  void run(long forMillis) {
    for (long end = millis + forMillis; millis < end; ) {
      step();
    }
  }

  long millisUntilLedBy(String name, long limitMillis) {
    long from = millis;
    while (!nodes.get(name).leads()) {
      assertThat(millis - from).isLessThan(limitMillis);
      step();
    }
    return millis - from;
  }

  void step() {
    millis += TICK_MILLIS;
    for (String name : List.copyOf(nodes.keySet())) {
      if (stopped.contains(name)) {
        continue;
      }
      Election election = nodes.get(name);
      boolean led = election.leads();
      long clock = CLOCK + millis + clockAhead.getOrDefault(name, 0L);
      election.onAbility(!unable.contains(name), nanos(), clock);
      election.onTick(nanos(), clock);
      boolean begins = election.leads() && !led;
      if (begins) {
        epochs.add(election.epoch());
      }
      if (begins || led != election.leads() || millis / TICK_MILLIS % BEAT_TICKS == 0) {
        beat(name);
      }
    }
  }

  /** Takes it out of service; others are told. */
  void leave(String name) {
    nodes.get(name).leave(nanos());
    beat(name);
  }

  void beat(String from) {
    Beat beat = nodes.get(from).beat();
    nodes.forEach(
        (name, election) -> {
          boolean heard =
              !name.equals(from) && !stopped.contains(name) && !cuts.contains(Set.of(from, name));
          if (heard) {
            election.onBeat(beat, nanos());
          }
        });
  }

  List<String> leaders() {
    return nodes.entrySet().stream()
        .filter(node -> !stopped.contains(node.getKey()) && node.getValue().leads())
        .map(Map.Entry::getKey)
        .toList();
  }

  long nanos() {
    return millis * 1_000_000;
  }
}
