package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.PrefixGrant;
import io.powerpool.jobmanager.JobStamps;
import io.powerpool.jobmanager.PrefixTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stratum nodes and job managers in one simulated network that loses, delays and reorders what is
 * sent, is split and healed, and whose processes are frozen, killed and replaced. Whatever happens,
 * no two processes use one prefix with one job.
 */
class PrefixSimulationTest {

  private static final int BITS = 3;
  private static final int NODES = 4;
  private static final int MANAGERS = 3;
  private static final long TICK = 200;

  /** Much shorter than in a pool, and jobs are in force for longer than that. */
  private static final Duration REST = Duration.ofSeconds(35);

  private static final int LONGEST_JOB = 120_000;

  private record Made(long maker, long number, long createdMillis) {}

  private record Event(long at, long order, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (one, other) ->
              one.at != other.at
                  ? Long.compare(one.at, other.at)
                  : Long.compare(one.order, other.order));
  private final List<Node> nodes = new ArrayList<>();
  private final List<Manager> managers = new ArrayList<>();
  private final Map<String, Long> users = new HashMap<>();
  private Random random;
  private Set<Set<String>> cuts = new HashSet<>();
  private double loss;
  private boolean calm;
  private long millis;
  private long orders;
  private long processes;
  private int taken;
  private int moves;

  /** What both kinds of process have: a name, a clock that drifts, and times of not being run. */
  private abstract class Member {
    final String name;
    final long process = ++processes;
    final double drift = 1 + (random.nextDouble() - 0.5) / 1000;
    final long ahead = random.nextInt(10_000_000);
    final List<Runnable> missed = new ArrayList<>();
    boolean frozen;
    boolean dead;

    Member(String name) {
      this.name = name;
    }

    long nanos() {
      return (long) ((ahead + millis) * drift * 1e6);
    }

    void run(Runnable action) {
      if (frozen) {
        missed.add(action);
      } else if (!dead) {
        action.run();
      }
    }

    void thaw() {
      frozen = false;
      List<Runnable> late = List.copyOf(missed);
      missed.clear();
      late.forEach(this::run);
    }
  }

  private final class Manager extends Member {
    final PrefixTable table = new PrefixTable(process);
    long setBack;
    final JobStamps stamps = new JobStamps(new MillisClock(this::wallMillis));
    Made job;

    Manager(String name) {
      super(name);
      makeJobs();
      beat();
    }

    void makeJobs() {
      if (!dead) {
        run(this::makeJob);
        after(random.nextInt(calm ? 5000 : LONGEST_JOB), this::makeJobs);
      }
    }

    void makeJob() {
      job = new Made(process, ++orders, stamps.next());
      Made made = job;
      nodes.forEach(node -> send(this, node, () -> node.onJob(made)));
    }

    void beat() {
      if (!dead) {
        run(() -> nodes.forEach(node -> send(this, node, () -> node.onBeat(this))));
        after(250, this::beat);
      }
    }

    long wallMillis() {
      return 1_700_000_000_000L + ahead + millis - setBack;
    }
  }

  private final class Node extends Member {
    final PrefixLease lease;
    final Map<Long, Long> heard = new HashMap<>();
    final Map<Long, Made> waiting = new TreeMap<>();
    private int prefix = PrefixClaim.NONE;

    Node(String name, OptionalInt fixed) {
      super(name);
      lease = new PrefixLease(name, process, BITS, fixed, REST, random);
      tick();
    }

    void tick() {
      if (!dead) {
        run(this::look);
        after(TICK, this::tick);
      }
    }

    void look() {
      Map<Long, String> present =
          managers.stream()
              .filter(manager -> millis - heard.getOrDefault(manager.process, -9999L) < 3000)
              .collect(Collectors.toMap(manager -> manager.process, manager -> manager.name));
      lease.onCandidates(present, nanos());
      if (lease.isClaimDue(nanos())) {
        PrefixClaim claim = lease.claim(nanos());
        managers.stream()
            .filter(manager -> present.containsKey(manager.process))
            .forEach(manager -> ask(manager, claim, nanos()));
      }
      // A newcomer on the event loop asks for the current job; a late one comes by itself.
      managers.stream()
          .filter(manager -> random.nextInt(25) == 0 && manager.job != null)
          .forEach(manager -> send(this, manager, () -> answerJob(manager)));
      List.copyOf(waiting.values()).forEach(this::onJob);
    }

    void answerJob(Manager manager) {
      Made job = manager.job;
      send(manager, this, () -> onJob(job));
    }

    void ask(Manager manager, PrefixClaim claim, long sentNanos) {
      send(
          this,
          manager,
          () -> {
            PrefixGrant grant = manager.table.claim(claim, manager.nanos(), manager.stamps.last());
            send(manager, this, () -> lease.onGrant(claim, grant, sentNanos, nanos()));
          });
    }

    void onBeat(Manager manager) {
      heard.put(manager.process, millis);
    }

    void onJob(Made job) {
      int usable = lease.prefixFor(job.maker, job.createdMillis, nanos());
      if (usable == PrefixClaim.NONE) {
        waiting.merge(job.maker, job, (one, other) -> one.number > other.number ? one : other);
        return;
      }
      waiting.remove(job.maker, job);
      if (usable != prefix) {
        moves++;
        prefix = usable;
      }
      taken++;
      Long user = users.putIfAbsent(job.number + "/" + usable, process);
      assertThat(user)
          .as("who else uses prefix %s with %s, at %s", usable, job, millis)
          .isIn(null, process);
    }

    /** Stops in an orderly way, or is killed. */
    void end(boolean orderly) {
      if (orderly) {
        PrefixClaim last = lease.end();
        managers.forEach(manager -> ask(manager, last, nanos()));
      }
      dead = true;
    }
  }

  private void after(long delay, Runnable action) {
    events.add(new Event(millis + delay, orders++, action));
  }

  private void send(Member from, Member to, Runnable action) {
    if (cuts.contains(Set.of(from.name, to.name)) || random.nextDouble() < loss) {
      return;
    }
    long delay = random.nextInt(20) == 0 && !calm ? random.nextInt(4000) : 1 + random.nextInt(20);
    after(delay, () -> to.run(action));
  }

  private void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at <= end) {
      Event event = events.remove();
      millis = event.at;
      event.action.run();
    }
    millis = end;
  }

  private void disturb() {
    switch (random.nextInt(8)) {
      case 0 -> split();
      case 1 -> cuts = new HashSet<>();
      case 2 -> loss = random.nextDouble() < 0.5 ? 0 : random.nextDouble() / 2;
      case 3 -> {
        Member frozen =
            random.nextBoolean() ? nodes.get(random.nextInt(NODES)) : managers.get(managerAt());
        frozen.frozen = true;
        after(random.nextInt(100_000), frozen::thaw);
      }
      case 4 -> managers.get(managerAt()).setBack += random.nextInt(7_200_000) - 1_800_000;
      case 5, 6 -> restartNode(random.nextInt(NODES));
      default -> {
        int place = managerAt();
        managers.get(place).dead = true;
        managers.set(place, new Manager(managers.get(place).name));
      }
    }
  }

  private int managerAt() {
    return random.nextInt(MANAGERS);
  }

  private void split() {
    Set<String> side =
        IntStream.range(0, NODES + MANAGERS)
            .filter(place -> random.nextBoolean())
            .mapToObj(place -> place < NODES ? "n" + place : "m" + (place - NODES))
            .collect(Collectors.toSet());
    cuts = new HashSet<>();
    for (Node node : nodes) {
      for (Manager manager : managers) {
        if (side.contains(node.name) != side.contains(manager.name)) {
          cuts.add(Set.of(node.name, manager.name));
        }
      }
    }
  }

  private void restartNode(int place) {
    Node old = nodes.get(place);
    old.end(random.nextBoolean() && !old.frozen);
    nodes.set(place, new Node(old.name, fixed(place)));
  }

  /** One of the nodes insists on its prefix. */
  private static OptionalInt fixed(int place) {
    return place == 0 ? OptionalInt.of(0) : OptionalInt.empty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5})
  void noTwoProcessesUseOnePrefixWithOneJob(long seed) {
    random = new Random(seed);
    for (int i = 0; i < MANAGERS; i++) {
      managers.add(new Manager("m" + i));
    }
    for (int i = 0; i < NODES; i++) {
      nodes.add(new Node("n" + i, fixed(i)));
    }
    while (millis < 2_400_000) {
      runUntil(millis + random.nextInt(20_000));
      disturb();
    }
    assertThat(taken).isGreaterThan(300);
    assertThat(moves).isGreaterThan(30);

    // Once all is well again, all have work again, whoever makes it.
    cuts = new HashSet<>();
    loss = 0;
    calm = true;
    runUntil(millis + 2 * REST.toMillis() + LONGEST_JOB + 100_000);
    assertThat(nodes.stream().map(node -> node.lease.prefix()).distinct())
        .hasSize(NODES)
        .doesNotContain(PrefixClaim.NONE);
    assertThat(nodes).allSatisfy(node -> assertThat(node.lease.trouble()).isEmpty());
    for (Node node : nodes) {
      for (Manager manager : managers) {
        long created = manager.job.createdMillis;
        assertThat(node.lease.prefixFor(manager.process, created, node.nanos()))
            .isEqualTo(node.lease.prefix());
      }
    }
  }
}
