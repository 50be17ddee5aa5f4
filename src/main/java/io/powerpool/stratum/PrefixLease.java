package io.powerpool.stratum;

import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.PrefixGrant;
import io.powerpool.cluster.PrefixGrant.Place;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Agrees with all job managers on a prefix of the extranonces for this node. Jobs are handed out
 * with it only while the process that has made them grants it; so, whoever is cut off from whom, no
 * two nodes have the same extranonces on one job. If a job manager refuses it, because another node
 * has it there, the node moves to one that all grant.
 *
 * <p>Thread safe: one asks the job managers, every event loop asks what they said. Knows neither
 * network nor clock.
 */
public final class PrefixLease {

  /** Between two claims, while all is well and while something is to be agreed on. */
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final Duration HURRY = Duration.ofMillis(250);

  /** At the start everybody is heard of within this time. */
  private static final Duration GATHERING = Duration.ofMillis(600);

  /** Who is heard of and has not answered for so long is not waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** What a job manager said about a prefix, in answer to a claim sent then. */
  private record Word(Place place, long sentNanos) {

    boolean holds(long nowNanos) {
      return place.granted() && nowNanos - sentNanos < PrefixGrant.LEASE.toNanos();
    }

    boolean refuses() {
      return !place.granted();
    }
  }

  /** What is known from one process with job managers. */
  private static final class Grantor {
    private final String node;
    private final long firstHeardNanos;
    private boolean present = true;
    private long answered = -1;
    private BitSet taken = new BitSet();

    /** About the prefix in use, and about the one wished for; null if nothing is known. */
    private Word held;

    private Word wish;

    private Grantor(String node, long nowNanos) {
      this.node = node;
      this.firstHeardNanos = nowNanos;
    }
  }

  private final String node;
  private final long process;
  private final int bits;
  private final boolean fixed;
  private final long restMillis;
  private final RandomGenerator random;
  private final Map<Long, Grantor> grantors = new TreeMap<>();

  private int held = PrefixClaim.NONE;
  private int wish;
  private boolean ended;
  private long sequence;

  /** The first claims that name them, and all since have. */
  private long heldSince;

  private long wishSince;

  private boolean claimed;
  private long lastClaimNanos;
  private boolean allTaken;

  /**
   * @param node the node's name
   * @param process tells this process from all others
   * @param bits how many high bits of an extranonce1 tell the node
   * @param fixed the only prefix to take, if there is one
   * @param rest for how long nobody else shall have the prefix when this process is not heard of
   * @param random chooses among the prefixes
   */
  public PrefixLease(
      String node,
      long process,
      int bits,
      OptionalInt fixed,
      Duration rest,
      RandomGenerator random) {
    this.node = node;
    this.process = process;
    this.bits = bits;
    this.fixed = fixed.isPresent();
    this.restMillis = rest.toMillis();
    this.random = random;
    this.wish = fixed.orElseGet(() -> random.nextInt(1 << bits));
  }

  // ---- asking ----

  /**
   * Who runs job managers, as far as was heard in the last seconds.
   *
   * @param present the nodes' names by process
   */
  public synchronized void onCandidates(Map<Long, String> present, long nowNanos) {
    grantors.values().forEach(grantor -> grantor.present = false);
    present.forEach(
        (candidate, name) ->
            grantors.computeIfAbsent(candidate, key -> newcomer(name, nowNanos)).present = true);
    grantors
        .values()
        .removeIf(
            grantor ->
                !grantor.present
                    && (grantor.held == null || !grantor.held.holds(nowNanos))
                    && (grantor.wish == null || !grantor.wish.holds(nowNanos)));
    settle(nowNanos);
  }

  /** Is asked at once. */
  private Grantor newcomer(String name, long nowNanos) {
    claimed = false;
    return new Grantor(name, nowNanos);
  }

  /** Whether it is time for the next claim. */
  public synchronized boolean isClaimDue(long nowNanos) {
    if (ended || grantors.values().stream().noneMatch(grantor -> grantor.present)) {
      return false;
    }
    boolean settled =
        held == wish
            && grantors.values().stream()
                .filter(grantor -> grantor.present)
                .allMatch(grantor -> grantor.held != null && grantor.held.holds(nowNanos));
    long since = nowNanos - lastClaimNanos;
    return !claimed || since >= (settled ? INTERVAL : HURRY).toNanos();
  }

  /** The next claim, to be sent to all that were heard of. */
  public synchronized PrefixClaim claim(long nowNanos) {
    claimed = true;
    lastClaimNanos = nowNanos;
    return new PrefixClaim(node, process, ++sequence, bits, held, wish, restMillis);
  }

  /** Gives up everything: the claim to be sent then. No job is taken afterwards. */
  public synchronized PrefixClaim end() {
    ended = true;
    held = PrefixClaim.NONE;
    wish = PrefixClaim.NONE;
    return claim(lastClaimNanos);
  }

  /**
   * A job manager's answer.
   *
   * @param asked what it was asked
   * @param sentNanos when
   */
  public synchronized void onGrant(
      PrefixClaim asked, PrefixGrant answer, long sentNanos, long nowNanos) {
    Grantor grantor = grantors.get(answer.process());
    if (ended || grantor == null || asked.sequence() <= grantor.answered || isEmpty(answer)) {
      return;
    }
    grantor.answered = asked.sequence();
    grantor.taken = answer.taken();
    // What was not claimed all the time since may be another's meanwhile.
    if (held != PrefixClaim.NONE && asked.sequence() >= heldSince) {
      grantor.held = new Word(asked.held() == held ? answer.held() : answer.wish(), sentNanos);
    }
    if (asked.sequence() >= wishSince) {
      grantor.wish = new Word(asked.wish() == wish ? answer.wish() : answer.held(), sentNanos);
    }
    settle(nowNanos);
  }

  /** The claim had been overtaken by a later one. */
  private static boolean isEmpty(PrefixGrant answer) {
    return !answer.wish().granted() && answer.wish().holder().isEmpty();
  }

  // ---- deciding ----

  private void settle(long nowNanos) {
    if (ended) {
      return;
    }
    if (held != PrefixClaim.NONE && wish != held && !isRefused(held)) {
      wishFor(held);
    } else if (isRefused(wish)) {
      chooseAnother();
    }
    if (wish != held && isAgreed(nowNanos)) {
      held = wish;
      heldSince = wishSince;
      grantors.values().forEach(grantor -> grantor.held = grantor.wish);
      claimed = false;
    }
  }

  private boolean isRefused(int prefix) {
    return grantors.values().stream()
        .filter(grantor -> grantor.present)
        .map(grantor -> prefix == held ? grantor.held : grantor.wish)
        .anyMatch(word -> word != null && word.refuses());
  }

  private void wishFor(int prefix) {
    wish = prefix;
    wishSince = prefix == held ? heldSince : sequence + 1;
    grantors.values().forEach(grantor -> grantor.wish = prefix == held ? grantor.held : null);
    claimed = false;
  }

  private void chooseAnother() {
    if (fixed) {
      return;
    }
    BitSet free = new BitSet();
    free.set(0, 1 << bits);
    for (Grantor grantor : grantors.values()) {
      if (grantor.present) {
        free.andNot(grantor.taken);
      }
    }
    free.clear(wish);
    if (held != PrefixClaim.NONE) {
      free.clear(held);
    }
    allTaken = free.isEmpty();
    if (!allTaken) {
      int place = random.nextInt(free.cardinality());
      int chosen = free.nextSetBit(0);
      for (; place > 0; place--) {
        chosen = free.nextSetBit(chosen + 1);
      }
      wishFor(chosen);
    }
  }

  /** Whether all grant what is wished for, but for those that do not answer. */
  private boolean isAgreed(long nowNanos) {
    boolean granted = false;
    for (Grantor grantor : grantors.values()) {
      if (!grantor.present) {
        continue;
      }
      long known = nowNanos - grantor.firstHeardNanos;
      if (held == PrefixClaim.NONE && known < GATHERING.toNanos()) {
        return false;
      }
      if (grantor.wish != null) {
        if (!grantor.wish.holds(nowNanos)) {
          return false;
        }
        granted = true;
      } else if (known < PATIENCE.toNanos()) {
        return false;
      }
    }
    return granted;
  }

  // ---- what was agreed on ----

  /** The prefix in use, or {@link PrefixClaim#NONE} while none has been agreed on. */
  public synchronized int prefix() {
    return held;
  }

  /**
   * The prefix to hand a job out with, or {@link PrefixClaim#NONE} if it cannot be now.
   *
   * @param maker the process that has made it
   * @param createdMillis when, by its clock
   */
  public synchronized int prefixFor(long maker, long createdMillis, long nowNanos) {
    Grantor grantor = grantors.get(maker);
    boolean granted =
        grantor != null
            && grantor.held != null
            && grantor.held.holds(nowNanos)
            && createdMillis > grantor.held.place().fromMillis();
    return granted ? held : PrefixClaim.NONE;
  }

  /** Whether the prefix in use may be used with the jobs that this process makes from now on. */
  public synchronized boolean isGrantedBy(long maker, long nowNanos) {
    return prefixFor(maker, Long.MAX_VALUE, nowNanos) != PrefixClaim.NONE;
  }

  /** Whether this process has said that another node has the prefix, and no other will be taken. */
  public synchronized boolean isBarredBy(long maker) {
    Grantor grantor = grantors.get(maker);
    return fixed && grantor != null && grantor.held != null && grantor.held.refuses();
  }

  /** What keeps this node from agreeing with somebody, in words; empty if nothing does. */
  public synchronized String trouble() {
    Map<String, String> refusals = new HashMap<>();
    for (Grantor grantor : grantors.values()) {
      if (grantor.present && grantor.wish != null && grantor.wish.refuses()) {
        refusals.put(grantor.node, grantor.wish.place().holder());
      }
    }
    if (refusals.isEmpty()) {
      return grantors.isEmpty() && held == PrefixClaim.NONE ? "no job manager is heard of" : "";
    }
    String by = String.join(", ", refusals.keySet());
    if (fixed) {
      return "extranonce_prefix "
          + wish
          + " of node "
          + node
          + " is taken by node "
          + String.join(", ", refusals.values())
          + ", says the job manager of "
          + by;
    }
    return allTaken
        ? "all " + (1 << bits) + " extranonce prefixes are taken, says the job manager of " + by
        : "";
  }
}
