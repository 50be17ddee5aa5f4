package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Candidates in one simulated network, whose links and processes are stopped at will, and ports,
 * which take the jobs of the latest term that they have heard of. Every leader makes a job as soon
 * as it leads; who has one repeats it as job managers do.
 */
final class ElectionNetwork {

  static final long TICK_MILLIS = 50;
  static final int BEAT_TICKS = 5;
  static final int JOB_TICKS = 40;
  static final long CLOCK = 1_700_000_000_000L;

  /** In the order of starting. */
  final Map<String, Election> nodes = new LinkedHashMap<>();

  final Map<String, Long> clockAhead = new HashMap<>();
  final Set<String> stopped = new HashSet<>();

  /** Those that can make no work. */
  final Set<String> unable = new HashSet<>();

  final Set<Set<String>> cuts = new HashSet<>();

  /** Places where miners are served, and nobody stands. */
  final Set<String> ports = new LinkedHashSet<>();

  /** The term of the newest job that is known to each candidate and port. */
  final Map<String, Long> jobs = new HashMap<>();

  private final Map<String, Leaders> heard = new HashMap<>();

  /** Of all terms, in the order of their beginnings. */
  final List<Long> epochs = new ArrayList<>();

  long millis;

  void start(String... names) {
    for (String name : names) {
      startAs(name, "same");
    }
  }

  void port(String name) {
    ports.add(name);
    heard.put(name, new Leaders(this::nanos));
  }

  void startAs(String name, String fingerprint) {
    heard.put(name, new Leaders(this::nanos));
    jobs.remove(name);
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
      long epoch = election.epoch();
      long clock = CLOCK + millis + clockAhead.getOrDefault(name, 0L);
      election.onAbility(!unable.contains(name), nanos(), clock);
      election.onTick(nanos(), clock);
      boolean begins = election.leads() && !(led && election.epoch() == epoch);
      if (begins) {
        epochs.add(election.epoch());
        jobs.merge(name, election.epoch(), Math::max);
      }
      if (begins || led != election.leads() || millis / TICK_MILLIS % BEAT_TICKS == 0) {
        beat(name);
      }
      if (begins) {
        repeatJob(name);
      }
    }
    if (millis / TICK_MILLIS % JOB_TICKS == 0) {
      List.copyOf(jobs.keySet()).forEach(this::repeatJob);
    }
  }

  /** Takes it out of service; others are told. */
  void leave(String name) {
    nodes.get(name).leave(nanos());
    beat(name);
  }

  void beat(String from) {
    Beat beat = nodes.get(from).beat();
    heard.get(from).onBeat(beat);
    nodes.forEach(
        (name, election) -> {
          if (hears(name, from)) {
            election.onBeat(beat, nanos());
            heard.get(name).onBeat(beat);
          }
        });
    ports.stream().filter(port -> hears(port, from)).forEach(port -> heard.get(port).onBeat(beat));
  }

  private boolean hears(String name, String from) {
    return !name.equals(from)
        && !stopped.contains(name)
        && !stopped.contains(from)
        && !cuts.contains(Set.of(from, name));
  }

  /** Tells everybody the newest job that one knows. */
  private void repeatJob(String from) {
    long term = jobs.get(from);
    boolean leads = nodes.containsKey(from) && nodes.get(from).leads();
    if (!leads && heard.get(from).isContested("LTC")) {
      return;
    }
    nodes.forEach(
        (name, election) -> {
          if (hears(name, from) && term > jobs.getOrDefault(name, 0L)) {
            if (election.leads()) {
              election.onLaterJob(term, nanos());
            } else {
              election.saw(term);
              jobs.put(name, term);
            }
          }
        });
    ports.stream()
        .filter(port -> hears(port, from))
        .forEach(port -> jobs.merge(port, term, Math::max));
  }

  /** Whether the newest job that a port has is one of this leader's present term. */
  boolean works(String port, String leader) {
    return nodes.get(leader).leads() && jobs.getOrDefault(port, 0L) == nodes.get(leader).epoch();
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
